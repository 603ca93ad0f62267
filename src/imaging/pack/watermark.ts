// A watermark as a layer over an image: a text set in the sample's letters, or a picture.
import type { OverlayOptions } from 'sharp'
import { lineAsSvg } from '../letters.ts'
import { sharp, withSvg } from '../sharp.ts'
import type { Watermark } from './recipe.ts'

/** Distance from the edge, as a share of the width. */
const margin = 0.02

/** The mark alone, at its size. */
async function mark(watermark: Watermark, width: number): Promise<Buffer> {
  const wide = Math.max(8, Math.round(width * watermark.scale))
  if (watermark.picture !== undefined)
    return await sharp(watermark.picture, { limitInputPixels: 50_000_000 })
      .resize({ width: wide })
      .ensureAlpha()
      .linear([1, 1, 1, watermark.opacity], [0, 0, 0, 0])
      .png()
      .toBuffer()
  const svg = Buffer.from(lineAsSvg(watermark.text ?? '', wide, watermark.opacity))
  return await withSvg(() => sharp(svg).png().toBuffer())
}

export async function watermarkLayer(
  watermark: Watermark,
  image: { readonly width: number; readonly height: number },
): Promise<OverlayOptions> {
  const input = await mark(watermark, image.width)
  const size = await sharp(input).metadata()
  const gap = Math.round(image.width * margin)
  const room = { x: image.width - size.width, y: image.height - size.height }
  if (room.x < 0 || room.y < 0) {
    const fitted = await sharp(input)
      .resize({ width: image.width, height: image.height, fit: 'inside' })
      .png()
      .toBuffer()
    return { input: fitted, gravity: 'centre' }
  }
  const near = (space: number) => Math.min(gap, Math.floor(space / 2))
  const left =
    watermark.position === 'centre'
      ? room.x / 2
      : watermark.position.endsWith('west')
        ? near(room.x)
        : room.x - near(room.x)
  const top =
    watermark.position === 'centre'
      ? room.y / 2
      : watermark.position.startsWith('north')
        ? near(room.y)
        : room.y - near(room.y)
  return { input, left: Math.round(left), top: Math.round(top) }
}
