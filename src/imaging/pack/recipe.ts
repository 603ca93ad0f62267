// What an access pack is made of. Two pages with equal recipes have equal packs; a changed recipe is another pack.
import { createHash } from 'node:crypto'
import type { Rectangle } from '../../formats/iiif-image/request.ts'

/** Raised when packs are made otherwise: every pack is then made anew. */
const packVersion = 2
/** Pixels of a tile's side. Level sizes are exact because the powers of two that they divide by divide it too. */
export const tileSize = 512

export interface Watermark {
  readonly text?: string | undefined
  /** Path of a picture with transparency */
  readonly picture?: string | undefined
  readonly position: 'centre' | 'northwest' | 'northeast' | 'southwest' | 'southeast'
  /** 0 to 1 */
  readonly opacity: number
  /** Share of the image's width, 0 to 1 */
  readonly scale: number
  /** Pictures are named by their content: a changed one makes a changed recipe */
  readonly digest?: string | undefined
}

/** Changes of a page that leave the master alone; the crop is in pixels of the upright master. */
export interface Edits {
  readonly rotation: 0 | 90 | 180 | 270
  readonly mirrored: boolean
  readonly crop: Rectangle | undefined
}

export interface Recipe extends Edits {
  /** SHA-256 of the master */
  readonly master: string
  /** 0-based page of a master with several */
  readonly page: number
  readonly quality: number
  /** Stored widths, ascending */
  readonly widths: readonly number[]
  readonly watermark: Watermark | undefined
}

/** The name of the pack. */
export function recipeHash(recipe: Recipe): string {
  const { watermark, crop } = recipe
  return createHash('sha256')
    .update(
      JSON.stringify([
        packVersion,
        tileSize,
        recipe.master,
        recipe.page,
        recipe.quality,
        recipe.widths,
        recipe.rotation,
        recipe.mirrored,
        crop ? [crop.x, crop.y, crop.width, crop.height] : null,
        watermark
          ? [
              watermark.text ?? null,
              watermark.digest ?? null,
              watermark.position,
              watermark.opacity,
              watermark.scale,
            ]
          : null,
      ]),
    )
    .digest('hex')
}
