// The sight of each principal, made once and kept as long as the entries are as they were. A process looks at most twice a second whether they
// changed (one row), at once after a change of its own; a sight ends when the next entry begins or ends.
import type { Database } from '../../firebird/database.ts'
import type { Principal } from '../../http/principal.ts'
import { EntrySight } from './decide.ts'
import { currentNumber, inRange, type Level, readSnapshot, type Snapshot } from './entries.ts'

const checkedEveryMs = 500
const maxSights = 2000

export class Sights {
  readonly #database: Database
  readonly #now: () => number
  #snapshot: Snapshot | undefined
  #checkedAt = 0
  #generation = 0
  #checking: Promise<Snapshot> | undefined
  readonly #sights = new Map<string, EntrySight>()

  constructor(database: Database, now: () => number = Date.now) {
    this.#database = database
    this.#now = now
  }

  /** Entries were changed here: the next look reads them anew. */
  forget(): void {
    this.#generation++
    this.#checkedAt = 0
    this.#checking = undefined
  }

  /** Of the entries in use, looked up within the last second by whoever asked for something; undefined before that */
  get number(): number | undefined {
    return this.#snapshot?.number
  }

  async of(principal: Principal): Promise<EntrySight> {
    return this.#sight(await this.#recent(), principal, this.#now())
  }

  /** What a principal would see if a level were as given; nothing of it is kept. */
  async supposing(
    principal: Principal,
    at: { readonly nodeId: number } | { readonly domainId: number },
    level: Level,
  ): Promise<EntrySight> {
    const known = await this.#recent()
    const isNode = 'nodeId' in at
    const ranges = level.entries.flatMap(({ range }) => (range === null ? [] : [range]))
    const snapshot: Snapshot = {
      ...known,
      nodes: isNode ? new Map(known.nodes).set(at.nodeId, level) : known.nodes,
      domains: isNode ? known.domains : new Map(known.domains).set(at.domainId, level),
      ranges: new Map([...known.ranges, ...ranges.map(range => [range, inRange(range)] as const)]),
    }
    return new EntrySight(snapshot, principal, rangesOf(snapshot, principal), this.#now(), 'supposed')
  }

  async #recent(): Promise<Snapshot> {
    return this.#snapshot && this.#now() - this.#checkedAt < checkedEveryMs
      ? this.#snapshot
      : await this.#current()
  }

  async #current(): Promise<Snapshot> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined
    })
    return await this.#checking
  }

  async #check(): Promise<Snapshot> {
    const generation = this.#generation
    const { db } = this.#database
    const known = this.#snapshot
    const snapshot = known && (await currentNumber(db)) === known.number ? known : await readSnapshot(db)
    // what was read before a change of ours is not kept
    if (generation !== this.#generation) return await this.#check()
    if (snapshot !== known) this.#sights.clear()
    this.#snapshot = snapshot
    this.#checkedAt = this.#now()
    return snapshot
  }

  #sight(snapshot: Snapshot, principal: Principal, now: number): EntrySight {
    const ranges = rangesOf(snapshot, principal)
    const key = keyOf(principal, ranges)
    const known = this.#sights.get(key)
    if (known && now < known.until) return known
    const sight = new EntrySight(snapshot, principal, ranges, now, key)
    this.#sights.delete(key)
    this.#sights.set(key, sight)
    if (this.#sights.size > maxSights) {
      const [oldest] = this.#sights.keys()
      if (oldest !== undefined) this.#sights.delete(oldest)
    }
    return sight
  }
}

/** Ranges of addresses that entries name and the caller's address lies in. */
function rangesOf(snapshot: Snapshot, { address }: Principal): Set<string> {
  const ranges = new Set<string>()
  if (address !== undefined)
    for (const [range, holds] of snapshot.ranges) if (holds(address)) ranges.add(range)
  return ranges
}

const sorted = (values: Iterable<string | number>): string =>
  [...values]
    .map(String)
    .sort((a, b) => (a < b ? -1 : 1))
    .join(',')

/** Principals with one key are the same to all entries. */
function keyOf(principal: Principal, ranges: ReadonlySet<string>): string {
  if (principal.kind === 'operator') return 'operator'
  return `${principal.userId ?? ''};${sorted(principal.groups)};${sorted(ranges)};${sorted(principal.rights)}`
}
