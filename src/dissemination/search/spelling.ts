// What somebody meant whose search found nothing: the same words, those that nobody has spelt as one that is there.
import type { Db } from '../../firebird/database.ts'
import { placedWords } from '../../formats/text/fold.ts'
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import type { Condition, Scope } from '../../search-index/query.ts'
import { loadTitles } from '../objects/index.ts'
import { everywhere } from './conditions.ts'
import { pageTexts } from './page-texts.ts'
import type { SearchService } from './service.ts'

/** More words are a sentence that was pasted. */
const mostWords = 12

/** A word of the index as a title or a page that the caller sees writes it. */
async function asWritten(
  services: Services,
  db: Db,
  search: SearchService,
  principal: Principal,
  scope: Scope,
  term: string,
): Promise<string> {
  const words = [{ text: term, isPrefix: false }]
  const condition: Condition = {
    kind: 'terms',
    fields: everywhere.filter(field => field !== 'fulltext'),
    terms: { match: 'phrase', words },
  }
  const range = { offset: 0, limit: 1 }
  const hits = await search.index.titles({ condition, scope, sort: [], order: 0, ...range, facets: false })
  const titles = await loadTitles(services, db, hits.ids, principal)
  const texts = [...titles.values()].map(({ facts }) =>
    [facts.title, facts.caption, ...facts.persons, facts.place, facts.publisher].join(' '),
  )
  if (texts.length === 0) {
    const { pages } = await search.index.pages({ match: 'phrase', words }, undefined, scope, range)
    const contents = await pageTexts(
      db,
      pages.map(({ id }) => id),
      principal,
    )
    texts.push(...contents.values())
  }
  for (const text of texts) {
    const found = placedWords(text, search.form).find(({ folded }) => folded === term)
    if (found) return text.slice(found.start, found.end)
  }
  return term
}

/** @returns the text with other words; undefined where every word is known, or none resembles it */
export async function respelt(
  services: Services,
  search: SearchService,
  principal: Principal,
  scope: Scope,
  text: string,
): Promise<string | undefined> {
  const words = placedWords(text, search.form)
    // what must not be there needs no help
    .filter(({ start }) => text[start - 1] !== '-')
    .slice(0, mostWords)
  const terms = await search.index.respell(
    words.map(({ folded }) => folded),
    scope,
  )
  let written = ''
  let at = 0
  for (const [n, { start, end }] of words.entries()) {
    const term = terms[n]
    if (term === undefined) continue
    written += `${text.slice(at, start)}${await asWritten(services, services.db, search, principal, scope, term)}`
    at = end
  }
  return at === 0 ? undefined : `${written}${text.slice(at)}`
}
