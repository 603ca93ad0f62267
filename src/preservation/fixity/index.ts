// Fixity: every kept file is compared with its hash again and again; what is wrong is listed, told to whoever watches, and repaired from copies.
import type { Figure, Module, Services } from '../../http/module.ts'
import { lastRun, openCounts } from './repository.ts'
import { repairJob } from './repair.ts'
import { routes } from './routes.ts'

export { checkFixity, Wanted as WantedFixity, type RunReport } from './run.ts'
export { placeInCapsule, repairFindings } from './repair.ts'
export {
  endOf as endCapsuleFinding,
  type Finding,
  lastRun as lastFixityRun,
  noteFinding,
  openCounts as openFixityCounts,
  openFindings,
  type Run as FixityRun,
} from './repository.ts'
export { keptFiles, type KeptFile } from './kept-files.ts'
export { type Belonging, Places } from './places.ts'
export { Pace } from './compare.ts'

async function figuresOf({ db }: Services): Promise<Figure[]> {
  const [counts, round] = await Promise.all([openCounts(db), lastRun(db, 'round')])
  return [
    {
      name: 'firefolio_fixity_findings',
      kind: 'gauge',
      help: 'Kept files that are not as they should be, by fault.',
      values: Object.fromEntries(Object.entries(counts).map(([fault, count]) => [`fault="${fault}"`, count])),
    },
    {
      name: 'firefolio_fixity_round_timestamp_seconds',
      kind: 'gauge',
      help: 'When the present round of the archive began, and when it went on last.',
      values: round
        ? {
            'moment="began"': round.beganAt.getTime() / 1000,
            'moment="updated"': round.updatedAt.getTime() / 1000,
          }
        : {},
    },
  ]
}

async function concernOf({ db }: Services): Promise<string | undefined> {
  const open = Object.entries(await openCounts(db)).filter(([, count]) => count > 0)
  return open.length === 0
    ? undefined
    : `${open.map(([fault, count]) => `${count} ${fault}`).join(', ')} in the archive; GET /api/v1/fixity lists them`
}

export const fixity: Module = {
  name: 'fixity',
  hooks: (_app, services) => {
    services.figures.set('fixity', () => figuresOf(services).catch(() => []))
    services.concerns.set('fixity', () => concernOf(services))
  },
  routes,
  jobs: { 'fixity.repair': repairJob },
}
