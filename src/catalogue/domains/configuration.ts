import { join } from 'node:path'
import {
  type DomainLevel,
  domainOptionKeys,
  domainOptions,
  effectiveDomainConfig,
  type EffectiveValue,
} from '../../config/domain-options.ts'
import { tableOf } from '../../codes.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import * as repository from './repository.ts'
import { ImageFooter, Watermark } from './schemas.ts'

type Lineage = readonly DomainLevel[]

/** The levels of each domain, from the root down, of rows in that order. */
function lineagesOf(rows: readonly repository.LevelRow[]): Map<number, Lineage> {
  const found = new Map<
    number,
    Map<number, { name: string; type: string | null; overlay: Map<string, string> }>
  >()
  for (const { of, id, name, type, key, value } of rows) {
    const levels = found.get(of) ?? new Map<number, never>()
    found.set(of, levels)
    const level = levels.get(id) ?? { name, type, overlay: new Map() }
    levels.set(id, level)
    if (key !== null) level.overlay.set(key, value ?? '')
  }
  return new Map([...found].map(([of, levels]) => [of, [...levels.values()]]))
}

async function levelsOf(db: Db, domain: { readonly path: string | null }): Promise<Lineage> {
  const id = repository.idsOf(domain).at(-1)
  if (id === undefined) return []
  return lineagesOf(await repository.levels(db, [id])).get(id) ?? []
}

/** A domain as titles name it, with its effective options. */
export interface DomainInShort {
  readonly id: number
  readonly name: string
  readonly caption: string
  readonly contact: string | null
  readonly options: readonly EffectiveValue[]
}

/** Domains by id, by one statement for all of them. */
export async function inShort(
  services: Pick<Services, 'config'>,
  db: Db,
  ids: readonly number[],
): Promise<Map<number, DomainInShort>> {
  const rows = await repository.levels(db, ids)
  const own = new Map(rows.filter(({ of, id }) => of === id).map(row => [row.id, row]))
  return new Map(
    [...lineagesOf(rows)].map(([id, levels]) => {
      const { name, caption, contact } = own.get(id) as repository.LevelRow
      return [
        id,
        { id, name, caption, contact, options: effectiveDomainConfig(levels, services.config.path.domain) },
      ]
    }),
  )
}

/** Every option of a domain with its effective value and origin. */
export async function configuration(
  services: Pick<Services, 'config'>,
  db: Db,
  domain: { readonly path: string | null },
): Promise<EffectiveValue[]> {
  return effectiveDomainConfig(await levelsOf(db, domain), services.config.path.domain)
}

/** Options that take what server.ini says where they are empty. */
const ofServer = ({ webcache, ocr, stores }: Services['config']) =>
  tableOf({
    'image.widths': { value: webcache.widths.map(String), origin: 'server.ini, [webcache] widths' },
    'ocr.languages': { value: ocr.languages, origin: 'server.ini, [ocr] languages' },
    'stores.masters': { value: stores.masters, origin: 'server.ini, [stores] masters' },
    'stores.packs': { value: stores.packs, origin: 'server.ini, [stores] packs' },
  })

const isEmpty = (value: EffectiveValue['value']): boolean => value === '' || (Array.isArray(value) && value.length === 0) // prettier-ignore

/** Every option as people look after it: what it may be, what holds and why, what is set here, and what would hold if it were not. */
export async function describedConfiguration(
  services: Pick<Services, 'config'>,
  db: Db,
  domain: { readonly path: string | null },
) {
  const levels = await levelsOf(db, domain)
  const folder = services.config.path.domain
  const server = ofServer(services.config)
  const held = (of: Lineage) =>
    new Map(
      effectiveDomainConfig(of, folder).map(({ key, ...found }) => {
        const instead = isEmpty(found.value) ? server[key] : undefined
        return [key, instead ? { ...instead, from: { kind: 'server' as const, domain: null } } : found]
      }),
    )
  const own = levels.at(-1)
  const now = held(levels)
  const without = held(levels.map(level => (level === own ? { ...level, overlay: new Map() } : level)))
  return domainOptions().map(({ key, kind, members, about }) => ({
    key,
    about,
    kind,
    choices: kind === 'option' ? [...members] : [],
    ...(now.get(key) as NonNullable<ReturnType<typeof now.get>>),
    own: own?.overlay.get(key) ?? null,
    inherited: without.get(key) as NonNullable<ReturnType<typeof now.get>>,
  }))
}

/** One effective option as text, '' where it is empty. */
export async function option(
  services: Pick<Services, 'config'>,
  db: Db,
  domain: { readonly path: string | null },
  key: string,
): Promise<string> {
  const found = (await configuration(services, db, domain)).find(candidate => candidate.key === key)
  if (!found) throw new Error(`There is no domain option ${key}; known are ${domainOptionKeys().join(', ')}.`)
  return Array.isArray(found.value) ? found.value.join(', ') : String(found.value)
}

/** What a domain has done with the images of its pages; watermark and footer with the path of their pictures. */
export interface ImageSettings {
  /** Stored widths, ascending */
  readonly widths: readonly number[]
  readonly watermark: (Watermark & { readonly path: string | undefined }) | undefined
  readonly footer: (ImageFooter & { readonly path: string }) | undefined
  /** Name of the store that packs are kept in; it need not be there */
  readonly packs: string
  /** Of copies whose record names none, as the domain writes it */
  readonly licence: string
}

/** The nearest watermark and footer going up, and the effective widths. */
export async function imageSettings(
  services: Pick<Services, 'config'>,
  db: Db,
  domain: { readonly path: string | null },
): Promise<ImageSettings> {
  const options = await configuration(services, db, domain)
  const textOf = (key: string): string => String(options.find(each => each.key === key)?.value ?? '')
  const own = textOf('image.widths')
    .split(',')
    .map(part => Number(part.trim()))
    .filter(width => Number.isInteger(width) && width > 0)
  const widths = own.length > 0 ? own : services.config.webcache.widths
  const result: { watermark: ImageSettings['watermark']; footer: ImageSettings['footer'] } = {
    watermark: undefined,
    footer: undefined,
  }
  for (const level of await repository.imageSettings(db, domain)) {
    const resource = (name: string) => join(services.config.path.domain, level.name, 'resources', name)
    // what was stored before these had a shape is no setting
    const watermark = Watermark.safeParse(JSON.parse(level.watermark ?? 'null')).data
    const footer = ImageFooter.safeParse(JSON.parse(level.imageFooter ?? 'null')).data
    if (watermark) result.watermark = { ...watermark, path: watermark.picture && resource(watermark.picture) }
    if (footer) result.footer = { ...footer, path: resource(footer.picture) }
  }
  const packs = textOf('stores.packs') || services.config.stores.packs
  return {
    ...result,
    packs,
    licence: textOf('rights.licence'),
    widths: [...new Set(widths)].sort((a, b) => a - b),
  }
}
