// What somebody may see and do where: the words of it. people/access answers; everything that shows or changes a node asks.

/** What may be allowed on a node or a domain. */
export const verbs = [
  'see', // it exists, and its metadata
  'see-image', // its images, up to a width or whole
  'unmarked', // its images without the watermark of the domain
  'text', // its full text
  'download', // whole files: PDF, collections of texts
  'master', // the archived scans
  'annotate',
  'edit',
  'create',
  'structure',
  'release',
  'bin',
  'purge',
  'import',
  'order',
  'manage-rights',
] as const
export type Verb = (typeof verbs)[number]

/** Where a node stands: its ids from the top down and its domain. */
export interface Place {
  readonly path: string
  readonly domainId: number
}

/** A node as far as release decides about it. */
export interface ShownPlace extends Place {
  /** Released and not in the bin */
  readonly isVisible: boolean
}

/** Why something is allowed or not: the entry that says so, or that no entry says anything. */
export interface Reason {
  readonly allowed: boolean
  readonly by: 'entry' | 'topic' | 'release' | 'operator' | 'nothing'
  /** Of the entry */
  readonly entryId?: number
  /** Where the entry hangs */
  readonly level?: { readonly node: number } | { readonly domain: number }
  /** Widest image that may be seen, in pixels; undefined: any */
  readonly width?: number | undefined
  /** When the answer may change, because an entry begins or ends */
  readonly until?: Date | undefined
  readonly note?: string | null | undefined
}

/** How those come in whom a denial keeps out: as somebody who is known here, or from a place whose addresses are. */
export const waysIn = ['log-in', 'place'] as const
export type WayIn = (typeof waysIn)[number]

/** What may not be seen below what may, in a form that an index of titles can be asked with. */
export interface Exceptions {
  /** Names the whole: equal keys mean equal exceptions */
  readonly key: string
  /** Domains (their own id, inheritance resolved) whose nodes are not seen */
  readonly domainIds: readonly number[]
  /** Levels within the tree: OT_ID and whether what is below it is seen; the nearest above a node decides */
  readonly nodes: readonly (readonly [id: number, seen: boolean])[]
}

/** What a principal may see and do, as of now: one is made for each request, and kept as long as it holds. */
export interface Sight {
  /** Equal keys see the same: part of ETags and of names in caches that are not everyone's */
  readonly key: string
  /** No entry says anything about this principal: topics and release alone decide, and nothing needs a look at a path */
  readonly isPlain: boolean
  /** Nothing about the caller's address decides: what everyone is shown may be kept for everyone */
  readonly isShared: boolean
  /** Whether any entry is about a range of addresses: where somebody sits can be enough */
  readonly hasRanges: boolean
  /** Hidden and binned nodes: all are seen, those for which an entry says so, or none */
  readonly hidden: 'all' | 'some' | 'none'
  /** Whether a verb is allowed anywhere at all: a route may go on to ask where */
  mayAnywhere(verb: Verb): boolean
  reason(verb: Verb, place: ShownPlace): Reason
  can(verb: Verb, place: ShownPlace): boolean
  /** For whom the entries that deny something make an exception; nobody is named */
  waysIn(verb: Verb, place: ShownPlace): WayIn[]
  /** The domain that a name, short name, reference or id stands for, where the caller may not see it */
  hiddenDomain(name: string): number | undefined
  /** What is not seen (or, with another verb, not allowed) among released titles; undefined where there is nothing */
  exceptions(verb: 'see' | 'text'): Exceptions | undefined
}
