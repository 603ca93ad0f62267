import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { buildPack, type BuiltPack } from '../../src/imaging/pack/build.ts'
import { Pack } from '../../src/imaging/pack/open.ts'
import { type Recipe, recipeHash } from '../../src/imaging/pack/recipe.ts'

import { aTitle, type Answer, type TestApp } from './start.ts'

type Teardown = { teardown(work: () => Promise<void> | void): void }

/** A folder for the time of a test. */
export function aFolder(t: Teardown): string {
  const folder = mkdtempSync(join(tmpdir(), 'firefolio-images-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A page-like picture: paper with a grain, dark bars, a corner that tells which way is up. */
export function aScan(width: number, height: number, channels: 1 | 3 = 3): Sharp {
  const pixels = Buffer.alloc(width * height * channels)
  let seed = width * 31 + height
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
      const isBar = y % 40 < 12 && x % 90 < 70
      const isCorner = x < width / 8 && y < height / 8
      const shade = (isBar ? 50 : 215) + ((seed >> 16) % 24)
      for (let channel = 0; channel < channels; channel++)
        pixels[(y * width + x) * channels + channel] =
          isCorner && channel > 0 ? 20 : Math.min(255, shade - channel * 6)
    }
  return sharp(pixels, { raw: { width, height, channels } })
}

export const plainRecipe: Recipe = {
  master: '0'.repeat(64),
  page: 0,
  quality: 85,
  widths: [128, 304, 600, 1000],
  rotation: 0,
  mirrored: false,
  crop: undefined,
  watermark: undefined,
}

/** The pack of a source, open for the time of the test. */
export async function aPack(
  t: Teardown,
  source: string,
  recipe: Partial<Recipe> = {},
): Promise<{ pack: Pack; built: BuiltPack; path: string }> {
  const path = join(aFolder(t), 'pack.tif')
  const built = await buildPack({
    source,
    target: path,
    page: 0,
    maxPixels: 100_000_000,
    recipe: { ...plainRecipe, ...recipe },
  })
  const pack = Pack.open(path, recipeHash({ ...plainRecipe, ...recipe }))
  t.teardown(() => pack.close())
  return { pack, built, path }
}

/** Width and height of an answered image. */
export async function sizeOf(answer: { raw: Buffer }): Promise<(number | undefined)[]> {
  const { width, height } = await sharp(answer.raw).metadata()
  return [width, height]
}

/** Processes keep what a page is served from for a second. */
export const aSecond = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 1050))

/** The process of the test forgets it at once: with each commit of its own. */
export const forgotten = async ({ services }: TestApp): Promise<void> =>
  await services.database.inTransaction({}, async () => {})

export async function pagesOf(app: TestApp, title: number): Promise<number[]> {
  const { body } = await app.call('GET', `/api/v1/titles/${title}/pages`)
  return (body.items as { id: number }[]).map(page => page.id)
}

export async function putMaster(
  app: TestApp,
  id: number,
  bytes: Buffer,
  media = 'image/tiff',
): Promise<Answer> {
  return await app.call('PUT', `/api/v1/pages/${id}/master`, bytes, {
    'content-type': media,
    'if-match': '*',
  })
}

/** A title of one page with a master, its pack made. @returns the page's id */
export async function aServedPage(
  app: TestApp,
  image: Sharp = aScan(1500, 1100),
  options: { release?: boolean; domain?: string } = {},
): Promise<number> {
  const title = await aTitle(app, { pages: 1, release: true, ...options })
  const [id = 0] = await pagesOf(app, title)
  await putMaster(app, id, await image.tiff().toBuffer())
  await app.drain()
  return id
}
