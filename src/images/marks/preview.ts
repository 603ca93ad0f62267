// What a watermark and a footer would make of a page, before they are stored: the page's pack is made as it would be made, looked at, and
// thrown away.
import { createReadStream } from 'node:fs'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { sql } from 'kysely'
import type { z } from 'zod'
import {
  type FullDomain,
  getDomain,
  imageSettings,
  type ImageSettings,
} from '../../catalogue/domains/index.ts'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { masterLimits } from '../../imaging/decoding.ts'
import { discard } from '../../imaging/own-files.ts'
import { Pack } from '../../imaging/pack/open.ts'
import { type Recipe, recipeHash } from '../../imaging/pack/recipe.ts'
import { renderImage, withFooter } from '../../imaging/render.ts'
import { sharp } from '../../imaging/sharp.ts'
import { editsOf, type ImageRow, isFreed, pageOf } from '../packs/index.ts'
import { pathOf } from './pictures.ts'
import type { MarksPreview } from './schemas.ts'

/** The title page of the newest title in a domain and those below it. */
export async function exampleOf(db: Db, domain: FullDomain): Promise<number | undefined> {
  const { rows } = await sql<{ id: number }>`select first 1 OC_OT_Titlepage as "id" from OPR_Domain
    join OPR_Tree on OT_OD_ID = OD_ID and OT_OT_Parent is null and OT_DelState = 0
    join OPR_Content on OC_OT_ID = OT_ID
    where OD_Path starting with cast(${domain.path} as varchar(1000)) and OC_OT_Titlepage is not null order by OT_ID desc`.execute(db) // prettier-ignore
  return rows[0]?.id
}

/** What would hold: what is asked about, else what stands there, or what it inherits. */
async function settingsFor(
  services: Services,
  domain: FullDomain,
  asked: z.output<typeof MarksPreview>,
): Promise<Pick<ImageSettings, 'watermark' | 'footer'>> {
  const { db } = services
  const nothing = { watermark: undefined, footer: undefined }
  const now = await imageSettings(services, db, domain)
  const above = domain.parentId === null ? nothing : await imageSettings(services, db, await getDomain(db, domain.parentId)) // prettier-ignore
  const { watermark, imageFooter } = asked
  return {
    watermark:
      watermark === undefined
        ? now.watermark
        : watermark === null
          ? above.watermark
          : { ...watermark, path: watermark.picture && pathOf(services, domain, watermark.picture) },
    footer:
      imageFooter === undefined
        ? now.footer
        : imageFooter === null
          ? above.footer
          : { ...imageFooter, path: pathOf(services, domain, imageFooter.picture) },
  }
}

async function digestOf(path: string, picture: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const part of createReadStream(path)) hash.update(part as Buffer)
  } catch (error) {
    throw new Refusal('not-processable', `There is no picture ‘${picture}’ in the folder resources of the domain.`, {}, error) // prettier-ignore
  }
  return hash.digest('hex')
}

const sheet = { width: 1240, height: 1754, channels: 3, background: '#f7f4ec' } as const

/**
 * @param row the page; an empty sheet without one
 * @returns a JPEG. @throws Refusal not-processable
 */
export async function preview(
  services: Services,
  domain: FullDomain,
  row: ImageRow | undefined,
  asked: z.output<typeof MarksPreview>,
): Promise<Buffer> {
  const { archive, packs, ingest, config } = services
  const { watermark, footer } = await settingsFor(services, domain, asked)
  const hasMaster = row?.url !== undefined && row.url !== null && row.hashsum !== null && !isFreed(row)
  const recipe: Recipe = {
    ...(hasMaster ? editsOf(row) : { rotation: 0, mirrored: false, crop: undefined }),
    master: hasMaster ? (row.hashsum as string).replace('sha256:', '') : 'sheet',
    page: hasMaster ? pageOf(row.url as string) : 0,
    quality: config.webcache.quality,
    widths: [asked.width],
    watermark: watermark && {
      ...watermark,
      picture: watermark.path,
      digest: watermark.path && (await digestOf(watermark.path, watermark.picture ?? '')),
    },
  }
  if (footer) await digestOf(footer.path, footer.picture)
  const target = await packs.temporary(recipeHash(recipe))
  const blank = `${target}.sheet`
  try {
    if (!hasMaster) await writeFile(blank, await sharp({ create: sheet }).png().toBuffer())
    const master = hasMaster ? await archive.local(row.url as string) : blank
    await ingest.build({ master, target, recipe, limits: masterLimits(config) })
    const pack = Pack.open(target, undefined)
    try {
      const width = Math.min(asked.width, pack.size.width)
      const size = { width, height: Math.max(1, Math.round((pack.size.height * width) / pack.size.width)) }
      const whole = {
        region: { x: 0, y: 0, ...pack.size },
        size,
        rotation: 0,
        mirrored: false,
        quality: 'default',
        format: 'jpg',
        isExact: false,
        canonical: '',
      } as const
      const { quality } = config.webcache
      const jpeg = await renderImage({ pack }, whole, { quality, codecMemory: config.images.codecMemory })
      return footer ? await withFooter(jpeg, footer.path, quality) : jpeg
    } finally {
      pack.close()
    }
  } finally {
    await discard(blank)
    await discard(target)
  }
}
