/** Pixels an inch at which pages of a PDF are drawn that are no scans. */
export const pdfDensity = 300
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
/** Exit code of decode-process.ts for a page of more pixels than are allowed. */
export const tooManyPixelsCode = 3
/** Its exit code for a page that would take too much memory. */
export const tooMuchMemoryCode = 4
