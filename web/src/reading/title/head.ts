import type { HeadFacts, Installation } from '../../app/room.tsx'
import type { ReadingObject } from '../../shared/api.ts'

/** What crawlers, reference managers and other programs read: description, forms, Highwire's tags, schema.org. */
export function headOf(object: ReadingObject, installation: Installation): HeadFacts {
  const { title, links } = object
  const isPart = object.id !== title.id
  const journal = object.above.at(-1)?.title
  const isArticle = title.type?.name === 'article' || title.type?.name === 'issue'
  const tags: (readonly [string, string | null | undefined])[] = [
    ['citation_title', title.title],
    ...title.persons.filter(({ isAuthor }) => isAuthor).map(({ name }) => ['citation_author', name] as const),
    ['citation_publication_date', (title.issueDate ?? title.date)?.replaceAll('-', '/')],
    ['citation_publisher', title.publisher],
    ['citation_language', title.language],
    [isArticle ? 'citation_journal_title' : 'citation_inbook_title', journal],
    ...title.identifiers
      .filter(({ scheme }) => ['isbn', 'issn', 'doi'].includes(scheme))
      .map(({ scheme, value }) => [`citation_${scheme}`, value] as const),
    ['citation_pdf_url', links['pdf']],
    ['citation_abstract_html_url', links['permalink']],
  ]
  return {
    title: isPart ? `${object.caption} – ${title.title}` : title.title,
    description: [
      title.persons.map(({ name }) => name).join('; '),
      [title.place, title.publisher].filter(text => text).join(' : '),
      title.issueDate ?? title.date,
      title.abstracts[0],
    ]
      .filter(text => text)
      .join('. '),
    canonical: links['permalink'],
    image: `${installation.origin}/titlepage/${object.id}/600`,
    alternates: [
      ...(links['manifest'] ? ([['application/ld+json', links['manifest']]] as const) : []),
      ...(links['mets'] ? ([['application/mets+xml', links['mets']]] as const) : []),
      ...(links['mods'] ? ([['application/mods+xml', links['mods']]] as const) : []),
      ...(links['ris'] ? ([['application/x-research-info-systems', links['ris']]] as const) : []),
    ],
    meta: tags.filter((tag): tag is readonly [string, string] => Boolean(tag[1])),
    structured: object.citation.schemaOrg,
  }
}
