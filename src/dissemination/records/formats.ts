// The metadata formats: which title has which, and what it looks like.
import { iso6392Of } from '../../formats/languages/codes.ts'
import { type DublinCore, writeOaiDc } from '../../formats/dublin-core/write.ts'
import { writeEpicur } from '../../formats/epicur/write.ts'
import { marcNamespace, marcOfMods } from '../../formats/marcxml/from-mods.ts'
import type { Mods } from '../../formats/mods/read.ts'
import type { Db } from '../../firebird/database.ts'
import type { Principal } from '../../http/principal.ts'
import type { Services } from '../../http/module.ts'
import type { RecordFilter } from '../../system/changes/index.ts'
import { metsOfObject, modsOfTitle } from '../mets/index.ts'
import { addressesOf, loadObject, modsRecords, type TitleInContext } from '../objects/index.ts'
import type { Pagination } from '../../catalogue/pages/index.ts'

/** A title as all formats need it. */
export interface Source {
  readonly title: TitleInContext
  readonly xml: string | undefined
  readonly updatedAt: Date
}

export interface MetadataFormat {
  readonly prefix: string
  readonly schema: string
  readonly namespace: string
  /** Whole objects: fewer records an answer */
  readonly isLarge: boolean
  /** Which titles have it, for lists */
  readonly filter: (services: Services) => Pick<RecordFilter, 'having' | 'types'>
  readonly has: (source: Source) => boolean
  readonly render: (context: FormatContext, source: Source) => string | Promise<string>
}
export interface FormatContext {
  readonly services: Services
  readonly db: Db
  readonly pagination: Pagination
  /** Who the records are for: pages and files that they may not have are left out */
  readonly principal: Principal
}

const newspaperTypes = ['newspaper', 'year', 'issue', 'additional']
const urnOf = ({ title }: Source): string | undefined =>
  title.facts.identifiers.find(({ scheme }) => scheme === 'urn')?.value

/** What the record says; undefined where it cannot be read: then the fields of the title must do. */
export async function modsOfSource(services: Services, { xml }: Source): Promise<Mods | undefined> {
  if (xml === undefined) return undefined
  try {
    return (await services.offload.run('readMods', xml, xml, {}))[0]?.mods
  } catch {
    return undefined
  }
}

const mainRoles = new Set(['aut', 'cre', 'cmp', 'art', 'author', 'verfasser', 'verfasserin'])

export async function dublinCoreOf(services: Services, source: Source): Promise<DublinCore> {
  const { facts, above, domain } = source.title
  const mods = await modsOfSource(services, source)
  const addresses = addressesOf(services)
  const persons = mods?.persons ?? facts.persons.map(name => ({ name, roles: [] }))
  const isMain = (roles: readonly string[]) =>
    roles.length === 0 || roles.some(role => mainRoles.has(role.toLowerCase()))
  const licence = facts.licence ?? domain.licence
  const parent = above.at(-1)
  return {
    title: [facts.title],
    creator: persons.filter(person => isMain(person.roles)).map(person => person.name),
    contributor: persons.filter(person => !isMain(person.roles)).map(person => person.name),
    subject: mods?.subjects ?? [],
    description: [...(mods?.abstracts ?? []), ...(mods?.notes ?? [])],
    publisher:
      facts.publisher === undefined
        ? []
        : [[facts.place, facts.publisher].filter(text => text !== undefined).join(' : ')],
    date: facts.issueDate !== undefined ? [facts.issueDate] : facts.date !== undefined ? [facts.date] : [],
    type: [...(facts.genre === undefined ? [] : [facts.genre]), mods?.typeOfResource ?? 'Text'],
    format: mods?.extents ?? [],
    identifier: [
      addresses.page(facts.id),
      ...facts.identifiers
        .filter(({ scheme }) => !['record', 'vls'].includes(scheme))
        .map(({ scheme, value }) => (/^(urn:|https?:)/.test(value) ? value : `${scheme}:${value}`)),
    ],
    language: iso6392Of(facts.languages),
    relation: [
      `vignette : ${addresses.standing(facts.id, 128)}`,
      ...(parent ? [addresses.page(parent.id)] : []),
    ],
    rights: licence ? [licence.uri] : [],
  }
}

/** A stored record as it is, in a form that can stand inside another document. */
const withoutProlog = (xml: string): string =>
  xml.replace(/^\uFEFF?\s*(?:<\?xml[^>]*\?>)?(?:\s|<!--[\s\S]*?-->|<\?[\s\S]*?\?>)*/, '')

const everything = () => ({})

export const formats: readonly MetadataFormat[] = [
  {
    prefix: 'oai_dc',
    schema: 'http://www.openarchives.org/OAI/2.0/oai_dc.xsd',
    namespace: 'http://www.openarchives.org/OAI/2.0/oai_dc/',
    isLarge: false,
    filter: everything,
    has: () => true,
    render: async ({ services }, source) => writeOaiDc(await dublinCoreOf(services, source)),
  },
  {
    prefix: 'mods',
    schema: 'http://www.loc.gov/standards/mods/v3/mods-3-7.xsd',
    namespace: 'http://www.loc.gov/mods/v3',
    isLarge: false,
    filter: everything,
    has: () => true,
    render: ({ services }, { title, xml }) => modsOfTitle(services, title, title.facts, title.above, xml),
  },
  {
    prefix: 'rawmods',
    schema: 'http://www.loc.gov/standards/mods/v3/mods-3-7.xsd',
    namespace: 'http://www.loc.gov/mods/v3',
    isLarge: false,
    filter: () => ({ having: 'record' }),
    has: ({ xml }) => xml !== undefined,
    render: (_context, { xml }) => withoutProlog(xml ?? ''),
  },
  {
    prefix: 'mets',
    schema: 'http://www.loc.gov/standards/mets/version112/mets.xsd',
    namespace: 'http://www.loc.gov/METS/',
    isLarge: true,
    filter: everything,
    has: () => true,
    render: async ({ services, db, pagination, principal }, { title }) =>
      metsOfObject(services, db, await loadObject(services, db, principal, title.facts.id), pagination),
  },
  {
    prefix: 'zmets',
    schema: 'http://www.loc.gov/standards/mets/version112/mets.xsd',
    namespace: 'http://www.loc.gov/METS/',
    isLarge: true,
    filter: ({ types }) => ({ types: newspaperTypes.map(name => types.find('title', name)?.number ?? -1) }),
    has: ({ title }) => newspaperTypes.includes(title.facts.type?.name ?? ''),
    render: async ({ services, db, pagination, principal }, { title }) =>
      metsOfObject(services, db, await loadObject(services, db, principal, title.facts.id), pagination, {
        calendar: true,
      }),
  },
  {
    prefix: 'epicur',
    schema: 'http://www.persistent-identifier.de/xepicur/version1.0/xepicur.xsd',
    namespace: 'urn:nbn:de:1111-2004033116',
    isLarge: false,
    filter: () => ({ having: 'urn' }),
    has: source => urnOf(source) !== undefined,
    render: ({ services }, source) =>
      writeEpicur(urnOf(source) as string, [
        { url: addressesOf(services).page(source.title.facts.id), media: 'text/html' },
      ]),
  },
  {
    prefix: 'marcxml',
    schema: 'http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd',
    namespace: marcNamespace,
    isLarge: false,
    filter: everything,
    has: () => true,
    render: ({ services }, source) => marcOfSource(services, source),
  },
]

export async function marcOfSource(services: Services, source: Source): Promise<string> {
  const { facts, domain } = source.title
  return marcOfMods(await modsOfSource(services, source), {
    id: facts.id,
    title: facts.title,
    updatedAt: source.updatedAt,
    urls: [addressesOf(services).page(facts.id)],
    licence: facts.licence ?? domain.licence,
  })
}

/** What formats are rendered from, for several titles at once. */
export async function sourcesOf(
  db: Db,
  titles: ReadonlyMap<number, TitleInContext>,
  updatedAt: (id: number) => Date,
): Promise<Map<number, Source>> {
  const records = titles.size === 0 ? new Map<number, string>() : await modsRecords(db, [...titles.keys()])
  return new Map(
    [...titles].map(([id, title]) => [id, { title, xml: records.get(id), updatedAt: updatedAt(id) }]),
  )
}
