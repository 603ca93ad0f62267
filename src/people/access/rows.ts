// Lists of which not every row is seen: read on until the page is full, so that its length tells nothing of what was left out.

const mostAtOnce = 5000

/**
 * Rows that are seen, at most `limit`, from as many reads as it takes.
 * @param read rows after one, undefined for the first, at most so many
 * @param sees undefined where every row is
 */
export async function seenRows<T>(
  read: (after: T | undefined, count: number) => Promise<T[]>,
  sees: ((row: T) => boolean) | undefined,
  limit: number,
): Promise<T[]> {
  if (!sees) return await read(undefined, limit)
  const seen: T[] = []
  let after: T | undefined
  let looked = 0
  for (let count = limit; ;) {
    const rows = await read(after, count)
    for (const row of rows) {
      if (sees(row)) seen.push(row)
      if (seen.length === limit) return seen
    }
    if (rows.length < count) return seen
    after = rows.at(-1)
    looked += rows.length
    // as many as are likely to bring what is missing, by what was seen so far
    const missing = limit - seen.length
    count = Math.min(
      mostAtOnce,
      seen.length === 0 ? looked * 2 : Math.ceil((missing * looked) / seen.length) + 8,
    )
  }
}

/** The rows of a stream that are seen. */
export async function* only<T>(rows: AsyncIterable<T>, sees: (row: T) => boolean): AsyncGenerator<T> {
  for await (const row of rows) if (sees(row)) yield row
}
