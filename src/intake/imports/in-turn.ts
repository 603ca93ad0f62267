// Documents stored one after another. What is records alone shares transactions, as far as they go well: most of what a small record costs is the
// pages of indexes that its commit writes, and those are the same for many.
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import { titlesOf } from '../plans/index.ts'
import { refusalOf } from './failure.ts'
import { type StagedDocument, storeDocument, storeDocuments } from './import-title.ts'
import type { ImportReport } from './store-plan.ts'

export interface InTurn {
  /** What is to be stored, or why it cannot be; undefined has its turn without anything to store */
  readonly staged: StagedDocument | Refusal | undefined
}
type Ready<D extends InTurn> = D & { readonly staged: StagedDocument }

export interface Stored<D extends InTurn> {
  readonly document: D
  /** What became of it; undefined where there was nothing to store */
  readonly result: ImportReport | Refusal | undefined
}

/** So many documents share a transaction at most, and so long the first of them waits: others wait for its locks. */
const mostTogether = 25
const mostTogetherMs = 250
/** Titles of a document that is small. */
const fewTitles = 3

/** Whether a document is a record or a few, and nothing else. */
function isSmall({ staged, options }: StagedDocument): boolean {
  const titles = [...titlesOf(staged.plan.titles)]
  return (
    !options.dryRun &&
    titles.length <= fewTitles &&
    titles.every(title => title.items.length === 0 && !title.files?.length)
  )
}

/** Where one is refused, those before it are stored again without it, and it by itself: each has the outcome that it would have had alone. */
async function* storeTogether<D extends InTurn>(
  services: Services,
  documents: readonly Ready<D>[],
): AsyncGenerator<Stored<D>> {
  for (let rest = documents; rest.length > 0;) {
    const [first] = rest as [Ready<D>]
    let reached = 0
    try {
      const reports =
        rest.length === 1
          ? [await storeDocument(services, first.staged)]
          : await storeDocuments(
              services,
              rest.map(({ staged }) => staged),
              at => (reached = at),
            )
      for (const [at, document] of rest.entries()) yield { document, result: reports[at] }
      return
    } catch (error) {
      const refusal = refusalOf(error)
      if (rest.length === 1) {
        yield { document: first, result: refusal }
        return
      }
      yield* storeTogether(services, rest.slice(0, reached))
      yield* storeTogether(services, rest.slice(reached, reached + 1))
      rest = rest.slice(reached + 1)
    }
  }
}

/**
 * Stores documents in their order; each is there when its result is given.
 * @param documents are drawn as they are needed; where they end, what was drawn is still stored
 * @throws what may pass: a database that is away, and the like
 */
export async function* storeInTurn<D extends InTurn>(
  services: Services,
  documents: AsyncIterable<D>,
): AsyncGenerator<Stored<D>> {
  let waiting: Ready<D>[] = []
  let since = 0
  const storeAll = (): AsyncGenerator<Stored<D>> => {
    const ready = waiting
    waiting = []
    return storeTogether(services, ready)
  }
  for await (const document of documents) {
    const { staged } = document
    if (staged === undefined || staged instanceof Refusal) {
      yield* storeAll()
      yield { document, result: staged }
      continue
    }
    const isAlone = !isSmall(staged)
    if (isAlone) yield* storeAll()
    if (waiting.length === 0) since = performance.now()
    waiting.push(document as Ready<D>)
    if (isAlone || waiting.length >= mostTogether || performance.now() - since > mostTogetherMs)
      yield* storeAll()
  }
  yield* storeAll()
}
