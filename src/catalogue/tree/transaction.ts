// Whoever inserts, moves, bins, restores or removes nodes does it in a transaction of this type. It holds the lock that orders such changes
// between processes (decision 6), carries who acts into the histories, and brings what titles know of the nodes below them up to date before it
// commits. The functions that write nodes take nothing else, so none of this can be forgotten.
import type { FastifyRequest } from 'fastify'
import type { TypeSystem } from '../../config/types.ts'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import { type Actor, type Db, setContext } from '../../firebird/database.ts'
import type { Reservation } from '../../firebird/isolation.ts'
import type { Services } from '../../http/module.ts'
import { type Answer, write } from '../../http/write.ts'
import { assignReleased } from '../identifiers/index.ts'
import { requireNoneOpen } from '../notes/index.ts'
import { enforceTransitions } from '../transitions/index.ts'
import { refreshTitles } from './title-caches.ts'

/** Insertions coexist; whoever moves, bins, restores or removes excludes insertions and others of its kind. */
type Lock = 'insert' | 'move'

const reservations: Readonly<Record<Lock, readonly Reservation[]>> = {
  insert: [{ table: 'SYS_TreeLock', mode: 'shared' }],
  move: [{ table: 'SYS_TreeLock', mode: 'protected' }],
}

const scope = Symbol('tree transaction')

interface Scope<L extends Lock> {
  readonly lock: L
  /** Paths of nodes below which pages were inserted */
  readonly grown: Set<string>
}

/** A transaction in which nodes may be inserted. */
export type TreeTransaction = Db & { readonly [scope]: Scope<Lock> }
/** A transaction in which nodes may also be moved, binned, restored, retyped and removed. */
export type MoveTransaction = Db & { readonly [scope]: Scope<'move'> }

interface Locks {
  readonly insert: TreeTransaction
  readonly move: MoveTransaction
}

/** Notes that a page was inserted below a node; the titles above it are brought up to date before the commit. */
export const grew = (trx: TreeTransaction, path: string): void => void trx[scope].grown.add(path)

/** Brings titles up to date now: for an answer that tells their version. Otherwise the commit does it. */
export async function settle(trx: TreeTransaction, types: TypeSystem): Promise<void> {
  const { grown } = trx[scope]
  if (grown.size === 0) return
  await refreshTitles(trx, types, [...grown])
  grown.clear()
}

async function inScope<L extends Lock, T>(
  trx: Db,
  lock: L,
  types: TypeSystem,
  work: (trx: Locks[L]) => Promise<T>,
): Promise<T> {
  const tree = Object.assign(trx, { [scope]: { lock, grown: new Set<string>() } })
  const result = await work(tree as unknown as Locks[L])
  await settle(tree, types)
  return result
}

/** One operation of a program, to the end: what holds for each of its kind holds now. */
async function operate<L extends Lock, T>(
  services: Services,
  trx: Db,
  { lock, actor }: { readonly lock: L; readonly actor: Actor },
  work: (trx: Locks[L]) => Promise<T>,
): Promise<T> {
  const result = await inScope(trx, lock, services.types, work)
  await enforceTransitions(trx, actor)
  await assignReleased(services, trx)
  await requireNoneOpen(trx, services)
  return result
}

/** A tree transaction of the program's own: an import, a harvest, a job, a check. @throws Refusal where a transition is not its author's to make, or what is released has open notes */
export const inTree = <L extends Lock, T>(
  services: Services,
  options: { readonly lock: L; readonly actor: Actor },
  work: (trx: Locks[L], connection: FirebirdConnection) => Promise<T>,
): Promise<T> =>
  services.database.inTransaction(
    { reserve: reservations[options.lock], actor: options.actor },
    (trx, connection) => operate(services, trx, options, tree => work(tree, connection)),
  )

/** One of several operations that share a transaction. */
export interface Operation<L extends Lock, T> {
  readonly actor: Actor
  /** @param batch its number, which marks what it writes in the histories */
  readonly work: (trx: Locks[L], connection: FirebirdConnection, batch: number) => Promise<T>
}

/**
 * Several operations in one transaction, each with its own number and ended as by itself: writing what all of them share, pages of indexes
 * above all, costs more than what each adds.
 * @param before what is to be done ahead of all of them
 * @returns their results, in their order
 * @throws as inTree; then none of them was done
 */
export const inTreeTogether = <L extends Lock, T>(
  services: Services,
  lock: L,
  operations: readonly Operation<L, T>[],
  before: (trx: Db) => Promise<void>,
): Promise<T[]> =>
  services.database.inTransaction({ reserve: reservations[lock] }, async (trx, connection) => {
    await before(trx)
    const results: T[] = []
    for (const { actor, work } of operations) {
      const batch = (await setContext(trx, { actor, batch: 'next' })) as number
      results.push(await operate(services, trx, { lock, actor }, tree => work(tree, connection, batch)))
    }
    return results
  })

/** A tree transaction that answers a request, as its actor. */
export const writeTree = <L extends Lock, T>(
  services: Services,
  request: FastifyRequest,
  lock: L,
  work: (trx: Locks[L], connection: FirebirdConnection) => Promise<Answer<T>>,
  bodyDigest?: string,
): Promise<Answer<T>> =>
  write(services, request, { reserve: reservations[lock], bodyDigest }, (trx, connection) =>
    inScope(trx, lock, services.types, tree => work(tree, connection)),
  )
