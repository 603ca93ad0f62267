// What a title says of itself, as IIIF shows it.
import { tableOf } from '../../codes.ts'
import type { Entry, Related, Texts } from '../../formats/iiif-presentation/model.ts'
import { bcp47 } from '../../formats/languages/codes.ts'
import type { DigitalObject, TitleFacts } from '../objects/index.ts'

export const both = (de: string, en: string): Texts => ({ de: [de], en: [en] })
export const plain = (...values: string[]): Texts => ({ none: values })

export const resourceType = (media: string): Related['type'] =>
  media.startsWith('audio/')
    ? 'Sound'
    : media.startsWith('video/')
      ? 'Video'
      : media.startsWith('image/')
        ? 'Image'
        : /^text\/|pdf|epub/.test(media)
          ? 'Text'
          : 'Dataset'

const schemes: Readonly<Record<string, string>> = tableOf({
  urn: 'URN', doi: 'DOI', handle: 'Handle', purl: 'PURL', vd16: 'VD16', vd17: 'VD17', vd18: 'VD18', zdb: 'ZDB', isbn: 'ISBN', issn: 'ISSN',
}) // prettier-ignore

export function metadataOf(facts: TitleFacts, domain: DigitalObject['domain']): Entry[] {
  const language = bcp47(facts.languages[0]) ?? 'none'
  const imprint = [facts.place, facts.publisher].filter(text => text !== undefined).join(' : ')
  const entries: [string, string, Texts | undefined][] = [
    ['Titel', 'Title', { [language]: [facts.title] }],
    ['Personen', 'Persons', facts.persons.length > 0 ? plain(...facts.persons) : undefined],
    ['Erschienen', 'Published', imprint === '' ? undefined : plain(imprint)],
    ['Datum', 'Date', facts.date === undefined ? undefined : plain(facts.date)],
    [
      'Sprache',
      'Language',
      facts.languages.length > 0 ? plain(...facts.languages.map(code => bcp47(code) ?? code)) : undefined,
    ],
    ['Signatur', 'Shelfmark', facts.signature === undefined ? undefined : plain(facts.signature)],
    ['Standort', 'Location', facts.location === undefined ? undefined : plain(facts.location)],
    ['Bestand', 'Collection', plain(domain.caption)],
  ]
  const identifiers = facts.identifiers
    .filter(({ scheme }) => scheme in schemes)
    .map(({ scheme, value }): [string, string, Texts] => [
      schemes[scheme] as string,
      schemes[scheme] as string,
      plain(value),
    ])
  return [...entries, ...identifiers]
    .filter((entry): entry is [string, string, Texts] => entry[2] !== undefined)
    .map(([de, en, value]) => ({ label: de === en ? plain(de) : both(de, en), value }))
}

export const navDateOf = (facts: TitleFacts): string | undefined =>
  facts.issueDate === undefined ? undefined : `${facts.issueDate}T00:00:00Z`
