// The outline of a title as one tree: structure elements and pages in their order. Saving compares it with what is
// stored and writes only the difference: new elements, captions, types, parents, order; elements left out go to the bin.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { contentTag } from '../../http/etag.ts'
import { access } from '../../people/access/index.ts'
import {
  binNodes,
  getNode,
  moveNode,
  place,
  refreshTitles,
  rename,
  retypeNode,
  setSorts,
  shownPlace,
  sortStep,
  type MoveTransaction,
} from '../tree/index.ts'

export interface OutlineNode {
  readonly id: number
  readonly kind: 'structure' | 'page' | 'link'
  readonly type: string
  readonly caption: string | null
  readonly linkTo: number | null
  readonly children: OutlineNode[]
}

interface Row {
  readonly id: number
  readonly parentId: number
  readonly datatype: number
  readonly type: number
  readonly caption: string | null
  readonly linkId: number | null
  readonly state: number
  readonly delState: number
  readonly path: string
  readonly version: number
}

async function rowsBelow(db: Db, path: string, titleId: number): Promise<Row[]> {
  const { rows } =
    await sql<Row>`select OT_ID as "id", OT_OT_Parent as "parentId", OT_RCV_Datatype as "datatype", OT_RCV_Type as "type", OT_Caption as "caption",
      OT_OT_Link as "linkId", OT_State as "state", OT_DelState as "delState", OT_Path as "path",
      OT_Version as "version" from OPR_Tree
    where OT_Path starting with cast(${path} as varchar(1000)) and OT_ID <> ${titleId} and OT_DelState = 0 and OT_RCV_Datatype + 0 in (1, 2, 3)
    order by OT_Sort, OT_ID`.execute(db)
  // titles below have outlines of their own
  const titles = rows.filter(row => row.datatype === 1).map(row => row.path)
  return rows.filter(row => row.datatype !== 1 && !titles.some(title => row.path.startsWith(title)))
}

/**
 * What the caller sees of it: what is left out is left out with all below it.
 * @returns with a tag that any change of a node, its place, its name or its state makes another one
 */
export async function outline(
  services: Services,
  db: Db,
  title: { id: number; path: string; domainId: number },
  principal: Principal,
): Promise<{ readonly children: OutlineNode[]; readonly tag: string }> {
  const seesHidden = access.seesHidden(principal)
  const sees = access.filter(principal)
  const children = new Map<number, OutlineNode[]>()
  const said: unknown[] = []
  for (const row of await rowsBelow(db, title.path, title.id)) {
    if (!seesHidden && row.state === 0) continue
    if (sees && !sees(shownPlace({ ...row, domainId: title.domainId }))) continue
    said.push(row)
    const type = services.types.ofNumbers(row.datatype, row.type)
    let list = children.get(row.id)
    if (!list) children.set(row.id, (list = []))
    const node: OutlineNode = {
      id: row.id,
      kind: row.linkId !== null ? 'link' : row.datatype === 3 ? 'page' : 'structure',
      type: type?.name ?? String(row.type),
      caption: row.caption,
      linkTo: row.linkId,
      children: list,
    }
    const siblings = children.get(row.parentId)
    if (siblings) siblings.push(node)
    else children.set(row.parentId, [node])
  }
  return { children: children.get(title.id) ?? [], tag: contentTag(said) }
}

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
