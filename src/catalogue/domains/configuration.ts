import { join } from 'node:path'
import { domainOptionKeys, effectiveDomainConfig, type EffectiveValue } from '../../config/domain-options.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import * as repository from './repository.ts'
import { ImageFooter, Watermark } from './schemas.ts'

/** Every option of a domain with its effective value and origin. */
export async function configuration(
  services: Pick<Services, 'config'>,
  db: Db,
  domain: { readonly path: string | null },
): Promise<EffectiveValue[]> {
  const lineage = await repository.lineage(db, domain)
  const overlays = await repository.overlays(
    db,
    lineage.map(level => level.id),
  )
  return effectiveDomainConfig(
    lineage.map(level => ({
      name: level.name,
      type: level.type,
      overlay: overlays.get(level.id) ?? new Map(),
    })),
    services.config.path.domain,
  )
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
  return { ...result, licence: textOf('rights.licence'), widths: [...new Set(widths)].sort((a, b) => a - b) }
}
