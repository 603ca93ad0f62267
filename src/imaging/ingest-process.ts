// The process that judges masters and makes access packs, one after the other: its memory, threads and crashes are its own, so that ingest
// never slows reading. Orders come as messages; each is answered with what was found or built, or with a verdict.
import { rm } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { Refusal } from '../errors.ts'
import type { MasterLimits } from './decoding.ts'
import { buildPack, type BuiltPack } from './pack/build.ts'
import type { Recipe } from './pack/recipe.ts'
import { probe, type Verdict } from './probe.ts'
import { decodedSource } from './source.ts'

/** A master to be judged */
export interface JudgeOrder {
  readonly master: string
  readonly limits: MasterLimits
  /** 0-based, of a PDF */
  readonly page: number
}
/** A pack to be made */
export interface PackOrder {
  readonly master: string
  readonly target: string
  readonly recipe: Recipe
  readonly limits: MasterLimits
}
export type IngestWork = { readonly judge: JudgeOrder } | { readonly build: PackOrder }
export type IngestAnswer =
  | { readonly id: number; readonly judged: Verdict }
  | { readonly id: number; readonly built: BuiltPack }
  | { readonly id: number; readonly verdict: string }
  | { readonly id: number; readonly fault: string }

/** What says nothing about the master: a full disk, a file that went away. */
const faultOf = (error: unknown): string | undefined => {
  const { code, message } = error as NodeJS.ErrnoException
  const isFault =
    ['ENOSPC', 'EDQUOT', 'EIO', 'EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ESTALE', 'EMFILE', 'ENOMEM'].includes(
      code ?? '',
    ) || /no space left|unable to write|write error|open for write/i.test(message)
  return isFault ? message : undefined
}

const below = 10
try {
  setPriority(below)
} catch {
  // a container may forbid it; then the scheduler treats both alike
}

type Answer = IngestAnswer extends infer A ? (A extends { id: number } ? Omit<A, 'id'> : never) : never

async function judge({ master, limits, page }: JudgeOrder): Promise<Answer> {
  try {
    return { judged: await probe(master, limits, page) }
  } catch (error) {
    return { fault: faultOf(error) ?? (error instanceof Error ? error.message : String(error)) }
  }
}

async function build(order: PackOrder): Promise<Answer> {
  const decoded = `${order.target}.decoded`
  try {
    const source = await decodedSource(order.master, order.recipe.page, decoded, order.limits)
    const built = await buildPack({
      source: source.path,
      page: source.page,
      target: order.target,
      recipe: order.recipe,
      maxPixels: order.limits.maxPixels,
    })
    return { built }
  } catch (error) {
    await rm(order.target, { force: true }).catch(() => {})
    const fault = faultOf(error)
    if (fault !== undefined) return { fault }
    const sentence = error instanceof Refusal ? error.message : 'The master cannot be decoded to its end.'
    const cause =
      error instanceof Error && !(error instanceof Refusal) ? ` (${error.message.split('\n')[0]})` : ''
    return { verdict: `${sentence}${cause}`.slice(0, 500) }
  } finally {
    await rm(decoded, { force: true })
  }
}

let last: Promise<void> = Promise.resolve()
process.on('message', (order: IngestWork & { readonly id: number }) => {
  last = last.then(async () => {
    const answer = 'judge' in order ? await judge(order.judge) : await build(order.build)
    process.send?.({ ...answer, id: order.id })
  })
})
// whoever gave the orders is gone: the decoders of this process's group end with it
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'))
