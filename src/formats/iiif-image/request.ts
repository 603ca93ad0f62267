// The parameters of IIIF Image API requests, versions 2.1 and 3.0, as plain numbers: which rectangle of the image, at which size,
// turned how, in which quality and format. Pure: it knows the size of the image and the limits, and nothing of pixels.
// @see https://iiif.io/api/image/3.0/#4-image-requests, https://iiif.io/api/image/2.1/#image-request-parameters
import { Refusal } from '../../errors.ts'

export type ImageVersion = 2 | 3
export const qualities = ['default', 'color', 'gray', 'bitonal'] as const
export type Quality = (typeof qualities)[number]
export const formats = ['jpg', 'png', 'webp', 'gif', 'tif', 'jp2', 'pdf'] as const
export type ImageFormat = (typeof formats)[number]

export interface Size {
  readonly width: number
  readonly height: number
}
export interface Rectangle extends Size {
  readonly x: number
  readonly y: number
}

/** What a service allows; undefined means no limit. */
export interface ImageLimits {
  readonly maxWidth: number | undefined
  readonly maxHeight: number | undefined
  readonly maxArea: number | undefined
  /** Sizes above that of the region, as ^… of version 3 and w,h of version 2 ask for them */
  readonly upscaling: boolean
  readonly formats: readonly ImageFormat[]
}

export interface ImageRequest {
  readonly region: Rectangle
  readonly size: Size
  /** Degrees clockwise, 0 to below 360 */
  readonly rotation: number
  readonly mirrored: boolean
  readonly quality: Quality
  readonly format: ImageFormat
  /** Whether the client named both sides: of a side that follows from the other, a pixel more or less is no matter */
  readonly isExact: boolean
  /** The rest of the address in its canonical form: region/size/rotation/quality.format */
  readonly canonical: string
}

const bad = (sentence: string): never => {
  throw new Refusal('bad-request', sentence)
}
/** Digits with at most one point; no sign, no exponent. */
const decimal = /^(?:\d{1,9}(?:\.\d{0,15})?|\.\d{1,15})$/
const integer = /^\d{1,9}$/

const numbers = (text: string, count: number, pattern: RegExp, what: string): number[] => {
  const parts = text.split(',')
  if (parts.length !== count || !parts.every(part => pattern.test(part)))
    bad(`The ${what} ‘${text}’ is not understood.`)
  return parts.map(Number)
}

/** @throws Refusal bad-request where nothing of the image lies in it */
export function regionOf(text: string, image: Size): Rectangle {
  const { width, height } = image
  if (text === 'full') return { x: 0, y: 0, width, height }
  if (text === 'square') {
    const side = Math.min(width, height)
    return {
      x: Math.floor((width - side) / 2),
      y: Math.floor((height - side) / 2),
      width: side,
      height: side,
    }
  }
  let [x, y, w, h] = [0, 0, 0, 0] as [number, number, number, number]
  if (text.startsWith('pct:')) {
    const [px, py, pw, ph] = numbers(text.slice(4), 4, decimal, 'region') as [number, number, number, number]
    x = Math.round((px / 100) * width)
    y = Math.round((py / 100) * height)
    w = Math.round((pw / 100) * width)
    h = Math.round((ph / 100) * height)
    if (pw > 0 && px < 100) w = Math.max(1, w)
    if (ph > 0 && py < 100) h = Math.max(1, h)
  } else [x, y, w, h] = numbers(text, 4, integer, 'region') as [number, number, number, number]
  if (w === 0 || h === 0) bad(`The region ‘${text}’ has no pixels.`)
  if (x >= width || y >= height)
    bad(`The region ‘${text}’ lies outside of the image of ${width} × ${height} pixels.`)
  return { x, y, width: Math.min(w, width - x), height: Math.min(h, height - y) }
}

const scaled = (side: number, factor: number): number => Math.round(side * factor)

/** The largest size within region and limits, in the region's shape; limits shrink, they never refuse. */
function largest(region: Size, limits: ImageLimits, upscale: boolean): Size {
  let factor = upscale ? Number.POSITIVE_INFINITY : 1
  const { maxWidth, maxHeight, maxArea } = limits
  if (maxWidth !== undefined) factor = Math.min(factor, maxWidth / region.width)
  if (maxHeight !== undefined) factor = Math.min(factor, maxHeight / region.height)
  if (maxArea !== undefined) factor = Math.min(factor, Math.sqrt(maxArea / (region.width * region.height)))
  if (!Number.isFinite(factor) || factor === 1) return { width: region.width, height: region.height }
  const floor = (side: number) => Math.max(1, Math.floor(side * factor + 1e-9))
  return { width: floor(region.width), height: floor(region.height) }
}

/** The best fit of a size into a box. */
function fitted(region: Size, box: Size, most: number): Size {
  const factor = Math.min(box.width / region.width, box.height / region.height, most)
  return {
    width: Math.min(box.width, scaled(region.width, factor)),
    height: Math.min(box.height, scaled(region.height, factor)),
  }
}

/** Nothing is enlarged beyond twice the image: what is not in it is guessed by the client as well. */
const mostEnlarged = 2
/** Pixels of an ordinary scan of a page, 300 dpi and somewhat larger than A4 */
const ordinaryScan = 16_000_000

/** What info.json promises: where images are enlarged, ^max is to end somewhere, and it ends where the image does. */
export const promised = (limits: ImageLimits, image: Size): ImageLimits =>
  limits.upscaling
    ? {
        ...limits,
        maxWidth: Math.min(image.width, limits.maxWidth ?? Infinity),
        maxHeight: Math.min(image.height, limits.maxHeight ?? Infinity),
      }
    : limits

/**
 * What is served besides to who asks for a size by number. An enlarged image costs no more than ordinary ones do: it has as many pixels as the
 * image itself, or as many as a scan of a page where the image is small.
 */
const served = (limits: ImageLimits, image: Size): ImageLimits => {
  if (!limits.upscaling) return limits
  const pixels = image.width * image.height
  return {
    ...limits,
    maxWidth: Math.min(image.width * mostEnlarged, limits.maxWidth ?? Infinity),
    maxHeight: Math.min(image.height * mostEnlarged, limits.maxHeight ?? Infinity),
    maxArea: Math.min(
      Math.max(pixels, Math.min(pixels * mostEnlarged ** 2, ordinaryScan)),
      limits.maxArea ?? Infinity,
    ),
  }
}

/** The size that a form without limits means; a box is filled only where it is asked for by ^. */
function wantedSize(form: string, region: Size, isBox: boolean, mayGrow: boolean): Size {
  if (form.startsWith('pct:')) {
    const [percent = 0] = numbers(form.slice(4), 1, decimal, 'size')
    if (percent === 0) bad('A size of 0 % has no pixels.')
    return { width: scaled(region.width, percent / 100), height: scaled(region.height, percent / 100) }
  }
  const found = /^(\d{0,9}),(\d{0,9})$/.exec(form)
  if (!found || (found[1] === '' && found[2] === '')) return bad(`The size ‘${form}’ is not understood.`)
  const width = found[1] === '' ? undefined : Number(found[1])
  const height = found[2] === '' ? undefined : Number(found[2])
  if (width === 0 || height === 0) bad(`The size ‘${form}’ has no pixels.`)
  if (isBox) {
    if (width === undefined || height === undefined) return bad(`The size ‘!${form}’ is not understood.`)
    return fitted(region, { width, height }, mayGrow ? Number.POSITIVE_INFINITY : 1)
  }
  return {
    width: width ?? scaled(region.width, (height as number) / region.height),
    height: height ?? scaled(region.height, (width as number) / region.width),
  }
}

/**
 * @throws Refusal bad-request where the size is not understood, is larger than allowed or would have no pixels; not-implemented for
 * ^ where the service does not enlarge
 */
export function sizeOf(
  text: string,
  region: Size,
  image: Size,
  limits: ImageLimits,
  version: ImageVersion,
): Size {
  const upscale = version === 3 && text.startsWith('^')
  const form = upscale ? text.slice(1) : text
  if (form === 'max' || (form === 'full' && version === 2)) {
    if (upscale && !limits.upscaling) notEnlarging()
    return largest(region, promised(limits, image), upscale)
  }
  const isBox = form.startsWith('!')
  const size = wantedSize(isBox ? form.slice(1) : form, region, isBox, upscale)
  if (size.width < 1 || size.height < 1)
    bad(
      `At the size ‘${text}’ a side of the region of ${region.width} × ${region.height} pixels would have none.`,
    )
  const grows = size.width > region.width || size.height > region.height
  if (upscale && !limits.upscaling) notEnlarging()
  if (grows && !upscale && (version === 3 || !limits.upscaling))
    bad(`The size ‘${text}’ is larger than the region of ${region.width} × ${region.height} pixels.`)
  const most = served(limits, image)
  requireWithin(size, most, isBox, text)
  return isBox ? within(size, most) : size
}

const notEnlarging = (): never => {
  throw new Refusal('not-implemented', 'Images are not enlarged here.')
}

/** A box is shrunk to the limits, as max is. */
const within = (size: Size, limits: ImageLimits): Size => largest(size, limits, false)

function requireWithin(size: Size, limits: ImageLimits, isBox: boolean, text: string): void {
  if (isBox) return
  const { maxWidth = Infinity, maxHeight = Infinity, maxArea = Infinity } = limits
  if (size.width > maxWidth || size.height > maxHeight || size.width * size.height > maxArea)
    bad(
      `The size ‘${text}’ is above what is served: ${[
        ...(limits.maxWidth === undefined ? [] : [`maxWidth ${limits.maxWidth}`]),
        ...(limits.maxHeight === undefined ? [] : [`maxHeight ${limits.maxHeight}`]),
        ...(limits.maxArea === undefined ? [] : [`maxArea ${limits.maxArea}`]),
      ].join(', ')}.`,
    )
}

function rotationOf(text: string): { rotation: number; mirrored: boolean } {
  const mirrored = text.startsWith('!')
  const degrees = mirrored ? text.slice(1) : text
  if (!decimal.test(degrees) || Number(degrees) > 360) bad(`The rotation ‘${text}’ is not from 0 to 360.`)
  return { rotation: Number(degrees) % 360, mirrored }
}

function qualityAndFormatOf(text: string, limits: ImageLimits): { quality: Quality; format: ImageFormat } {
  const at = text.lastIndexOf('.')
  // native is what version 1 called default; some viewers of version 2 still ask for it
  const quality = text.slice(0, at)
  const format = text.slice(at + 1)
  if (at < 0 || !(qualities as readonly string[]).includes(quality))
    bad(`The quality ‘${text}’ is none of ${qualities.join(', ')} with a format.`)
  if (!(limits.formats as readonly string[]).includes(format))
    bad(`The format ‘${format}’ is none of ${limits.formats.join(', ')}.`)
  return { quality: quality as Quality, format: format as ImageFormat }
}

/** The canonical form of a request (§4.7 of 3.0, §4.7 of 2.1): w,h in version 3, w, in version 2. */
function canonicalOf(
  version: ImageVersion,
  image: Size,
  limits: ImageLimits,
  request: Omit<ImageRequest, 'canonical'>,
): string {
  const { region, size, rotation, mirrored, quality, format } = request
  const isFull = region.width === image.width && region.height === image.height
  const most = largest(region, limits, false)
  const isMost = size.width === most.width && size.height === most.height
  const natural = scaled(region.height, size.width / region.width)
  const sizeText =
    version === 3
      ? isMost
        ? 'max'
        : `${size.width > region.width || size.height > region.height ? '^' : ''}${size.width},${size.height}`
      : size.width === region.width && size.height === region.height
        ? 'full'
        : natural === size.height
          ? `${size.width},`
          : `${size.width},${size.height}`
  return [
    isFull ? 'full' : `${region.x},${region.y},${region.width},${region.height}`,
    sizeText,
    `${mirrored ? '!' : ''}${rotation}`,
    `${quality === 'color' ? 'default' : quality}.${format}`,
  ].join('/')
}

/**
 * Reads the four parameters of an image request.
 * @throws Refusal bad-request, not-implemented
 */
export function readImageRequest(
  version: ImageVersion,
  image: Size,
  limits: ImageLimits,
  [region, size, rotation, file]: readonly [string, string, string, string],
): ImageRequest {
  const rectangle = regionOf(region, image)
  const request = {
    region: rectangle,
    size: sizeOf(size, rectangle, image, limits, version),
    isExact: !/^\^?(?:\d+,|,\d+)$/.test(size),
    ...rotationOf(rotation),
    ...qualityAndFormatOf(file, limits),
  }
  return { ...request, canonical: canonicalOf(version, image, limits, request) }
}
