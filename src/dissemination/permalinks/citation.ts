import type { Citation } from '../../formats/citations/write.ts'
import { isAuthor, isEditor } from '../../formats/mods/roles.ts'
import type { Services } from '../../http/module.ts'
import { addressesOf, type TitleInContext } from '../objects/index.ts'
import { modsOfSource, type Source } from '../records/index.ts'
import { tableOf } from '../../codes.ts'

const kinds: Readonly<Record<string, Citation['kind']>> = tableOf({
  monograph: 'book', volume: 'book', multivolume_work: 'multi-volume', periodical: 'periodical', newspaper: 'newspaper', year: 'issue', issue: 'issue',
  additional: 'issue', article: 'article', manuscript: 'manuscript', map: 'map',
}) // prettier-ignore
export async function citationOf(services: Services, source: Source): Promise<Citation> {
  const { facts, above, domain } = source.title as TitleInContext
  const mods = await modsOfSource(services, source)
  const addresses = addressesOf(services)
  const parent = above.at(-1)
  const persons = mods?.persons ?? facts.persons.map(name => ({ name, roles: [], isBody: false }))
  return {
    url: addresses.page(facts.id),
    kind: kinds[facts.type?.name ?? ''] ?? 'other',
    title: facts.title,
    within: parent && { title: parent.title, url: addresses.page(parent.id) },
    persons: persons.filter(isAuthor).map(({ name }) => name),
    editors: persons.filter(isEditor).map(({ name }) => name),
    bodies: persons.filter(({ isBody }) => isBody).map(({ name }) => name),
    publisher: facts.publisher,
    place: facts.place,
    date: facts.date,
    dateFrom: facts.issueDate ?? facts.dateFrom,
    dateTo: facts.issueDate ?? facts.dateTo,
    volume: mods?.volume ?? mods?.issue,
    languages: facts.languages,
    identifiers: facts.identifiers.filter(({ scheme }) => !['record', 'vls'].includes(scheme)),
    keywords: mods?.subjects ?? [],
    licence: (facts.licence ?? domain.licence)?.uri,
    owner: domain.owner || facts.owner || domain.caption,
    pages: facts.pagesPresent,
    pdf:
      facts.type?.behavior === 'multi-part' || facts.pagesPresent === 0 ? undefined : addresses.pdf(facts.id),
    thumbnail: addresses.standing(facts.id, 304),
  }
}
