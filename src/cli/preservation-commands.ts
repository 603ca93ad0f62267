// The commands that keep what the archive holds.
import type { Command } from 'commander'
import type { FixityFlags } from './fixity.ts'
import type { Session } from './session.ts'

/** @param exitCode is told 1 where something is wrong, else 0 */
export function addPreservationCommands(
  program: Command,
  session: Session,
  exitCode: (code: number) => void,
): void {
  const fixity = program.command('fixity').description('kept files against their hashes')
  fixity
    .command('check')
    .description('compare the next portion of the archive, or what is named')
    .option('--all', 'the whole archive')
    .option('--title <id>', 'what stands at a node and below it', Number)
    .option('--since <date>', 'what has changed since')
    .action(async (flags: FixityFlags) => {
      const { fixityCheck } = await import('./fixity.ts')
      exitCode(await fixityCheck(session, flags))
    })
  fixity
    .command('list')
    .description('list what is missing or damaged')
    .action(async () => {
      const { fixityList } = await import('./fixity.ts')
      exitCode(await fixityList(session))
    })
  fixity
    .command('repair')
    .description('exchange damaged files for copies with the right hash')
    .option('--from <folder>', 'folder with copies, beside those of [fixity] copies')
    .option('--dry-run', 'only look for copies and compare them; nothing changes')
    .action(async (flags: { from?: string; dryRun?: boolean }) => {
      const { fixityRepair } = await import('./fixity.ts')
      exitCode(await fixityRepair(session, flags))
    })

  const stores = program.command('stores').description('where files are kept ([stores], [store.NAME])')
  stores
    .command('list', { isDefault: true })
    .description('count what lies in each store, and say what new files go where')
    .action(async () => {
      const { listStores } = await import('./stores.ts')
      await listStores(session)
    })
  stores
    .command('move')
    .description('bring files and packs to where the configuration says, while the service runs')
    .option('--domain <name>', 'only what this domain and those below it need')
    .option('--dry-run', 'only count them')
    .action(async (flags: { dryRun?: boolean; domain?: string }) => {
      const { moveStores } = await import('./stores.ts')
      exitCode(await moveStores(session, flags))
    })

  stores
    .command('make')
    .description('make the folder of a store of kind file; done once, while its disk is mounted')
    .argument('<name>', 'as in [store.NAME]')
    .action(async (name: string) => {
      const { makeFolderOfStore } = await import('./stores.ts')
      await makeFolderOfStore(session, name)
    })

  const capsule = program
    .command('capsule')
    .description(
      'packages of titles for the long term: BagIt with METS, MODS, PREMIS, masters, texts and all rows',
    )
  capsule
    .command('make')
    .description('make the next capsule of titles: a full one first, then what has changed')
    .argument('[titles...]', 'ids of titles that no title stands above')
    .option('--all', 'every title that has none yet or has changed')
    .option('--full', 'all of it, also where an increment would do')
    .action(async (titles: string[], flags: { all?: boolean; full?: boolean }) => {
      const { capsuleMake } = await import('./capsule.ts')
      exitCode(await capsuleMake(session, titles, flags))
    })
  capsule
    .command('verify')
    .description('read delivered capsules, or the BagIts in folders, and compare them with their manifests')
    .argument('[folders...]', 'BagIts, or folders of them')
    .action(async (folders: string[]) => {
      const { capsuleVerify } = await import('./capsule.ts')
      exitCode(await capsuleVerify(session, folders))
    })
  capsule
    .command('play')
    .description('put titles back as they were from their capsules, where they are not')
    .argument('[folders...]', 'capsules, or folders of them; the places of [capsules] by default')
    .option('--title <id>', 'that title alone', Number)
    .action(async (folders: string[], flags: { title?: number }) => {
      const { capsulePlay } = await import('./capsule.ts')
      exitCode(await capsulePlay(session, folders, flags))
    })
  capsule
    .command('ocfl')
    .description('write capsules into a storage root of OCFL 1.1: a title is an object, a capsule a version')
    .argument('<root>', 'storage root: one that was written so before, or an empty folder')
    .argument('[folders...]', 'capsules, or folders of them; the places of [capsules] by default')
    .option('--title <id>', 'that title alone', Number)
    .action(async (root: string, folders: string[], flags: { title?: number }) => {
      const { capsuleOcfl } = await import('./capsule.ts')
      exitCode(await capsuleOcfl(session, root, folders, flags))
    })
  for (const [name, description, run] of [
    ['free', 'take masters out of the archive that a capsule holds, after reading that again', 'capsuleFree'],
    ['fetch', 'bring freed masters back from their capsules', 'capsuleFetch'],
  ] as const)
    capsule
      .command(name)
      .description(description)
      .argument('[nodes...]', 'ids of titles or other nodes, with all below them')
      .option('--domain <name>', 'a domain, with those below it')
      .option('--dry-run', 'only count them')
      .action(async (nodes: string[], flags: { domain?: string; dryRun?: boolean }) => {
        const masters = await import('./capsule-masters.ts')
        exitCode(await masters[run](session, nodes, flags))
      })
  capsule
    .command('list')
    .description('list what was delivered')
    .action(async () => {
      const { capsuleList } = await import('./capsule.ts')
      await capsuleList(session)
    })
}
