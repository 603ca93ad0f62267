// firefolio catalogue: records of titles beside those of the online catalogues that they came from.
import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { getDomain } from '../catalogue/domains/index.ts'
import { compareWithCatalogue, refreshFromCatalogues, takeFromCatalogue } from '../intake/catalogues/index.ts'
import { Refusal } from '../errors.ts'
import { Progress } from './progress.ts'
import type { Session } from './session.ts'

interface SourceFlags {
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

const compare = (session: Session, title: string, flags: SourceFlags): Promise<number> =>
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

const take = (
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

const refresh = (
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

export function addCatalogueCommands(
  program: Command,
  session: Session,
  exitCode: (code: number) => void,
): void {
  const catalogue = program
    .command('catalogue')
    .description('records of titles in the online catalogues that they came from ([catalogue])')
  const withSource = (command: Command): Command =>
    command
      .option('--catalogue <name>', 'another catalogue than the title came from')
      .option('--identifier <id>', 'another identifier than the title has there')
  withSource(catalogue.command('compare <title>'))
    .description('say where the record here and the one there differ')
    .action(async (title: string, flags: SourceFlags) => exitCode(await compare(session, title, flags)))
  withSource(catalogue.command('take <title>'))
    .description('take the record there, or some of its fields')
    .option('--field <names...>', 'fields that differ, titleInfo for example')
    .action(async (title: string, flags: SourceFlags) => exitCode(await take(session, title, flags)))
  catalogue
    .command('refresh')
    .description('look up all titles that came from a catalogue and were not edited since')
    .option('-d, --domain <domain>', 'titles of this domain')
    .option('--dry-run', 'store nothing')
    .action(async (flags: { domain?: string; dryRun?: boolean }) => exitCode(await refresh(session, flags)))
}
