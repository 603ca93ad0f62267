// In which articles of a page the words of a search stand, where the page has regions of articles.
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import type { Terms } from '../../search-index/query.ts'
import { servedText } from '../../catalogue/texts/index.ts'
import { articlesOnPages } from '../objects/index.ts'
import { occurrences } from './find-in-title.ts'
import type { SearchService } from './service.ts'

export interface Article {
  readonly id: number
  readonly caption: string | null
}

/** Articles of pages whose regions hold words that were found there, in the order of the article. */
export async function articlesOf(
  services: Services,
  search: SearchService,
  principal: Principal,
  ids: readonly number[],
  terms: Terms,
): Promise<Map<number, Article[]>> {
  const { db } = services
  const onPages = await articlesOnPages(db, access.sight(principal), ids)
  const found = new Map<number, Article[]>()
  for (const [page, regions] of onPages) {
    const text = await servedText(services, db, page)
    const words = occurrences(text?.lines.flatMap(line => line.words) ?? [], terms, search.form)
    const boxes = words.flatMap(each => each.words.map(({ box }) => box))
    const articles = new Map<number, Article>()
    for (const { id, caption, box } of regions) {
      const holds = boxes.some(({ x, y, width, height }) => {
        const [across, down] = [x + width / 2 - box.x, y + height / 2 - box.y]
        return across >= 0 && across <= box.width && down >= 0 && down <= box.height
      })
      if (holds) articles.set(id, { id, caption })
    }
    found.set(page, [...articles.values()])
  }
  return found
}
