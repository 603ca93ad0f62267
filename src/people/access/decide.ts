// What entries say. The nearest level that says something about somebody and a verb decides: node upwards to the top of the tree, then domain
// upwards. On one level a user's own entry goes before those of groups and ranges of addresses, these before those about everyone, and among
// equals a denial before a grant. An entry about everyone is about what everyone has without a reason of their own: it takes nothing from
// those whom a topic gives the right, so that cataloguers go on working on a title that is closed to readers.
import { type Principal, type Right, rightsOfTopics, type Topic, topicsWithin } from '../../http/principal.ts'
import type { Exceptions, Reason, ShownPlace, Sight, Verb, WayIn } from '../../http/sight.ts'
import { verbs, waysIn } from '../../http/sight.ts'
import { type Entry, type Level, type Snapshot, subjectKinds } from './entries.ts'

/** The rights of the installation that give a verb everywhere: who works on what is hidden works on what is closed to readers as well. */
const rightsFor: Readonly<Partial<Record<Verb, readonly Right[]>>> = {
  see: ['hidden:read'],
  'see-image': ['hidden:read'],
  // who may fetch the scan has the image without a watermark anyway
  unmarked: ['master:read'],
  text: ['hidden:read'],
  download: ['hidden:read'],
  edit: ['meta:write'],
  create: ['meta:write', 'structure:write', 'import'],
  structure: ['structure:write', 'page:write'],
  master: ['master:read'],
  release: ['release'],
  bin: ['bin'],
  purge: ['purge'],
  import: ['import'],
  order: ['order'],
  'manage-rights': ['manage-rights'],
}

/** What somebody with just this topic may do with every node, be it released or not. */
export function verbsOfTopic(topic: Topic): Verb[] {
  const given = rightsOfTopics([topic])
  return (Object.keys(rightsFor) as Verb[]).filter(verb => rightsFor[verb]?.some(right => given.has(right)))
}

/** Topics of a principal that give a verb everywhere, without those that another of them covers. */
export function topicsGiving(principal: Principal, verb: Verb): Topic[] {
  const giving = [...principal.topics].filter(topic => {
    const given = rightsOfTopics([topic])
    return (rightsFor[verb] ?? []).some(right => given.has(right))
  })
  return giving.filter(topic => !giving.some(other => other !== topic && topicsWithin([other]).has(topic)))
}

/** Verbs that everyone has on what is released. */
const open: ReadonlySet<Verb> = new Set(['see', 'see-image', 'text', 'download'])

/** What one level says about one verb: undefined width is any width. */
interface Say {
  readonly grant: boolean
  readonly entry: Entry
  readonly width: number | undefined
  readonly isAboutEveryone: boolean
}
interface CompiledLevel {
  readonly says: ReadonlyMap<Verb, Say>
  readonly isPrivate: boolean
}

/** No narrow key, and no viewer of another site, keeps from looking at what an entry opens. */
const isWithin = ({ within }: Principal, verb: Verb): boolean =>
  within === undefined ||
  open.has(verb) ||
  verb === 'unmarked' ||
  (rightsFor[verb] ?? []).some(right => within.has(right))

const rankOf = (entry: Entry): 0 | 1 | 2 =>
  entry.subject === subjectKinds.user ? 0 : entry.subject === subjectKinds.everyone ? 2 : 1

/** Entries of one rank: explicit ones first, then what they bring with them. */
function saysOf(entries: readonly Entry[], rank: number): Map<Verb, Say> {
  const says = new Map<Verb, Say>()
  for (const entry of entries) {
    const say: Say = {
      grant: entry.grant === 1,
      entry,
      width: entry.width ?? undefined,
      isAboutEveryone: rank === 2,
    }
    const known = says.get(entry.right)
    // a denial beats a grant; of two grants the wider one counts
    const isStronger =
      !known ||
      (known.grant && (!say.grant || say.width === undefined || say.width > (known.width ?? Infinity)))
    if (isStronger) says.set(entry.right, say)
  }
  const see = says.get('see')
  if (see && !see.grant) for (const verb of verbs) says.set(verb, see)
  else if (!see) {
    // who may do something with a node must be able to see it
    const grant = [...says.values()].find(say => say.grant)
    if (grant) says.set('see', { ...grant, width: undefined })
  }
  return says
}

function compile(level: Level, isAbout: (entry: Entry) => boolean): CompiledLevel {
  const about = level.entries.filter(isAbout)
  const says = new Map<Verb, Say>()
  for (const rank of [0, 1, 2] as const)
    for (const [verb, say] of saysOf(
      about.filter(entry => rankOf(entry) === rank),
      rank,
    ))
      if (!says.has(verb)) says.set(verb, say)
  return { says, isPrivate: level.isPrivate }
}

function compiled(
  levels: ReadonlyMap<number, Level>,
  isAbout: (entry: Entry) => boolean,
): Map<number, CompiledLevel> {
  const result = new Map<number, CompiledLevel>()
  for (const [id, level] of levels) {
    const found = compile(level, isAbout)
    if (found.says.size > 0 || found.isPrivate) result.set(id, found)
  }
  return result
}

const isActive = (entry: Entry, now: number): boolean =>
  (entry.from === null || entry.from.getTime() <= now) &&
  (entry.until === null || now < entry.until.getTime())

/** Ids of a path from the node itself upwards, one at a time: lists ask for thousands of paths. */
function* upwards(path: string): Generator<number> {
  for (let end = path.length - 1; end > 0;) {
    const start = path.lastIndexOf('|', end - 1)
    if (end - start > 1) yield Number(path.slice(start + 1, end))
    end = start
  }
}

/** What a principal may see and do, by the entries of a snapshot, at one moment. */
export class EntrySight implements Sight {
  readonly key: string
  readonly isPlain: boolean
  readonly isShared: boolean
  readonly hasRanges: boolean
  readonly hidden: Sight['hidden']
  /** When it no longer holds, in ms; Infinity where no entry begins or ends */
  readonly until: number
  readonly #principal: Principal
  readonly #now: number
  readonly #snapshot: Snapshot
  readonly #nodes: Map<number, CompiledLevel>
  readonly #domains: Map<number, CompiledLevel>
  readonly #granted = new Set<Verb>()
  readonly #denied = new Set<Verb>()
  readonly #beyondKey = new Set<Verb>()
  readonly #exceptions = new Map<Verb, Exceptions | undefined>()

  /** @param ranges ranges of addresses that the caller's address lies in */
  constructor(
    snapshot: Snapshot,
    principal: Principal,
    ranges: ReadonlySet<string>,
    now: number,
    key: string,
  ) {
    this.#principal = principal
    this.#now = now
    this.#snapshot = snapshot
    this.isShared = ranges.size === 0
    this.hasRanges = snapshot.ranges.size > 0
    this.until = snapshot.boundaries.find(at => at > now) ?? Infinity
    const isOperator = principal.kind === 'operator'
    const isAbout = (entry: Entry): boolean =>
      !isOperator &&
      isActive(entry, now) &&
      (entry.subject === subjectKinds.everyone ||
        (entry.userId !== null && entry.userId === principal.userId) ||
        (entry.groupId !== null && principal.groups.has(entry.groupId)) ||
        (entry.range !== null && ranges.has(entry.range)))
    this.#nodes = isOperator ? new Map() : compiled(snapshot.nodes, isAbout)
    this.#domains = isOperator ? new Map() : compiled(snapshot.domains, isAbout)
    for (const { says } of [...this.#nodes.values(), ...this.#domains.values()])
      for (const [verb, say] of says) (say.grant ? this.#granted : this.#denied).add(verb)
    // the scopes of a key narrow what entries give as well
    for (const verb of this.#granted) if (!isWithin(principal, verb)) this.#beyondKey.add(verb)
    this.isPlain = this.#granted.size + this.#denied.size === 0
    const everywhere = this.#byTopic('edit') || principal.rights.has('hidden:read')
    this.hidden = everywhere
      ? this.#denied.has('edit')
        ? 'some'
        : 'all'
      : this.#granted.has('edit')
        ? 'some'
        : 'none'
    this.key = this.isPlain ? (everywhere ? 'all' : '') : `${snapshot.number}.${this.until}.${key}`
  }

  #byTopic(verb: Verb): boolean {
    if (this.#principal.kind === 'operator') return true
    return (rightsFor[verb] ?? []).some(right => this.#principal.rights.has(right))
  }

  mayAnywhere(verb: Verb): boolean {
    return open.has(verb) || this.#byTopic(verb) || (this.#granted.has(verb) && !this.#beyondKey.has(verb))
  }

  #said(verb: Verb, place: { readonly path: string; readonly domainId: number }): Say | undefined {
    if (!this.#granted.has(verb) && !this.#denied.has(verb)) return undefined
    const isByTopic = this.#byTopic(verb)
    const binds = (say: Say | undefined): say is Say =>
      say !== undefined && !(say.isAboutEveryone && !say.grant && isByTopic)
    if (this.#nodes.size > 0)
      for (const id of upwards(place.path)) {
        const level = this.#nodes.get(id)
        if (!level) continue
        const say = level.says.get(verb)
        if (binds(say)) return say
        if (level.isPrivate) return undefined
      }
    for (const id of this.#snapshot.lineage.get(place.domainId) ?? []) {
      const level = this.#domains.get(id)
      if (!level) continue
      const say = level.says.get(verb)
      if (binds(say)) return say
      if (level.isPrivate) return undefined
    }
    return undefined
  }

  reason(verb: Verb, place: ShownPlace): Reason {
    if (this.#principal.kind === 'operator') return { allowed: true, by: 'operator' }
    if (!place.isVisible && !this.#seesHidden(place)) return { allowed: false, by: 'release' }
    if (verb !== 'see') {
      const see = this.#own('see', place)
      if (!see.allowed) return see
    }
    return this.#own(verb, place)
  }

  /** What is not released is seen by who may edit it, or has the right to see all that is hidden. */
  #seesHidden(place: { readonly path: string; readonly domainId: number }): boolean {
    const said = this.#said('edit', place)
    return said
      ? said.grant && !this.#beyondKey.has('edit')
      : this.#principal.rights.has('hidden:read') || this.#byTopic('edit')
  }

  /** What is said about the verb itself, release aside. */
  #own(verb: Verb, place: ShownPlace): Reason {
    const say = this.#said(verb, place)
    if (say?.grant && this.#beyondKey.has(verb)) return { allowed: false, by: 'nothing' }
    if (say) return reasonOf(say)
    // of who may fetch the scan itself nothing is kept back
    if (verb === 'unmarked') return this.#own('master', place)
    if (!open.has(verb))
      return this.#byTopic(verb) ? { allowed: true, by: 'topic' } : { allowed: false, by: 'nothing' }
    // whole files show what the images show
    if (verb === 'download') {
      const image = this.#own('see-image', place)
      return image.width === undefined ? image : { ...image, allowed: false }
    }
    return { allowed: true, by: 'release' }
  }

  can(verb: Verb, place: ShownPlace): boolean {
    if (this.isPlain && place.isVisible && open.has(verb)) return true
    return this.reason(verb, place).allowed
  }

  waysIn(verb: Verb, place: ShownPlace): WayIn[] {
    const { nodes, domains, lineage } = this.#snapshot
    const levels = [
      ...[...upwards(place.path)].map(id => nodes.get(id)),
      ...(lineage.get(place.domainId) ?? []).map(id => domains.get(id)),
    ]
    const found = new Set<WayIn>()
    for (const level of levels) {
      const entries = (level?.entries ?? []).filter(
        entry => isActive(entry, this.#now) && (entry.right === verb || entry.right === 'see'),
      )
      for (const { grant, right, subject } of entries)
        if (grant === 1 && right === verb && subject !== subjectKinds.everyone)
          found.add(subject === subjectKinds.range ? 'place' : 'log-in')
      // what stands above is not asked any more: the denial decides
      if (level?.isPrivate || entries.some(entry => entry.subject === subjectKinds.everyone)) break
    }
    return waysIn.filter(way => found.has(way))
  }

  hiddenDomain(name: string): number | undefined {
    const id = this.#snapshot.domainIds.get(name)
    if (id === undefined || this.can('see', { path: '', domainId: id, isVisible: true })) return undefined
    return id
  }

  exceptions(verb: 'see' | 'text'): Exceptions | undefined {
    if (!this.#denied.has(verb)) return undefined
    if (!this.#exceptions.has(verb)) this.#exceptions.set(verb, this.#exceptionsOf(verb))
    return this.#exceptions.get(verb)
  }

  #exceptionsOf(verb: Verb): Exceptions | undefined {
    const place = (path: string, domainId: number) => ({ path, domainId, isVisible: true })
    const domainIds = [...this.#snapshot.lineage.keys()].filter(id => !this.#own(verb, place('', id)).allowed)
    // a private level says nothing itself and still ends what comes from above
    const nodes = [...this.#nodes].flatMap(([id, level]): [number, boolean][] => {
      if (!level.says.has(verb) && !level.isPrivate) return []
      return [[id, this.#own(verb, place(`|${id}|`, 0)).allowed]]
    })
    if (domainIds.length === 0 && nodes.every(([, seen]) => seen)) return undefined
    return { key: `${verb}.${this.key}`, domainIds, nodes }
  }
}

const reasonOf = ({ grant, entry, width }: Say): Reason => ({
  allowed: grant,
  by: 'entry',
  entryId: entry.id,
  level: entry.nodeId !== null ? { node: entry.nodeId } : { domain: entry.domainId as number },
  ...(grant && width !== undefined ? { width } : {}),
  ...(entry.until !== null ? { until: entry.until } : {}),
  note: entry.note,
})
