// The process that judges masters and makes access packs, one after the other: its memory, threads and crashes are its own, so that ingest
// never slows reading. Orders come as messages; each is answered with what was found or built, or with a verdict.
import { setPriority } from 'node:os'
import { Refusal } from '../errors.ts'
import type { MasterLimits } from './decoding.ts'
import { discard, faultOf } from './own-files.ts'
import { buildPack, type BuiltPack, readAlone } from './pack/build.ts'
import type { Recipe } from './pack/recipe.ts'
import { probe, type Verdict } from './probe.ts'
import { withDecoded } from './source.ts'

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
  /** Of ours; the system's code, where it told one */
  | { readonly id: number; readonly fault: string; readonly code?: string }

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
    return faultOf(error) ?? { fault: error instanceof Error ? error.message : String(error) }
  }
}

async function build({ master, target, recipe, limits }: PackOrder): Promise<Answer> {
  const decoded = `${target}.decoded`
  try {
    const source = await withDecoded(master, recipe.page, decoded, limits, async found => {
      // a file of ours is looked through before it is used
      if (found.path !== master)
        await readAlone({ source: found.path, page: found.page, maxPixels: limits.maxPixels })
      return found
    })
    const built = await buildPack({
      source: source.path,
      isDecoded: source.path !== master,
      page: source.page,
      target,
      recipe,
      maxPixels: limits.maxPixels,
    })
    return { built }
  } catch (error) {
    await discard(target)
    const fault = faultOf(error)
    if (fault !== undefined) return fault
    const sentence = error instanceof Refusal ? error.message : 'The master cannot be decoded to its end.'
    const cause =
      error instanceof Error && !(error instanceof Refusal) ? ` (${error.message.split('\n')[0]})` : ''
    return { verdict: `${sentence}${cause}`.slice(0, 500) }
  } finally {
    await discard(decoded)
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
