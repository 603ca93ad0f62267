// The members of a title that holds titles, in their order: the issues of a newspaper by their days, and what stands beside one. Of thousands no
// more is read than their places.
import type { Db } from '../../firebird/database.ts'
import type { Principal } from '../../http/principal.ts'
import type { Services } from '../../http/module.ts'
import { access } from '../../people/access/index.ts'
import { withoutUnseen } from './load.ts'
import { type MemberRow, memberRows } from './repository.ts'

export interface Member {
  readonly id: number
  /** Day of an issue, YYYY-MM-DD */
  readonly issueDate: string | undefined
}

/** What the principal sees of them, as the outline goes. */
export async function loadMembers(
  services: Services,
  db: Db,
  principal: Principal,
  id: number,
): Promise<Member[]> {
  const { types } = services
  const title = types.code('title')
  const sees = access.filter(principal)
  const all = await memberRows(db, id, {
    hidden: access.seesHidden(principal),
    title,
    page: types.code('page'),
  })
  const rows = sees
    ? withoutUnseen(all, id, row =>
        sees({ path: row.path, domainId: row.domainId, isVisible: row.state === 1 }),
      )
    : all
  const children = new Map<number, MemberRow[]>()
  for (const row of rows) {
    const siblings = children.get(row.parentId ?? 0)
    if (siblings) siblings.push(row)
    else children.set(row.parentId ?? 0, [row])
  }
  const below = (parent: number): Member[] =>
    (children.get(parent) ?? [])
      .sort((a, b) => a.sort - b.sort || a.id - b.id)
      .flatMap(row =>
        row.linkId !== null
          ? []
          : row.datatype === title
            ? [{ id: row.id, issueDate: row.issueDate ?? undefined }]
            : below(row.id),
      )
  return below(id)
}

export interface Year {
  readonly year: string
  readonly issues: number
}

/** The years that have issues, in their order. */
export function yearsOf(members: readonly Member[]): Year[] {
  const counts = new Map<string, number>()
  for (const { issueDate } of members) {
    const year = /^(\d{4})-\d{2}-\d{2}/.exec(issueDate ?? '')?.[1]
    if (year !== undefined) counts.set(year, (counts.get(year) ?? 0) + 1)
  }
  return [...counts].map(([year, issues]) => ({ year, issues })).sort((a, b) => (a.year < b.year ? -1 : 1))
}
