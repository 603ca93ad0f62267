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
/** Exit code of decode-process.ts for a page of more pixels than are allowed. */
export const tooManyPixelsCode = 3
/** Its exit code for a page that would take too much memory. */
export const tooMuchMemoryCode = 4
