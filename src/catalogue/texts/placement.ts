// Where boxes lie: those of texts are of the master, those that readers see of the image that is served.
import type { Box } from '../../formats/ocr/page-text.ts'

/** How the image that is served lies on its master: cropped, then mirrored, then turned. */
export interface Placement {
  /** The image that the text was read from */
  readonly from: { readonly width: number; readonly height: number }
  readonly master: { readonly width: number; readonly height: number }
  readonly crop: Box | undefined
  readonly mirrored: boolean
  /** Degrees clockwise: 0, 90, 180 or 270 */
  readonly rotation: number
}

/** Width and height of the image that is served. */
export function servedSize({ master, crop, rotation }: Omit<Placement, 'from'>): {
  readonly width: number
  readonly height: number
} {
  const { width, height } = crop ?? master
  return rotation % 180 === 0 ? { width, height } : { width: height, height: width }
}

/** A box of the text image on the image that is served; undefined where the crop leaves nothing of it. */
export function placed(box: Box, { from, master, crop, mirrored, rotation }: Placement): Box | undefined {
  const part = crop ?? { x: 0, y: 0, ...master }
  const left = (box.x * master.width) / from.width - part.x
  const top = (box.y * master.height) / from.height - part.y
  const right = Math.min(part.width, left + (box.width * master.width) / from.width)
  const bottom = Math.min(part.height, top + (box.height * master.height) / from.height)
  let x = Math.max(0, left)
  let y = Math.max(0, top)
  let width = right - x
  let height = bottom - y
  if (width < 1 || height < 1) return undefined
  if (mirrored) x = part.width - x - width
  if (rotation === 90) [x, y, width, height] = [part.height - y - height, x, height, width]
  else if (rotation === 180) [x, y] = [part.width - x - width, part.height - y - height]
  else if (rotation === 270) [x, y, width, height] = [y, part.width - x - width, height, width]
  const rounded = { x: Math.floor(x), y: Math.floor(y) }
  return {
    ...rounded,
    width: Math.max(1, Math.round(x + width) - rounded.x),
    height: Math.max(1, Math.round(y + height) - rounded.y),
  }
}

/** A box of the image that is served on its master: the way back from `placed`. */
export function lifted(box: Box, { master, crop, mirrored, rotation }: Omit<Placement, 'from'>): Box {
  const part = crop ?? { x: 0, y: 0, ...master }
  let { x, y, width, height } = box
  if (rotation === 90) [x, y, width, height] = [y, part.height - x - width, height, width]
  else if (rotation === 180) [x, y] = [part.width - x - width, part.height - y - height]
  else if (rotation === 270) [x, y, width, height] = [part.width - y - height, x, height, width]
  if (mirrored) x = part.width - x - width
  return { x: x + part.x, y: y + part.y, width, height }
}
