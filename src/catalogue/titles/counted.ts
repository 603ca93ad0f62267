// Rows of titles with the counts that who asks is told of, where entries close or open some of their pages.
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { countsByEntries } from '../tree/index.ts'
import type { Title } from './repository.ts'

export async function asCounted<Row extends Title>(
  { db, types }: Services,
  principal: Principal,
  rows: readonly Row[],
): Promise<Row[]> {
  const seen = await countsByEntries(
    db,
    types,
    principal,
    rows.map(row => row.id),
  )
  return rows.map(row => {
    const counts = seen.get(row.id)
    if (!counts) return row
    const [pages, text] = [counts.pages, counts.hasText ? 1 : 0]
    return { ...row, pageCache: pages, pagesShown: pages, textState: text, textShown: text }
  })
}
