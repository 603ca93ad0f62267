// firefolio capsule: packages of titles for the long term, made, verified and played back.
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { Refusal } from '../errors.ts'
import {
  bagsIn,
  bagsOf,
  exportObject,
  listCapsules,
  makeAll,
  makeCapsule,
  openRoot,
  playCapsules,
  readCapsule,
  type ReadCapsule,
  verifyBag,
  verifyCapsules,
} from '../preservation/capsules/index.ts'
import type { OpenServices } from '../services.ts'
import { counted } from './counted.ts'
import { Progress } from './progress.ts'
import type { Session } from './session.ts'

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`
const actorOf = (command: string) => ({
  name: userInfo().username,
  application: `firefolio capsule ${command}`,
})

/** @returns the exit code: 1 where a capsule could not be made */
export function capsuleMake(
  session: Session,
  titles: readonly string[],
  flags: { readonly all?: boolean; readonly full?: boolean },
): Promise<number> {
  if ((titles.length === 0) !== (flags.all ?? false))
    throw new Refusal('bad-request', 'Name the titles by their ids, or give --all.')
  const ids = titles.map(title => {
    if (!/^[1-9]\d{0,9}$/.test(title)) throw new Refusal('bad-request', `‘${title}’ is no id of a title.`)
    return Number(title)
  })
  return session.withServices(async services => {
    const actor = actorOf('make')
    const full = flags.full ?? false
    const progress = new Progress('capsules', session)
    if (flags.all) {
      const report = await makeAll(services, { actor, full }, async done =>
        progress.show(done, done + 1, 'titles'),
      )
      progress.end()
      session.out(
        `${counted(report.made, 'capsule')} made, ${megabytes(report.bytes)}; ${counted(report.unchanged, 'title')} unchanged\n`,
      )
      for (const { reason } of report.failed) session.out(`- ${reason}\n`)
      return report.failed.length === 0 ? 0 : 1
    }
    for (const id of ids) {
      const made = await makeCapsule(services, id, {
        actor,
        full,
        progress: async done => progress.show(done, done + 1, 'files'),
      })
      progress.end()
      session.out(
        made
          ? `${made.name}: ${made.kind}, ${counted(made.files, 'file')}, ${megabytes(made.bytes)}\n`
          : `Title ${id} has not changed since its last capsule.\n`,
      )
    }
    return 0
  })
}

/** @returns the exit code: 1 where a capsule is damaged */
export function capsuleVerify(session: Session, folders: readonly string[]): Promise<number> {
  if (folders.length > 0) return verifyFolders(session, folders)
  return session.withServices(async services => {
    const progress = new Progress('capsules', session)
    const { verified, bytes, damaged } = await verifyCapsules(services, undefined, async done =>
      progress.show(done, done + 1, 'capsules'),
    )
    progress.end()
    session.out(`${counted(verified, 'capsule')} read, ${megabytes(bytes)}; ${damaged.length} damaged\n`)
    for (const name of damaged) session.out(`- ${name}\n`)
    return damaged.length === 0 ? 0 : 1
  })
}

/** Any BagIt, without the database. */
async function verifyFolders(session: Session, folders: readonly string[]): Promise<number> {
  let damaged = 0
  for (const folder of folders)
    for (const bag of await bagsIn(resolve(session.folder, folder))) {
      const { faults, payload, bytes } = await verifyBag(bag)
      session.out(
        `${faults.length === 0 ? 'ok  ' : 'WRONG'} ${bag}: ${counted(payload.length, 'file')}, ${megabytes(bytes)}\n`,
      )
      for (const fault of faults) session.out(`  - ${fault}\n`)
      if (faults.length > 0) damaged++
    }
  return damaged === 0 ? 0 : 1
}

/** Capsules by their titles; those that are damaged are told and left out. */
async function readCapsules(
  session: Session,
  services: OpenServices,
  folders: readonly string[],
  title: number | undefined,
): Promise<{ readonly titles: ReadonlyMap<number, readonly ReadCapsule[]>; readonly refused: number }> {
  const titles = new Map<number, ReadCapsule[]>()
  const seen = new Set<string>()
  let refused = 0
  const named = folders.map(folder => resolve(session.folder, folder))
  for await (const bag of bagsOf(services, named)) {
    const titleId = Number(/^title-(\d+)-\d+-/.exec(bag.name)?.[1])
    if ((title !== undefined && titleId !== title) || seen.has(bag.name)) continue
    try {
      const capsule = await readCapsule(bag)
      seen.add(bag.name)
      titles.set(capsule.titleId, [...(titles.get(capsule.titleId) ?? []), capsule])
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason === 'unavailable') throw error
      refused++
      session.out(`- ${error.message}\n`)
    }
  }
  return { titles, refused }
}

/** Writes what the folders hold into a storage root of OCFL, title by title. @returns the exit code: 1 where one could not be written */
export async function capsuleOcfl(
  session: Session,
  root: string,
  folders: readonly string[],
  flags: { readonly title?: number },
): Promise<number> {
  return await session.withServices(async services => {
    if (services.config.server.publicUrl === '')
      throw new Refusal(
        'bad-request',
        'Objects are called by the addresses of their titles, for good: set [server] publicUrl first.',
      )
    const place = await openRoot(resolve(session.folder, root))
    const { titles, refused } = await readCapsules(session, services, folders, flags.title)
    let failed = refused
    for (const [titleId, capsules] of titles) {
      try {
        const object = { id: `${services.publicUrl()}/id/${titleId}`, titleId }
        const { id, place: below, versions, isUnchanged } = await exportObject(place, object, capsules)
        session.out(`${id}: ${isUnchanged ? 'unchanged' : `v${versions}`}, ${below}\n`)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        failed++
        session.out(`- ${error.message}\n`)
      }
    }
    return failed === 0 ? 0 : 1
  })
}

/** Plays back what the folders hold, title by title. @returns the exit code: 1 where one could not be played back */
export async function capsulePlay(
  session: Session,
  folders: readonly string[],
  flags: { readonly title?: number },
): Promise<number> {
  return await session.withServices(async services => {
    const { titles, refused } = await readCapsules(session, services, folders, flags.title)
    let failed = refused
    const progress = new Progress('playback', session)
    for (const capsules of titles.values()) {
      try {
        const played = await playCapsules(services, capsules, actorOf('play'), async (done, total) =>
          progress.show(done, total, 'files'),
        )
        progress.end()
        session.out(
          `Title ${played.titleId} ‘${played.caption ?? ''}’: ${counted(played.rows, 'row')}, ${counted(played.files, 'file')} from ${counted(capsules.length, 'capsule')}\n`,
        )
        for (const note of played.notes) session.out(`  - ${note}\n`)
      } catch (error) {
        progress.end()
        if (!(error instanceof Refusal)) throw error
        if (error.details['isPlayed'] !== true) failed++
        session.out(`- ${error.message}\n`)
      }
    }
    if (titles.size === 0 && failed === 0)
      throw new Refusal('not-found', 'There is no capsule in these folders.')
    return failed === 0 ? 0 : 1
  })
}

export function capsuleList(session: Session): Promise<void> {
  return session.withServices(async services => {
    for (let after = 0; ;) {
      const part = await listCapsules(services.db, after, 200)
      const last = part.at(-1)
      if (!last) return
      after = last.id
      for (const { name, kind, files, bytes, caption, confirmedAt } of part)
        session.out(
          `${name}  ${kind}  ${counted(files, 'file')}, ${megabytes(bytes)}, read ${confirmedAt?.toISOString().slice(0, 10) ?? 'never'}  ${caption ?? ''}\n`,
        )
    }
  })
}
