// Nodes by what a cataloguer has at hand.
import { type Api, taken } from '../../shared/api.ts'

export interface Hit {
  readonly id: number
  readonly text: string
  readonly more: string
}

export const inAnyCase = (text: string) => text.toLocaleLowerCase()

/** What a cataloguer has at hand: a number, a signature, an identifier, words of a title. */
export async function found(api: Api, words: string): Promise<Hit[]> {
  const titles = (query: { signature?: string; identifier?: string; q?: string }) =>
    taken(api.GET('/api/v1/titles', { params: { query: { limit: 6, ...query } } })).then(
      ({ items }) => items,
      () => [],
    )
  const [node, ...lists] = await Promise.all([
    /^\d{1,9}$/.test(words)
      ? taken(api.GET('/api/v1/tree/{id}', { params: { path: { id: Number(words) } } })).catch(() => undefined)
      : undefined,
    titles({ signature: words }),
    titles({ identifier: words }),
    titles({ q: words }),
  ])
  const hits = new Map<number, Hit>()
  if (node) hits.set(node.id, { id: node.id, text: node.caption ?? `#${node.id}`, more: `#${node.id}` })
  for (const title of lists.flat())
    if (!hits.has(title.id))
      hits.set(title.id, {
        id: title.id,
        text: title.title ?? title.caption ?? `#${title.id}`,
        more: [title.persons[0]?.name, title.date, title.signature].filter(Boolean).join(' · '),
      })
  return [...hits.values()].slice(0, 10)
}
