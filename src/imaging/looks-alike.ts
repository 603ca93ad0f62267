// Whether an image that lies in a PDF is what its page shows: it may be turned, cut or inverted there.
import type { Sharp } from 'sharp'
import { sharp } from './sharp.ts'

/** Pixels of the longer side at which a page is drawn to be compared with its scan. */
export const drawnAt = 512
/** Pixels of the side at which they are compared: grain is gone there. */
const comparedAt = 128
/** How far they may lie from each other on average. */
const nearEnough = 8

/** Whether a scan looks as its page does, and as no other way of turning it does better: text upside down is much like text. */
export async function looksAlike(scan: Sharp, page: Sharp): Promise<boolean> {
  const [{ width: w1, height: h1 }, { width: w2, height: h2 }] = [
    await scan.metadata(),
    await page.metadata(),
  ]
  if (Math.abs(h1 / w1 / (h2 / w2) - 1) > 0.02) return false
  const small = async (image: Sharp): Promise<Buffer> =>
    await image.resize(comparedAt, comparedAt, { fit: 'fill' }).toColourspace('srgb').raw().toBuffer()
  const of = await small(scan)
  const channels = of.length / comparedAt ** 2
  if (channels !== 1 && channels !== 3) return false
  const as = await small(page)
  const turned = async (turn: (image: Sharp) => Sharp): Promise<number> => {
    const image = await turn(
      sharp(of, { raw: { width: comparedAt, height: comparedAt, channels } }).toColourspace('srgb'),
    )
      .raw()
      .toBuffer()
    return image.reduce((sum, value, at) => sum + Math.abs(value - (as[at] as number)), 0) / image.length
  }
  const own = await turned(image => image)
  const others = [
    await turned(image => image.flip()),
    await turned(image => image.flop()),
    await turned(image => image.rotate(180)),
  ]
  return own < nearEnough && others.every(other => own <= other)
}
