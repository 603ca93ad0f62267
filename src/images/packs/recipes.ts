// What a page's access pack is to be made of: its master, its edits, and what its domain wants done with images.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { Recipe } from '../../imaging/pack/recipe.ts'
import { getDomain, imageSettings, type ImageSettings } from '../../catalogue/domains/index.ts'
import { editsOf, type ImageRow } from './repository.ts'

/** Settings of domains are asked for with every page of a job: they are kept for a moment. */
const keptMs = 1000

interface Kept {
  readonly settings: Promise<ImageSettings & { readonly pictureDigest: string | undefined }>
  readonly until: number
}

async function digestOf(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  const hash = createHash('sha256')
  for await (const part of createReadStream(path)) hash.update(part as Buffer)
  return hash.digest('hex')
}

/** What a page is to be served from. */
export interface WantedPacks {
  readonly image: Recipe
  /** The same without the watermark, for who has the right to it; undefined where the domain keeps none */
  readonly unmarked: Recipe | undefined
}

export class Recipes {
  readonly #services: Services
  readonly #kept = new Map<number, Kept>()

  constructor(services: Services) {
    this.#services = services
  }

  /** Settings of a domain for its images. */
  async settings(db: Db, domainId: number): Promise<ImageSettings & { pictureDigest: string | undefined }> {
    const known = this.#kept.get(domainId)
    if (known && known.until > Date.now()) return await known.settings
    const settings = this.#read(db, domainId)
    this.#kept.set(domainId, { settings, until: Date.now() + keptMs })
    settings.catch(() => this.#kept.delete(domainId))
    return await settings
  }

  async #read(db: Db, domainId: number) {
    const settings = await imageSettings(this.#services, db, await getDomain(db, domainId))
    try {
      return { ...settings, pictureDigest: await digestOf(settings.watermark?.path) }
    } catch {
      // a picture that is not there marks nothing; a later job finds it
      return { ...settings, watermark: undefined, pictureDigest: undefined }
    }
  }

  /** @returns undefined where the page has no master of ours */
  async of(db: Db, row: ImageRow): Promise<WantedPacks | undefined> {
    if (row.hashsum === null || row.url === null) return undefined
    const { widths, watermark, pictureDigest } = await this.settings(db, row.domainId)
    const image: Recipe = {
      ...editsOf(row),
      master: row.hashsum.replace('sha256:', ''),
      page: pageOf(row.url),
      quality: this.#services.config.webcache.quality,
      widths,
      watermark: watermark && {
        text: watermark.text,
        picture: watermark.path,
        digest: pictureDigest,
        position: watermark.position,
        opacity: watermark.opacity,
        scale: watermark.scale,
      },
    }
    return { image, unmarked: watermark?.byRight ? { ...image, watermark: undefined } : undefined }
  }
}

/** 0-based page of a master: sha256/…#page=3 is the third. */
export const pageOf = (url: string): number => Math.max(0, Number(/#page=(\d+)$/.exec(url)?.[1] ?? 1) - 1)
