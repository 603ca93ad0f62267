// The commands that work with the repository, in whatever session they are run. What a command does is loaded when it is called: a third of the
// time of a short one is loading what it does not need.
import { type Command, Option } from 'commander'
import { encodings } from '../formats/marc/iso2709.ts'
import { harvestedPrefixes } from '../formats/oai-pmh/harvested.ts'
import type { RebuildFlags } from './images.ts'
import type { HarvestFlags } from './harvest.ts'
import type { ImportFlags } from './import.ts'
import { addCatalogueCommands } from './catalogue-commands.ts'
import { addIdentifierCommands } from './identifier-commands.ts'
import { addMigrateCommands } from './migrate-commands.ts'
import { addPreservationCommands } from './preservation-commands.ts'
import type { RecogniseFlags } from './recognise.ts'
import type { Session } from './session.ts'
import { addUserCommands } from './user-commands.ts'

export const workingCommands = [
  'import',
  'harvest',
  'recognise',
  'search',
  'check',
  'images',
  'user',
  'key',
  'group',
  'fixity',
  'capsule',
  'stores',
  'identifiers',
  'catalogue',
  'vls',
]

/** @param exitCode is told 1 where a command has found or met something wrong, else 0 */
export function addWorkingCommands(
  program: Command,
  session: Session,
  exitCode: (code: number) => void,
): void {
  program
    .command('import')
    .description(
      'import a delivery: METS, catalogue records (MARC 21, MAB2, PICA+, MODS), records beside images, folders of images, PDF or TIFF of several pages, a list of titles (CSV, XLSX), a ZIP or BagIt of these',
    )
    .argument('<path>', 'file or folder')
    .requiredOption('-d, --domain <domain>', 'domain by name or id')
    .option('--create-domain', 'create the domain if it does not exist')
    .option('--parent <id>', 'OT_ID of the title above', Number)
    .option('--type <type>', 'type of records that do not tell it')
    .addOption(
      new Option(
        '--identifier <of>',
        'a title without an identifier takes the name of its folder or file',
      ).choices(['folder']),
    )
    .option(
      '--catalogue <name>',
      'online catalogue: titles without a record are looked up there by the names of their folders or PDF',
    )
    .addOption(
      new Option(
        '--encoding <name>',
        'of MARC 21 and MAB2 that are no XML; by default what the record says, or what its bytes are',
      ).choices(encodings),
    )
    .option(
      '--columns <of>',
      "of a list of titles: which column is which field, e.g. 'Sig.=signature,Titel=title,Notiz=none'",
    )
    .option('--release', 'release what is created')
    .option('--keep-ids', 'keep the ids of a Visual Library Server')
    .option('--strict', 'refuse a title with a bad or missing scan')
    .option('--overwrite', 'replace records that were edited here')
    .option('--allow-missing', 'end with 0 also where scans are missing or were refused (else 3)')
    .option('--dry-run', 'do all the work, then take it back')
    .option('--json', 'print the reports as JSON lines')
    .action(async (path: string, flags: ImportFlags) => {
      const { importPath } = await import('./import.ts')
      exitCode(await importPath(session, path, flags))
    })

  program
    .command('import-template')
    .description(
      'print a list of titles to be filled in (CSV): a line for each, with the folder of its images',
    )
    .action(async () => {
      const { listTemplate } = await import('../intake/deliveries/index.ts')
      session.out(listTemplate)
    })

  program
    .command('harvest')
    .description('pull a set of a foreign repository into a domain by OAI-PMH; again: what has changed since')
    .argument('<baseUrl>', 'address of the repository')
    .requiredOption('-d, --domain <domain>', 'domain by name or id')
    .option('--set <set>', 'setSpec; all of the repository by default')
    .addOption(
      new Option('--prefix <prefix>', 'metadata format').choices([...harvestedPrefixes]).default('mods'),
    )
    .option('--release', 'release what is harvested')
    .action(async (baseUrl: string, flags: HarvestFlags) => {
      const { harvest } = await import('./harvest.ts')
      exitCode(await harvest(session, baseUrl, flags))
    })

  program
    .command('recognise')
    .description('have the pages at nodes and below them read by a program (OCR), as [ocr] describes it')
    .argument('[nodes...]', 'ids; without them the domains that have languages of their own')
    .option('--all', 'also pages that have a text; corrections stay beside the new one')
    .option('--languages <codes>', 'instead of those of the domain, joined by +, e.g. deu+frk')
    .action(async (nodes: string[], flags: RecogniseFlags) => {
      const { recognise } = await import('./recognise.ts')
      exitCode(await recognise(session, nodes, flags))
    })

  program
    .command('search')
    .description('the search index')
    .command('rebuild')
    .description('make it anew from the database, beside the one that is in use')
    .action(async () => {
      const { rebuildIndex } = await import('./search.ts')
      await rebuildIndex(session)
    })

  program
    .command('check')
    .description('look for what breaks the invariants of the repository')
    .option('--repair', 'mend what can be mended')
    .option('--only <names>', 'checks to run, separated by commas')
    .option('--list', 'list the checks')
    .action(async (flags: { repair?: boolean; only?: string; list?: boolean }) => {
      const { check } = await import('./check.ts')
      exitCode(await check(session, flags))
    })

  const images = program
    .command('images')
    .description('access packs of page images, and the cache of renderings')
  images
    .command('check')
    .description('look for missing, damaged and stray packs')
    .option('--repair', 'want anew what is missing or damaged, remove what is stray')
    .action(async (flags: { repair?: boolean }) => {
      const { checkImages } = await import('./images.ts')
      exitCode(await checkImages(session, flags))
    })
  images
    .command('rebuild')
    .description('make the packs that are wanted, and those whose settings have changed')
    .option('--all', 'every pack')
    .option('--refused', 'those whose master could not be decoded')
    .option('--page <id>', 'that of one page', Number)
    .action(async (flags: RebuildFlags) => {
      const { rebuildImages } = await import('./images.ts')
      exitCode(await rebuildImages(session, flags))
    })
  images
    .command('stat')
    .description('how many packs there are, and their bytes')
    .action(async () => {
      const { imageStatistics } = await import('./images.ts')
      await imageStatistics(session)
    })
  images
    .command('purge')
    .description('remove kept renderings')
    .option('--older-than <days>', 'not used for so many days', Number)
    .option('--to <megabytes>', 'the least recently used until so much is left', Number)
    .action(async (flags: { olderThan?: number; to?: number }) => {
      const { purgeCache } = await import('./images.ts')
      await purgeCache(session, flags)
    })

  addUserCommands(program, session)
  addPreservationCommands(program, session, exitCode)
  addIdentifierCommands(program, session, exitCode)
  addCatalogueCommands(program, session, exitCode)
  addMigrateCommands(program, session, exitCode)
}
