// The outline of a title as one tree: structure elements and pages in their order. Saving compares it with what is
// stored and writes only the difference: new elements, captions, types, parents, order; elements left out go to the bin.
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import {
  binNodes,
  getNode,
  moveNode,
  place,
  refreshTitles,
  rename,
  retypeNode,
  rowsBelow,
  setSorts,
  sortStep,
  type MoveTransaction,
} from '../tree/index.ts'

/** What a client sends: elements with or without id, and pages by id. */
export interface OutlineInput {
  readonly id?: number | undefined
  readonly type?: string | undefined
  readonly caption?: string | null | undefined
  readonly children?: readonly OutlineInput[] | undefined
}

export interface SaveOutcome {
  readonly created: number
  /** For the change log, so that the operation can be undone */
  readonly createdIds: readonly number[]
  readonly changed: number
  readonly moved: number
  readonly binned: number
  readonly sorted: number
}

/** Ids named in an outline. @throws Refusal not-processable where one is named twice */
function namedIds(nodes: readonly OutlineInput[], into = new Set<number>()): Set<number> {
  for (const node of nodes) {
    if (node.id !== undefined) {
      if (into.has(node.id)) throw new Refusal('not-processable', `Node ${node.id} is named twice.`)
      into.add(node.id)
    }
    namedIds(node.children ?? [], into)
  }
  return into
}

/**
 * Makes the outline of a title what the client sends; runs under the move lock.
 * @throws Refusal not-processable where a page of the title is missing, or a node is not of this title
 */
export async function save(
  trx: MoveTransaction,
  services: Services,
  title: { id: number; path: string; domainId: number; state: number },
  input: readonly OutlineInput[],
  batch: number,
): Promise<SaveOutcome> {
  const { types } = services
  const rows = new Map((await rowsBelow(trx, title.path, title.id)).map(row => [row.id, row]))
  const named = namedIds(input)
  for (const id of named)
    if (!rows.has(id))
      throw new Refusal(
        'not-processable',
        `Node ${id} is not a structure element or page of title ${title.id}.`,
      )
  const missing = [...rows.values()].filter(
    row => row.datatype === 3 && row.linkId === null && !named.has(row.id),
  )
  if (missing.length > 0)
    throw new Refusal(
      'not-processable',
      `The outline leaves out ${missing.length} ${missing.length === 1 ? 'page' : 'pages'} of the title, among them ${missing[0]?.id}; every page must stand somewhere.`,
      { missing: missing.slice(0, 100).map(row => row.id) },
    )
  const outcome = { created: 0, createdIds: [] as number[], changed: 0, moved: 0, binned: 0, sorted: 0 }
  const sorts = new Map<number, number>()

  const visit = async (nodes: readonly OutlineInput[], parentId: number): Promise<void> => {
    for (const [at, node] of nodes.entries()) {
      const sort = (at + 1) * sortStep
      const row = node.id === undefined ? undefined : rows.get(node.id)
      let id = node.id
      if (row && id !== undefined) {
        if ((row.datatype === 3 || row.linkId !== null) && (node.children?.length ?? 0) > 0)
          throw new Refusal('not-processable', `Node ${id} is a page or a link; nothing stands below it.`)
        if (
          row.datatype === 2 &&
          node.type !== undefined &&
          types.ofNumbers(2, row.type)?.name !== node.type
        ) {
          await retypeNode(trx, types, id, node.type, batch)
          outcome.changed++
        }
        if (row.datatype === 2 && node.caption !== undefined && node.caption !== row.caption) {
          await rename(trx, id, node.caption)
          outcome.changed++
        }
        if (row.parentId !== parentId) {
          await moveNode(trx, types, id, { parentId, domainId: title.domainId, place: { sort } })
          outcome.moved++
        }
        sorts.set(id, sort)
      } else {
        if (node.type === undefined)
          throw new Refusal('not-processable', 'A new structure element needs a type.')
        const parent = await getNode(trx, parentId)
        id = await place(trx, types, {
          domainId: title.domainId,
          parent,
          type: types.get('structure', node.type),
          caption: node.caption ?? null,
          place: { sort },
          released: parent.state === 1,
        })
        outcome.created++
        outcome.createdIds.push(id)
      }
      await visit(node.children ?? [], id)
    }
  }
  await visit(input, title.id)
  outcome.sorted = await setSorts(trx, sorts)
  const gone = [...rows.values()].filter(row => !named.has(row.id)).map(row => row.id)
  if (gone.length > 0)
    outcome.binned = (await binNodes(trx, types, { ids: gone }, { batch, dryRun: false })).changed
  await refreshTitles(trx, types, [title.path])
  return outcome
}
