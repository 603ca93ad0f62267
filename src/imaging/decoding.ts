/** Pixels an inch at which pages of a PDF are drawn that are no scans. */
const drawnDensity = 300
const scanDensities = { least: 71, most: 1200 }

/** Pixels an inch at which a page of a PDF is drawn: those of the scan on it, as far as an image fills the page. @param page in points */
export function pdfDensity(
  page: { readonly width: number; readonly height: number },
  images: readonly { readonly width: number; readonly height: number }[],
): number {
  const [long, short] = [Math.max(page.width, page.height), Math.min(page.width, page.height)]
  const densities = images.map(({ width, height }) =>
    Math.min((Math.max(width, height) / long) * 72, (Math.min(width, height) / short) * 72),
  )
  const finest = Math.max(0, ...densities)
  return finest >= scanDensities.least && finest <= scanDensities.most ? finest : drawnDensity
}
/** What a master may take to be decoded. */
export interface MasterLimits {
  /** [limits] pixels */
  readonly maxPixels: number
  /** [images] codecMemory, megabytes */
  readonly codecMemory: number
}
/** The limits that the configuration sets. */
export const masterLimits = (config: {
  readonly limits: { readonly pixels: number }
  readonly images: { readonly codecMemory: number }
}): MasterLimits => ({ maxPixels: config.limits.pixels, codecMemory: config.images.codecMemory })
/** Bytes that drawing a page of a PDF takes for a pixel: BGRA, twice, and the image made of it. */
export const bytesPerDrawnPixel = 12

/** What the decoders in WebAssembly are asked for (decode-process.ts). */
export type DecoderOrder =
  | { readonly kind: 'jp2'; readonly source: string; readonly target: string }
  /** A page, 0-based, as a TIFF or the very JPEG that was put in */
  | {
      readonly kind: 'pdf'
      readonly source: string
      readonly target: string
      readonly page: number
      readonly limits: MasterLimits
    }
  | { readonly kind: 'pdf-pages'; readonly source: string }
  /** What its words, labels and outline are, into a folder (pdf-contents.ts) */
  | { readonly kind: 'pdf-contents'; readonly source: string; readonly folder: string }
export type DecoderTrouble = 'too-many-pixels' | 'too-much-memory' | 'damaged'
export type DecoderAnswer = {
  readonly id: number
  /** Whether the process has taken so much memory that the next file is to have another */
  readonly isLast: boolean
} & (
  | { /** Of `pdf-pages` */ readonly pages?: number }
  | { readonly trouble: DecoderTrouble; readonly sentence: string }
  /** What the system refused, with its code */
  | { readonly fault: string; readonly code?: string }
)
/** What a decoder has against a file. */
export class DecoderFault extends Error {
  readonly trouble: DecoderTrouble

  constructor(trouble: DecoderTrouble, sentence: string) {
    super(sentence)
    this.trouble = trouble
  }
}
