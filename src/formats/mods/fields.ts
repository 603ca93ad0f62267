// What a record is written from: entered fields, and what catalogue formats map to.

export interface TitleFields {
  readonly title: string
  readonly subTitle?: string | undefined
  readonly nonSort?: string | undefined
  readonly partNumber?: string | undefined
  readonly partName?: string | undefined
}
export interface PersonFields {
  readonly name: string
  readonly role?: string | undefined
  /** Roles beyond the first: codes of the relator list, or words */
  readonly roles?: readonly string[] | undefined
  readonly type?: 'personal' | 'corporate' | 'conference' | 'family' | undefined
  readonly dates?: string | undefined
  /** Numeration, titles */
  readonly terms?: string | undefined
  /** Address in an authority file */
  readonly uri?: string | undefined
}
export type SubjectPart = readonly [
  kind: 'topic' | 'geographic' | 'temporal' | 'genre' | 'title' | 'personal' | 'corporate' | 'conference',
  value: string,
]
export interface RelatedFields {
  readonly title?: string | undefined
  readonly type?:
    | 'host'
    | 'series'
    | 'preceding'
    | 'succeeding'
    | 'original'
    | 'otherVersion'
    | 'otherFormat'
    | 'constituent'
    | 'references'
    | undefined
  readonly person?: string | undefined
  /** Volume, issue, pages as written */
  readonly part?: string | undefined
  /** Number in the series, where it is one */
  readonly number?: string | undefined
  readonly identifiers?: readonly { readonly scheme: string; readonly value: string }[] | undefined
  readonly record?: { readonly value: string; readonly source: string } | undefined
}

export interface ModsFields extends TitleFields {
  readonly otherTitles?: readonly (TitleFields & {
    readonly type: 'alternative' | 'uniform' | 'translated' | 'abbreviated'
  })[]
  readonly persons?: readonly PersonFields[] | undefined
  readonly typeOfResource?: string | undefined
  readonly isManuscript?: boolean | undefined
  readonly isCollection?: boolean | undefined
  readonly genre?: string | undefined
  readonly genres?: readonly { readonly value: string; readonly authority?: string | undefined }[]
  readonly date?: string | undefined
  /** Years as coded: their first and last */
  readonly codedDates?: readonly [from: string, to?: string] | undefined
  readonly isDateDoubtful?: boolean | undefined
  readonly place?: string | undefined
  /** Beside the first */
  readonly furtherPlaces?: readonly string[] | undefined
  readonly countryCode?: string | undefined
  readonly publisher?: string | undefined
  readonly furtherPublishers?: readonly string[] | undefined
  readonly edition?: string | undefined
  readonly furtherEditions?: readonly string[] | undefined
  readonly issuance?: 'monographic' | 'multipart monograph' | 'serial' | 'continuing' | 'integrating resource'
  readonly frequency?: string | undefined
  readonly languages?: readonly string[] | undefined
  readonly extent?: string | undefined
  /** Of further carriers */
  readonly furtherExtents?: readonly string[] | undefined
  readonly abstracts?: readonly string[]
  readonly contents?: readonly string[]
  readonly notes?: readonly { readonly type?: string | undefined; readonly text: string }[]
  readonly subjects?: readonly {
    readonly authority?: string | undefined
    readonly parts: readonly SubjectPart[]
  }[]
  readonly classifications?: readonly { readonly authority: string; readonly value: string }[]
  readonly related?: readonly RelatedFields[]
  readonly shelfLocator?: string | undefined
  readonly physicalLocation?: string | undefined
  /** Bar code of the copy */
  readonly itemIdentifier?: string | undefined
  readonly urls?: readonly string[]
  readonly accessConditions?: readonly {
    readonly type: string
    readonly text: string
    readonly href?: string | undefined
  }[]
  readonly identifiers?: readonly { readonly scheme: string; readonly value: string }[] | undefined
  /** Number of the part that the record is */
  readonly volume?: string | undefined
  readonly record?: { readonly value: string; readonly source: string } | undefined
  /** Which rules made the record of another one */
  readonly recordOrigin?: string | undefined
}
