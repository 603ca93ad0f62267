// firefolio fixity: kept files against their hashes, what is wrong with them, and repairs.
import { resolve } from 'node:path'
import { checkKept } from '../preservation/capsules/index.ts'
import { openFindings, repairFindings, WantedFixity } from '../preservation/fixity/index.ts'
import { Refusal } from '../errors.ts'
import { counted } from './counted.ts'
import { Progress } from './progress.ts'
import type { Session } from './session.ts'

export interface FixityFlags {
  readonly all?: boolean
  readonly title?: number
  readonly since?: string
}

function wantedOf({ all, title, since }: FixityFlags) {
  if ([all, title, since].filter(flag => flag !== undefined).length > 1)
    throw new Refusal('bad-request', 'Give one of --all, --title and --since.')
  const moment = since === undefined ? undefined : new Date(since)
  if (moment && Number.isNaN(moment.getTime()))
    throw new Refusal('bad-request', `--since: ‘${since}’ is no date like 2026-01-31.`)
  const wanted = WantedFixity.safeParse({
    ...(all ? { all: true } : {}),
    ...(title === undefined ? {} : { title }),
    ...(moment ? { since: moment.toISOString() } : {}),
  })
  if (!wanted.success) throw new Refusal('bad-request', '--title: expected the id of a node.')
  return wanted.data
}

const files = (count: number): string => `${count} ${count === 1 ? 'file' : 'files'}`

/** @returns the exit code: 1 where a file is missing or damaged */
export function fixityCheck(session: Session, flags: FixityFlags): Promise<number> {
  const wanted = wantedOf(flags)
  return session.withServices(async services => {
    const progress = new Progress('fixity', session)
    const report = await checkKept(services, wanted, async done => progress.show(done, done + 1, 'files'))
    progress.end()
    session.out(
      `${files(report.files)}${report.capsules > 0 ? ` and ${counted(report.capsules, 'capsule')}` : ''} compared, ${(report.bytes / 1024 / 1024).toFixed(1)} MB; ${report.found} found wrong, ${report.repaired} repaired\n`,
    )
    return await tellOpen(session, openFindings(services.db))
  })
}

/** @returns the exit code: 1 where something is open */
async function tellOpen(session: Session, findings: ReturnType<typeof openFindings>): Promise<number> {
  let open = 0
  for await (const { what, address, nodeId, fault, since, detail } of findings) {
    open++
    session.out(
      `- ${what} ${address} ${fault}${nodeId === null ? '' : `, of node ${nodeId}`}, since ${since.toISOString().slice(0, 16).replace('T', ' ')}${detail === null ? '' : `: ${detail}`}\n`,
    )
  }
  session.out(open === 0 ? 'Nothing is wrong.\n' : `${files(open)} missing or damaged.\n`)
  return open === 0 ? 0 : 1
}

export const fixityList = (session: Session): Promise<number> =>
  session.withServices(services => tellOpen(session, openFindings(services.db)))

/** @returns the exit code: 1 where something stays open */
export function fixityRepair(
  session: Session,
  flags: { readonly from?: string; readonly dryRun?: boolean },
): Promise<number> {
  return session.withServices(async services => {
    const from = flags.from === undefined ? [] : [resolve(session.folder, flags.from)]
    const isDry = flags.dryRun ?? false
    const { repaired, open } = await repairFindings(services, from, isDry)
    session.out(`${files(repaired)} ${isDry ? 'would be repaired' : 'repaired'}\n`)
    if (isDry) return open === 0 ? 0 : 1
    return await tellOpen(session, openFindings(services.db))
  })
}
