// Whether the service can be used, and what needs the operator soon.
import type { Services } from '../../http/module.ts'
import { isPlaceFault, spaceOf } from '../../whole-files.ts'

export const readyStates = ['ok', 'degraded', 'unavailable'] as const

export interface Readiness {
  readonly status: (typeof readyStates)[number]
  /** By what was looked at: ok, or a word or sentence about what is not */
  readonly checks: Readonly<Record<string, string>>
}

export interface Folder {
  readonly option: string
  readonly folder: string
  readonly freeBytes: number | undefined
  readonly totalBytes: number | undefined
}

const megabyte = 1024 * 1024

/** The folders that the service writes into, with the room on their disks. */
export async function foldersOf({ config, archive }: Services): Promise<Folder[]> {
  const { varLarge, varFast, var: own } = config.path
  const [large, fast, rest, free] = await Promise.all([
    spaceOf(varLarge),
    spaceOf(varFast),
    spaceOf(own),
    archive.freeBytes(),
  ])
  const of = (option: string, folder: string, space: Awaited<ReturnType<typeof spaceOf>>): Folder => ({
    option,
    folder,
    freeBytes: space?.freeBytes,
    totalBytes: space?.totalBytes,
  })
  return [
    { ...of('[path] varLarge', varLarge, large), freeBytes: free ?? large?.freeBytes },
    of('[path] varFast', varFast, fast),
    of('[path] var', own, rest),
  ]
}

/** 'ok', or which folder runs low. */
async function spaceLeft(services: Services): Promise<string> {
  const least = services.config.limits.freeMegabytes
  const low = (await foldersOf(services)).flatMap(({ option, freeBytes }) =>
    freeBytes !== undefined && freeBytes < least * megabyte
      ? [`${Math.floor(freeBytes / megabyte)} MB free in ${option}`]
      : [],
  )
  return low.length === 0 ? 'ok' : `low: ${low.join(', ')}; [limits] freeMegabytes is ${least}`
}

/** 'ok', or that it cannot be used. @param told with the reason, where it is a store that says one */
async function attempt(work: Promise<unknown>, told = false): Promise<string> {
  try {
    await work
    return 'ok'
  } catch (error) {
    return told && isPlaceFault(error) ? (error as Error).message : 'unavailable'
  }
}

export async function readinessOf(services: Services): Promise<Readiness> {
  const [database, archive, space, packs] = await Promise.all([
    attempt(
      services.database.withConnection(connection => connection.run('select 1 from SYS_TreeLock', [], 3000)),
    ),
    attempt(services.archive.checkWritable(), true),
    spaceLeft(services),
    services.packs.name === services.archive.name ? 'ok' : attempt(services.packs.checkWritable(), true),
  ])
  const isUsable = database === 'ok' && archive === 'ok'
  const concerns: Record<string, string> = packs === 'ok' ? {} : { packs }
  if (isUsable)
    for (const [name, look] of services.concerns) {
      const sentence = await look().catch(() => undefined)
      if (sentence !== undefined) concerns[name] = sentence
    }
  const isWell = space === 'ok' && Object.keys(concerns).length === 0
  return {
    status: isUsable ? (isWell ? 'ok' : 'degraded') : 'unavailable',
    checks: { database: services.databaseTrouble() ?? database, archive, space, ...concerns },
  }
}
