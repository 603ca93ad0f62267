// Rows of the table in the order of a column. No index would carry that for a level of any length, so the service gives rows in the order of the
// tree alone, and a level that is short enough to be fetched whole is sorted here.

/** What of a node rows are sorted by. */
export interface Sortable {
  readonly id: number
  readonly datatype: string
  readonly type: string
  readonly caption: string | null
  readonly isReleased: boolean
  readonly isInBin: boolean
  readonly title?: { readonly pagesPresent: number; readonly hasText: boolean; readonly signature: string | null; readonly tags: readonly string[] } | undefined
  readonly meta: { readonly updatedAt?: string | null | undefined }
}
/** What stands in cells as words of the reader's language */
export interface Words {
  readonly type: (node: Sortable) => string
  readonly state: (node: Sortable) => string
}

/** A word is ordered by the language, a number as such; undefined is no value. */
type Value = string | number | undefined
const word = (text: string | null | undefined): Value => (text ? text : undefined)
const values = {
  name: node => word(node.caption),
  type: (node, words) => words.type(node),
  state: (node, words) => words.state(node),
  pages: node => node.title?.pagesPresent,
  text: node => (node.title?.hasText ? 1 : undefined),
  signature: node => word(node.title?.signature),
  tags: node => word(node.title?.tags.join(', ')),
  changed: node => (node.meta.updatedAt ? Date.parse(node.meta.updatedAt) : undefined),
  id: node => node.id,
} as const satisfies Readonly<Record<string, (node: Sortable, words: Words) => Value>>
export type SortBy = keyof typeof values

export interface Sorting {
  readonly by: SortBy
  /** From the last to the first */
  readonly isDown: boolean
}

/** The order that the address names, `changed` or `-changed`; undefined where that column is not shown: nobody would see what rows are sorted by. */
export function sortingOf(text: string | undefined, shown: readonly SortBy[]): Sorting | undefined {
  const isDown = text?.startsWith('-') === true
  const by = shown.find(each => each === (isDown ? text?.slice(1) : text))
  return by && { by, isDown }
}

/** What the address names after a press on the head of a column: up, down, and the order of the tree again. */
export const pressed = (sorting: Sorting | undefined, by: SortBy): string | undefined =>
  sorting?.by !== by ? by : sorting.isDown ? undefined : `-${by}`

/** The rows in that order: what has no value comes last in both directions, and what is alike stays in the order of the tree. */
export function sorted<Row extends Sortable>(rows: readonly Row[], { by, isDown }: Sorting, words: Words, locale: string): readonly Row[] {
  const { compare } = new Intl.Collator(locale, { numeric: true })
  const valueOf: (node: Sortable, words: Words) => Value = values[by]
  const keyed = rows.map(row => ({ row, value: valueOf(row, words) }))
  const order = (one: Value, other: Value): number => {
    if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined)
    const up = typeof one === 'number' && typeof other === 'number' ? one - other : compare(String(one), String(other))
    return isDown ? -up : up
  }
  return keyed.sort((one, other) => order(one.value, other.value)).map(({ row }) => row)
}
