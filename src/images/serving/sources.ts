// What each page is served from, kept in this process for a second: visibility, pack, size. A page that was hidden is gone at once from the
// process that hid it, because every commit there forgets all, and from every other within that second, without a message between them; a viewer's hundred tiles cost one look at the database.
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import type { ShownPlace } from '../../http/sight.ts'
import type { Size } from '../../formats/iiif-image/request.ts'
import { Pack } from '../../imaging/pack/open.ts'
import type { RenderSource } from '../../imaging/render.ts'
import type { RangedFile } from '../../storage/stores.ts'
import { isPlaceFault } from '../../whole-files.ts'
import { asItLies, pageOf } from '../packs/index.ts'
import * as repository from '../packs/index.ts'

const keptMs = 1000
const maxEntries = 5000

export interface PageImage {
  readonly id: number
  readonly domainId: number
  /** Where the page stands, for those who decide about rights */
  readonly path: string
  readonly isVisible: boolean
  /** As the record of its title writes it */
  readonly licence: string | null
  /** Pixels of the image that is served */
  readonly size: Size
  /** Where the caller may see it only up to a width: the image as it is, of which `size` is the reduced one */
  readonly whole?: PageImage
  /** Whether others are shown another image: with the watermark of the domain or without it, or a larger one */
  readonly isOfRight: boolean
  /** Whether it is shown to the caller by their right to the image without the watermark */
  readonly isUnmarked: boolean
  /** Names what is served: ETags and cached renderings begin with it */
  readonly key: string
  /** Of its pack; undefined as that is */
  readonly recipe: string | undefined
  /** Undefined where the page is served from its master, until its pack is made */
  readonly pack: Pack | undefined
  readonly source: RenderSource
}

/** What was looked up: a page that is not there is kept like one that is hidden, so that no clock tells them apart. */
interface Entry {
  readonly row: repository.ImageRow | undefined
  readonly until: number
  /** Opened for the first caller who may see it so */
  image?: PageImage
  unmarked?: PageImage
}

const placeOf = (row: repository.ImageRow): ShownPlace => ({
  path: row.path,
  domainId: row.domainId,
  isVisible: row.state === 1 && row.delState === 0,
})

/** What a caller may see of a page: that it is there, and its image without the watermark of the domain. */
export interface Eyes {
  readonly sees: (place: ShownPlace) => boolean
  readonly unmarked: (place: ShownPlace) => boolean
}

/** Whether a page has an image that is not for everyone, or could have one: until its pack is made there is only the master. */
const mayDiffer = ({ recipe, unmarked }: repository.ImageRow): boolean => unmarked !== null || recipe === null

/** Open packs, the least recently used closed first. */
class OpenPacks {
  readonly #most: number
  readonly #packs = new Map<string, Pack>()

  constructor(most: number) {
    this.#most = most
  }

  get(path: string, recipe: string | undefined): Pack {
    const known = this.#packs.get(path)
    if (known?.isCurrent) {
      this.#packs.delete(path)
      this.#packs.set(path, known)
      return known
    }
    this.forget(path)
    const pack = Pack.open(path, recipe)
    this.#keep(path, pack)
    return pack
  }

  /** The same of a pack that lies elsewhere. */
  async over(ranges: RangedFile, recipe: string | undefined): Promise<Pack> {
    const known = this.#packs.get(ranges.name)
    if (known?.isCurrent) return known
    const pack = await Pack.over(ranges, recipe)
    this.forget(ranges.name)
    this.#keep(ranges.name, pack)
    return pack
  }

  #keep(path: string, pack: Pack): void {
    this.#packs.set(path, pack)
    if (this.#packs.size <= this.#most) return
    const [oldest] = this.#packs
    if (!oldest) return
    this.#packs.delete(oldest[0])
    oldest[1].close()
  }

  forget(path: string): void {
    this.#packs.get(path)?.close()
    this.#packs.delete(path)
  }

  close(): void {
    for (const pack of this.#packs.values()) pack.close()
    this.#packs.clear()
  }

  get size(): number {
    return this.#packs.size
  }
}

export class ImageSources {
  readonly #services: Services
  readonly #recipes: repository.Recipes
  readonly #open: OpenPacks
  readonly #entries = new Map<number, Entry>()
  readonly #loading = new Map<number, Promise<Entry>>()
  #generation = 0

  constructor(services: Services, recipes: repository.Recipes) {
    this.#services = services
    this.#recipes = recipes
    this.#open = new OpenPacks(services.config.images.openPacks)
    services.database.afterCommit.add(this.#forget)
  }

  /** What was looked up before a change, or is being looked up, is not kept. */
  readonly #forget = (): void => {
    this.#generation++
    this.#entries.clear()
    this.#loading.clear()
  }

  get openPacks(): number {
    return this.#open.size
  }

  close(): void {
    this.#services.database.afterCommit.delete(this.#forget)
    this.#entries.clear()
    this.#open.close()
  }

  /** What was looked up within the last second, where the caller may see it. */
  fresh(id: number, eyes: Eyes): PageImage | undefined {
    const entry = this.#entries.get(id)
    if (!entry?.row || entry.until <= Date.now()) return undefined
    const { image, unmarked } = entry
    const known = image ?? unmarked
    if (!known || !eyes.sees(known)) return undefined
    return mayDiffer(entry.row) && eyes.unmarked(known) ? unmarked : image
  }

  /**
   * @throws Refusal not-found where there is no such page, it is hidden from the caller (told by the same sentence, before any file is
   * touched) or it has no image; unavailable until the image of an edited page, or one with a watermark, is made
   */
  async get(id: number, eyes: Eyes): Promise<PageImage> {
    const fresh = this.fresh(id, eyes)
    if (fresh) return fresh
    const entry = await this.#entry(id)
    const { row } = entry
    if (!row || !eyes.sees(placeOf(row))) throw new Refusal('not-found', `There is no page ${id}.`)
    if (mayDiffer(row) && eyes.unmarked(placeOf(row)))
      return (entry.unmarked ??= await this.#imageOf(row, true))
    return (entry.image ??= await this.#imageOf(row, false))
  }

  /** A pack turned out to be damaged: the page is served from its master while the pack is made anew. */
  async damaged(image: PageImage): Promise<PageImage> {
    if (image.pack) this.#open.forget(image.pack.path)
    this.#entries.delete(image.id)
    await this.#wantAnew(image.id, image.recipe)
    return await this.get(image.id, { sees: () => true, unmarked: () => image.isUnmarked })
  }

  async #wantAnew(id: number, recipe: string | undefined): Promise<void> {
    const { database, packs, db } = this.#services
    const row = await repository.find(db, id)
    // a damaged file would be found whole by its name
    if (row && recipe !== undefined && recipe !== asItLies && repository.packNamesOf(row).includes(recipe))
      await packs.remove(recipe)
    await database
      .inTransaction({ actor: { name: 'images', application: 'firefolio' } }, trx =>
        repository.want(trx, [id]),
      )
      .catch((error: unknown) => this.#services.log.warn({ err: error, page: id }, 'a pack cannot be wanted'))
  }

  async #entry(id: number): Promise<Entry> {
    const known = this.#entries.get(id)
    if (known && known.until > Date.now()) return known
    let loading = this.#loading.get(id)
    if (!loading) {
      const begun = this.#load(id)
      loading = begun
      this.#loading.set(id, begun)
      void begun.catch(() => {}).then(() => this.#loading.get(id) === begun && this.#loading.delete(id))
    }
    return await loading
  }

  async #load(id: number): Promise<Entry> {
    const generation = this.#generation
    const entry: Entry = { row: await repository.find(this.#services.db, id), until: Date.now() + keptMs }
    if (generation !== this.#generation) return entry
    this.#entries.delete(id)
    this.#entries.set(id, entry)
    if (this.#entries.size > maxEntries) {
      const [oldest] = this.#entries.keys()
      if (oldest !== undefined) this.#entries.delete(oldest)
    }
    return entry
  }

  async #imageOf(row: repository.ImageRow, isUnmarked: boolean): Promise<PageImage> {
    const { archive, packs, config } = this.#services
    const facts = {
      id: row.id,
      ...placeOf(row),
      licence: row.licence,
      isUnmarked,
      isOfRight: isUnmarked || row.unmarked !== null,
    }
    // who may see it without the watermark has the other image while that one is made anew
    for (const recipe of isUnmarked ? [row.unmarked, row.recipe] : [row.recipe]) {
      if (recipe === null) continue
      const place = recipe === asItLies ? row.url && (await archive.at(row.url)) : await packs.at(recipe)
      const pack = place ? await this.#opened(place, recipe === asItLies ? undefined : recipe) : undefined
      if (pack)
        return {
          ...facts,
          size: pack.size,
          key: recipe === asItLies ? `m${row.hashsum?.slice(7, 39)}` : recipe.slice(0, 32),
          recipe,
          pack,
          source: { pack },
        }
      if (row.packState === 1) await this.#wantAnew(row.id, recipe)
    }
    if (row.url === null || row.hashsum === null || row.masterWidth === null || row.masterHeight === null)
      throw new Refusal('not-found', `Page ${row.id} has no image.`)
    if (repository.isFreed(row))
      throw new Refusal(
        'not-found',
        `The image of page ${row.id} is lost, and its master lies in a capsule (capsule.fetch).`,
      )
    if (row.packState === 2 && row.recipe === null)
      throw new Refusal('not-found', `The master of page ${row.id} cannot be decoded: ${row.verdict}`)
    const edits = repository.editsOf(row)
    // the master has no watermark: it stands in for an image that is to have one for nobody who may not see it so
    const isToBeMarked =
      !isUnmarked && (await this.#recipes.settings(this.#services.db, row.domainId)).watermark !== undefined
    if (edits.rotation !== 0 || edits.mirrored || edits.crop || !isRaster(row) || isToBeMarked)
      throw new Refusal('unavailable', `The image of page ${row.id} is being made.`, { retryAfter: 5 })
    const size = { width: row.masterWidth, height: row.masterHeight }
    return {
      ...facts,
      size,
      key: `m${row.hashsum.slice(7, 39)}`,
      recipe: undefined,
      pack: undefined,
      source: {
        master: await archive.local(row.url),
        page: pageOf(row.url),
        size,
        maxPixels: config.limits.pixels,
      },
    }
  }

  async #opened(place: string | RangedFile, recipe: string | undefined): Promise<Pack | undefined> {
    try {
      return typeof place === 'string' ? this.#open.get(place, recipe) : await this.#open.over(place, recipe)
    } catch (error) {
      // a store that is away says nothing about the pack
      if (isPlaceFault(error)) throw error
      return undefined
    }
  }
}

/** Masters that sharp reads; the others are no images until their pack is made. */
const isRaster = (row: repository.ImageRow): boolean =>
  ['jpeg', 'tiff', 'png', 'webp'].includes(row.format ?? '')
