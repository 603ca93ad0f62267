// What an index is asked, whatever engine answers: terms in fields, joined by and, or, not.
export const titleFields = [
  'title',
  'person',
  'publisher',
  'place',
  'subject',
  'identifier',
  'other',
] as const
export type TitleField = (typeof titleFields)[number]

/** What names are of; those of titles are offered to who types, the others are counted, too. */
export const nameKinds = ['title', 'person', 'subject', 'place'] as const
export type NameKind = (typeof nameKinds)[number]
export const countedNames = ['person', 'subject', 'place'] as const
export type CountedName = (typeof countedNames)[number]

/** Words in compared form (formats/text/fold.ts); several with blanks between them stand next to each other. */
export type Terms = {
  /** All in order next to each other, all anywhere, or any of them */
  readonly match: 'phrase' | 'all' | 'any'
  readonly words: readonly { readonly text: string; readonly isPrefix: boolean }[]
}
export type Condition =
  | { readonly kind: 'terms'; readonly fields: readonly (TitleField | 'fulltext')[]; readonly terms: Terms }
  | {
      readonly kind: 'value'
      readonly field: 'type' | 'language' | 'domain' | 'id'
      readonly values: readonly (string | number)[]
    }
  | { readonly kind: 'name'; readonly of: CountedName; readonly folded: string }
  | { readonly kind: 'date'; readonly from: string | undefined; readonly to: string | undefined }
  | { readonly kind: 'and' | 'or' | 'not'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'everything' | 'nothing' }

/** Titles that who asks may not see or not read; the nearest level above a title decides. */
export interface Withheld {
  /** Names the whole: equal keys mean equal titles */
  readonly key: string
  readonly domainIds: readonly number[]
  /** Titles by id: whether they and what is below them is seen */
  readonly nodes: readonly (readonly [id: number, seen: boolean])[]
}

export interface Scope {
  /** Titles that are not there for who asks */
  readonly unseen?: Withheld | undefined
  /** Titles whose texts are not there for who asks */
  readonly unread?: Withheld | undefined
  readonly domainIds?: readonly number[] | undefined
  /** OT_Path of a title: it and what is below it */
  readonly path?: string | undefined
  /** Only titles that stand in no other: no volumes, no issues */
  readonly isTop?: boolean | undefined
}
export type OrderedKey = 'title' | 'person' | 'place' | 'publisher'
export type SortKey = OrderedKey | 'relevance' | 'date' | 'release'
export interface TitleQuery {
  readonly condition: Condition
  readonly scope: Scope
  readonly sort: readonly { readonly key: SortKey; readonly descending: boolean }[]
  /** Number of the order of a language */
  readonly order: number
  readonly offset: number
  readonly limit: number
  readonly facets: boolean
}
export type FacetName = 'type' | 'domain' | 'language' | 'decade' | CountedName
export interface TitleHits {
  readonly total: number
  readonly ids: readonly number[]
  /** How many titles have a value, the most frequent first */
  readonly facets:
    Readonly<Record<FacetName, readonly { readonly value: string; readonly count: number }[]>> | undefined
}
export interface PageHit {
  readonly id: number
  readonly titleId: number
  readonly label: string | null
}
export interface PageHits {
  readonly total: number
  readonly pages: readonly PageHit[]
}

/** A name that begins as somebody has typed. */
export interface SuggestedName {
  readonly kind: NameKind
  readonly name: string
  /** How many titles of the scope have it, counted up to a thousand */
  readonly titles: number
  /** One of them, the highest */
  readonly titleId: number
}

export interface IndexedTitle {
  readonly id: number
  readonly domainId: number
  readonly path: string
  readonly type: string
  readonly fields: Readonly<Record<TitleField, string>>
  /** As they are shown, and as they are compared */
  readonly names: readonly { readonly kind: NameKind; readonly name: string; readonly folded: string }[]
  readonly sort: Readonly<Record<'date' | 'release', string>>
  /** Keys of the names that are sorted by, in each order of a language */
  readonly orders: readonly Readonly<Record<OrderedKey, string>>[]
  readonly dateFrom: string | undefined
  readonly dateTo: string | undefined
  readonly languages: readonly string[]
  /** Undefined where the texts are as they were */
  readonly pages:
    readonly { readonly id: number; readonly label: string | null; readonly text: string }[] | undefined
  /** Of the texts: another one means that they have changed */
  readonly textTag: string
}

/** A search index of titles and texts of pages. Another engine answers the same questions. */
export interface SearchIndex {
  /** Number of the last change that is in it */
  lastNumber(): Promise<number>
  /** Whether all changes that there were have been in it once; until then answers are partial */
  isComplete(): Promise<boolean>
  /** Notes that they have. */
  setComplete(): Promise<void>
  textTags(ids: readonly number[]): Promise<Map<number, string>>
  /** Puts titles in or in their place again, takes others out, and notes the number, all or nothing. */
  apply(titles: readonly IndexedTitle[], removed: readonly number[], number: number): Promise<void>
  titles(query: TitleQuery): Promise<TitleHits>
  /** Pages whose texts hold the terms, by title and reading order. */
  pages(
    terms: Terms,
    titleIds: readonly number[] | undefined,
    scope: Scope,
    range: { readonly offset: number; readonly limit: number },
  ): Promise<PageHits>
  /** How many pages of each title hold the terms. */
  pageCounts(terms: Terms, titleIds: readonly number[], scope?: Scope): Promise<Map<number, number>>
  /** Words of an index from one on, with the number of records that hold them. */
  scan(
    field: TitleField | 'fulltext',
    from: string,
    count: number,
    scope?: Scope,
  ): Promise<{ readonly term: string; readonly count: number }[]>
  /** Names that hold all words, in compared form, the last of them as a beginning: at most so many of each kind. */
  suggest(words: readonly string[], scope: Scope, most: number): Promise<SuggestedName[]>
  /** For each word that no title and no text has, the nearest that one has; undefined where there is none, or the word is known. */
  respell(words: readonly string[], scope: Scope): Promise<(string | undefined)[]>
  /** How many titles each domain has by its id, those of domains below it aside. */
  countsByDomain(scope?: Scope): Promise<Map<number, number>>
  size(): Promise<{ readonly titles: number; readonly pages: number; readonly bytes: number }>
  close(): Promise<void>
}
