// Lists page by keyset: the cursor holds the sort values of the last row, so rows that come or go in between are
// neither skipped nor shown twice.
import { z } from 'zod'
import { Refusal } from '../errors.ts'
import { ListMeta, metaOf } from './envelope.ts'

export const maxPageSize = 1000

export const PageQuery = z.strictObject({
  cursor: z
    .string()
    .max(1000)
    .optional()
    .meta({ description: 'Where the list goes on; from the next link.' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(maxPageSize)
    .default(100)
    .meta({ description: 'Entries of one page.' }),
})

export type CursorValue = string | number | null

export const encodeCursor = (values: readonly CursorValue[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url')

/** Firebird takes no NUL and no half of a surrogate pair. */
const isText = (value: unknown): boolean =>
  typeof value === 'string' && !value.includes('\0') && !/\p{Surrogate}/u.test(value)

/**
 * @param shape the type of each sort value; numbers are 32-bit keys and positions
 * @throws Refusal bad-request where it is no cursor of this list
 */
export function decodeCursor(
  cursor: string | undefined,
  shape: readonly ('number' | 'string')[],
): CursorValue[] | undefined {
  if (cursor === undefined) return undefined
  try {
    const values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown
    if (!Array.isArray(values) || values.length !== shape.length) throw new Error('shape')
    const fits = values.every(
      (value, at) =>
        value === null ||
        (typeof value === shape[at] && (typeof value === 'number' ? (value | 0) === value : isText(value))),
    )
    if (!fits) throw new Error('shape')
    return values as CursorValue[]
  } catch (error) {
    throw new Refusal(
      'bad-request',
      'The cursor is not one of this list.',
      { errors: [{ pointer: 'querystring/cursor', detail: 'is not a cursor of this list' }] },
      error,
    )
  }
}

/** A page of a list from one row more than asked for: the extra row tells that there is a next page. */
export function pageOf<T>(
  rows: readonly T[],
  limit: number,
  cursorOf: (row: T) => readonly CursorValue[],
): { items: T[]; next: string | undefined } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : undefined }
}

/** The request's address with another cursor. */
export function nextLink(url: string, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const address = new URL(url, 'http://x')
  address.searchParams.set('cursor', cursor)
  return `${address.pathname}${address.search}`
}

/** Other addresses are of no stated type: beside a member that may be missing, a dictionary of strings is no type of TypeScript. */
const ListLinks = z.looseObject({
  self: z.string(),
  next: z.string().optional(),
  undo: z.string().optional(),
  operation: z.string().optional(),
})

/** Schema of a page of a list. */
export const listOf = <T extends z.ZodType>(item: T, id: string) =>
  z
    .object({
      items: z.array(item),
      links: ListLinks,
      relationships: z.object({}),
      meta: ListMeta,
    })
    .meta({ id })

export function listDocument<T>(url: string, page: { items: T[]; next: string | undefined }) {
  const next = nextLink(url, page.next)
  return {
    items: page.items,
    links: { self: url, ...(next === undefined ? {} : { next }) },
    relationships: {},
    meta: { ...metaOf({}), count: page.items.length },
  }
}
