// How an image is turned, mirrored and cropped: what is seen now, what is wanted over it, and the two as the service keeps them.
import type { Schemas } from '../../shared/api.ts'

export type PageImage = Schemas['PageImage']
export type Rotation = PageImage['rotation']
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
/** Pixels cut off from each side of the image that is seen. */
export interface Cut {
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}
export const uncut: Cut = { top: 0, right: 0, bottom: 0, left: 0 }

/** What is wanted of the image that is seen: first mirrored, then turned. */
export interface Wish {
  readonly isMirrored: boolean
  readonly turn: Rotation
  readonly cut: Cut
  /** The whole master again, before anything else */
  readonly isWhole: boolean
}
export const nothing: Wish = { isMirrored: false, turn: 0, cut: uncut, isWhole: false }

const turned = (degrees: number): Rotation => ((((degrees % 360) + 360) % 360) as Rotation)
export const turnedBy = (wish: Wish, by: number): Wish => ({ ...wish, turn: turned(wish.turn + by) })
/** Left and right change places as it is seen, however it is turned. */
export const mirrored = (wish: Wish): Wish => ({ ...wish, isMirrored: !wish.isMirrored, turn: turned(-wish.turn) })

const clockwise = ['top', 'right', 'bottom', 'left'] as const

/** A cut of the image that is seen, as one of what it looks like mirrored and turned. */
function cutAfter(cut: Cut, { isMirrored, turn }: Pick<Wish, 'isMirrored' | 'turn'>): Cut {
  const { top, right, bottom, left } = isMirrored ? { ...cut, left: cut.right, right: cut.left } : cut
  const sides = [top, right, bottom, left]
  return Object.fromEntries(clockwise.map((side, at) => [side, sides[(at + 4 - turn / 90) % 4]])) as unknown as Cut
}

/**
 * What is still wanted when a wish has been kept: what was changed while it was on its way.
 * @param wish as it is now
 * @param kept as it was sent
 */
export function stillWanted(wish: Wish, kept: Wish): Wish {
  const isMirrored = wish.isMirrored !== kept.isMirrored
  const more = Object.fromEntries(clockwise.map(side => [side, Math.max(0, wish.cut[side] - kept.cut[side])])) as unknown as Cut
  return {
    isMirrored,
    turn: turned(isMirrored ? wish.turn + kept.turn : wish.turn - kept.turn),
    // what was seen is mirrored and turned now; a cut of the whole master, or of a part instead of it, was begun anew
    cut: cutAfter(wish.isWhole === kept.isWhole ? more : wish.cut, kept),
    isWhole: wish.isWhole && !kept.isWhole,
  }
}

/** A part of the image that is seen, in pixels of the master: the turning, the mirroring and the cropping taken back. */
export function onMaster(box: Box, image: PageImage, master: { readonly width: number; readonly height: number }): Box {
  const part = image.crop ?? { x: 0, y: 0, ...master }
  let { x, y, width, height } = box
  if (image.rotation === 90) [x, y, width, height] = [y, part.height - x - width, height, width]
  else if (image.rotation === 180) [x, y] = [part.width - x - width, part.height - y - height]
  else if (image.rotation === 270) [x, y, width, height] = [part.width - y - height, x, height, width]
  if (image.isMirrored) x = part.width - x - width
  return { x: x + part.x, y: y + part.y, width, height }
}

export const partOf = ({ top, right, bottom, left }: Cut, { width, height }: { readonly width: number; readonly height: number }): Box => ({
  x: left,
  y: top,
  width: width - left - right,
  height: height - top - bottom,
})

export const isCut = (cut: Cut): boolean => Object.values(cut).some(each => each > 0)

/** What is sent: turned and mirrored from the master on, and the part of the master that stays. */
export function patchOf(
  wish: Wish,
  image: PageImage,
  seen: { readonly width: number; readonly height: number },
  master: { readonly width: number; readonly height: number },
): Schemas['PageImagePatchInput'] {
  const { isMirrored, turn, cut, isWhole } = wish
  return {
    rotation: turned(isMirrored ? turn - image.rotation : turn + image.rotation),
    isMirrored: isMirrored !== image.isMirrored,
    crop: isCut(cut) ? onMaster(partOf(cut, seen), image, master) : isWhole ? null : image.crop,
  }
}
