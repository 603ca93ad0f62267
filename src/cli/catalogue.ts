// firefolio catalogue: records of titles beside those of the online catalogues that they came from.
import { userInfo } from 'node:os'
import { getDomain } from '../catalogue/domains/index.ts'
import { compareWithCatalogue, refreshFromCatalogues, takeFromCatalogue } from '../intake/catalogues/index.ts'
import { Refusal } from '../errors.ts'
import { Progress } from './progress.ts'
import type { Session } from './session.ts'

export interface SourceFlags {
  readonly catalogue?: string
  readonly identifier?: string
}
const actorOf = (command: string) => ({
  name: userInfo().username,
  application: `firefolio catalogue ${command}`,
})

function idOf(title: string): number {
  if (!/^[1-9]\d{0,9}$/.test(title)) throw new Refusal('bad-request', `‘${title}’ is no id of a title.`)
  return Number(title)
}

export const compare = (session: Session, title: string, flags: SourceFlags): Promise<number> =>
  session.withServices(async services => {
    const found = await compareWithCatalogue(services, idOf(title), flags)
    session.out(`${found.catalogue} ${found.identifier}${found.isEdited ? ', edited here' : ''}\n`)
    for (const { field, here, there } of found.differences)
      session.out(
        `${field}\n${here.map(text => `  - ${text}\n`).join('')}${there.map(text => `  + ${text}\n`).join('')}`,
      )
    if (found.differences.length === 0) session.out('No differences.\n')
    return 0
  })

export const take = (
  session: Session,
  title: string,
  { field, ...source }: SourceFlags & { field?: string[] },
): Promise<number> =>
  session.withServices(async services => {
    const id = idOf(title)
    const found = await compareWithCatalogue(services, id, source)
    const actor = actorOf('take')
    const taken = await services.database.inTransaction({ actor }, trx =>
      takeFromCatalogue(trx, services, id, found, field, actor),
    )
    session.out(taken.length === 0 ? 'No differences.\n' : `Taken: ${taken.join(', ')}\n`)
    return 0
  })

export const refresh = (
  session: Session,
  { domain, dryRun = false }: { domain?: string; dryRun?: boolean },
): Promise<number> =>
  session.withServices(async services => {
    const domainId = domain === undefined ? undefined : (await getDomain(services.db, domain)).id
    const progress = new Progress('titles', session)
    const report = await refreshFromCatalogues(
      services,
      { domainId, dryRun },
      actorOf('refresh'),
      async ({ looked }) => progress.show(looked, looked + 1, 'titles'),
      (id, fields) => session.out(`${id}\t${fields.join(', ')}\n`),
    )
    progress.end()
    for (const { title, reason } of report.failed) session.out(`${title}\tfailed: ${reason}\n`)
    session.err(
      `${report.updated} ${dryRun ? 'would be updated' : 'updated'}, ${report.unchanged} unchanged, ${report.kept} kept, ${report.failed.length} failed\n`,
    )
    return report.failed.length === 0 ? 0 : 1
  })
