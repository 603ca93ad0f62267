// Where an identifier leads whose node does not carry it any more, and what is said of what was withdrawn.
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import * as repository from './repository.ts'
import type { Assigned } from './repository.ts'

interface Place {
  readonly id: number
  readonly path: string
  readonly domainId: number
  readonly state: number
  readonly delState: number
}

const placeOf = (db: Db, id: number): Promise<Place | undefined> =>
  db
    .selectFrom('OPR_Tree')
    .select([
      'OT_ID as id',
      'OT_Path as path',
      'OT_OD_ID as domainId',
      'OT_State as state',
      'OT_DelState as delState',
    ])
    .where('OT_ID', '=', id)
    .executeTakeFirst()

/**
 * What was withdrawn: removed for good, binned, or hidden again. What is only closed to the caller is not there for them, and nothing is told of it.
 */
async function isWithdrawn(db: Db, principal: Principal, nodeId: number): Promise<boolean> {
  const place = await placeOf(db, nodeId)
  return !place || access.sees(principal, { ...place, isVisible: true })
}

/** The answer to whoever asks for what was withdrawn. */
function tombstone(promises: readonly [Assigned, ...Assigned[]]): Refusal {
  const [first] = promises
  const caption = promises.find(each => each.caption !== null)?.caption
  const names = promises.map(({ value }) => value).join(', ')
  const day = (date: Date): string => date.toISOString().slice(0, 10)
  return new Refusal(
    'gone',
    `${caption ?? 'This'} was withdrawn${first.goneAt ? ` on ${day(first.goneAt)}` : ''}. It had ${names} since ${day(first.createdAt)}.`,
    {
      identifiers: promises.map(({ scheme, value, createdAt }) => ({
        scheme,
        value,
        assignedAt: createdAt.toISOString(),
      })),
      ...(caption == null ? {} : { caption }),
      ...(first.goneAt ? { withdrawnAt: first.goneAt.toISOString() } : {}),
    },
  )
}

/** What is said of a node that is not shown: its tombstone, where it had identifiers of ours. */
export async function tombstoneOf(
  db: Db,
  principal: Principal,
  nodeId: number,
): Promise<Refusal | undefined> {
  const [first, ...others] = await repository.ofNodes(db, [nodeId])
  return first && (await isWithdrawn(db, principal, nodeId)) ? tombstone([first, ...others]) : undefined
}
