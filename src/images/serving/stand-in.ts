// What is shown where a title has no picture: a binding without a name, with a spine, a ruled frame and an ornament. It is drawn by distances and
// not from an SVG, whose reader is closed in this process. What is behind it shows, so that it suits light pages and dark ones.
import { sharp } from '../../imaging/sharp.ts'

const cloth = [120, 105, 68] as const
const widest = 600

/** Distance to the edge of a rectangle from left and top to right and bottom; negative inside. */
const rectangle = (x: number, y: number, left: number, top: number, right: number, bottom: number): number =>
  Math.max(left - x, x - right, top - y, y - bottom)
const lozenge = (x: number, y: number, wide: number, high: number): number =>
  (Math.abs(x - 54.5) * high + Math.abs(y - 70) * wide - wide * high) / Math.hypot(wide, high)
const line = (distance: number, width: number): number => Math.abs(distance) - width / 2

/** How much of the cloth is seen at a point, and the distance to where that ends; a binding is 100 wide and 140 high. */
const layers: readonly (readonly [opacity: number, distance: (x: number, y: number) => number])[] = [
  [0.12, () => -1],
  [0.14, x => x - 9],
  [0.3, x => line(x - 9.4, 0.8)],
  [0.5, (x, y) => line(rectangle(x, y, 0, 0, 100, 140), 1.6)],
  [0.38, (x, y) => line(rectangle(x, y, 18, 10, 91, 130), 0.9)],
  [0.22, (x, y) => line(rectangle(x, y, 21, 13, 88, 127), 0.5)],
  [0.34, (x, y) => lozenge(x, y, 6, 8)],
  [0.3, (x, y) => line(lozenge(x, y, 11.3, 15), 0.8)],
]

const drawn = new Map<number, Buffer>()

function draw(width: number): Promise<Buffer> {
  const height = Math.round(width * 1.4)
  const pixels = Buffer.alloc(width * height * 4)
  const scale = width / 100
  for (let row = 0, at = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      let clear = 1
      for (const [opacity, distance] of layers) {
        const off = distance((column + 0.5) / scale, (row + 0.5) / scale) * scale
        clear *= 1 - opacity * Math.min(1, Math.max(0, 0.5 - off))
      }
      for (const part of cloth) pixels[at++] = part
      pixels[at++] = Math.round((1 - clear) * 255)
    }
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer()
}

/**
 * @param width 0 for the largest there is, as of pictures
 * @returns a PNG and the width that it has; each width is drawn once
 */
export async function standIn(width: number): Promise<{ readonly bytes: Buffer; readonly width: number }> {
  const wide = width === 0 ? widest : Math.min(Math.max(width, 32), widest)
  const known = drawn.get(wide) ?? (await draw(wide))
  drawn.set(wide, known)
  return { bytes: known, width: wide }
}
