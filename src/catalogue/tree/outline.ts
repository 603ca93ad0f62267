// The outline of a title as it stands, with the tag that changes of it and of its pages are made on.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { contentTag } from '../../http/etag.ts'
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { changedBelow, changedSentence, lastOperation } from './changed-below.ts'
import { lockNodes } from './kept.ts'
import { shownPlace } from './place.ts'

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

/** Structure, pages and links of a title, without what titles below it hold. */
export async function rowsBelow(db: Db, path: string, titleId: number): Promise<Row[]> {
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
  // the number tells a refusal since when it looks
  const tag = `${contentTag(said).slice(0, -1)}.${(await lastOperation(db)).toString(36)}"`
  return { children: children.get(title.id) ?? [], tag }
}

const contentOf = (tag: string): string => tag.trim().replace(/\.[\da-z]+"$/, '"')

/**
 * For changes of an outline or of its pages: locks what it holds until they commit.
 * @param expected If-Match, * for whatever stands there
 * @throws Refusal stale that names what was changed, by whom
 */
export async function requireOutline(
  services: Services,
  db: Db,
  title: { readonly id: number; readonly path: string; readonly domainId: number },
  principal: Principal,
  expected: string,
): Promise<void> {
  // all of it: who renames an element or labels a page meanwhile waits, and is told
  const below = expected === '*' ? [] : await rowsBelow(db, title.path, title.id)
  await lockNodes(db, [title.id, ...below.map(({ id }) => id)])
  const { tag: current } = await outline(services, db, title, principal)
  if (expected === '*' || expected.split(',').some(tag => contentOf(tag) === contentOf(current))) return
  const since = Number.parseInt(/\.([\da-z]{1,6})"$/.exec(expected.trim())?.[1] ?? '', 36)
  const changed = since <= 2147483647 ? await changedBelow(db, title.path, since) : []
  throw new Refusal(
    'stale',
    `Elements or pages of the outline have been changed since you read them; read them again.${changedSentence(changed)}`,
    { changed: changed.slice(0, 1000) },
  )
}
