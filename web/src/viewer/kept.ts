// What is kept of the pages that were seen: of the last ones the shape of the image, the text and its lines, so that a book of thousands of pages
// takes no more memory than one of a hundred.
import type { QueryClient } from '@tanstack/react-query'

const most = 60

/** Forgets of the answers whose keys begin so the oldest that are shown nowhere. */
export function keepLast(queries: QueryClient, name: 'info' | 'lines' | 'text'): void {
  const idle = queries.getQueryCache().findAll({ queryKey: [name], type: 'inactive', fetchStatus: 'idle' })
  if (idle.length <= most) return
  const oldest = idle.sort((a, b) => a.state.dataUpdatedAt - b.state.dataUpdatedAt).slice(0, idle.length - most)
  for (const query of oldest) queries.getQueryCache().remove(query)
}
