// info.json of the IIIF Image API, versions 2.1 and 3.0.
// @see https://iiif.io/api/image/3.0/#5-image-information, https://iiif.io/api/image/2.1/#image-information
import { type ImageFormat, type ImageLimits, type ImageVersion, promised, type Size } from './request.ts'

export interface ImageInformation {
  /** Address of the service, without trailing slash */
  readonly id: string
  readonly size: Size
  /** Sizes that are stored, the smallest first */
  readonly sizes: readonly Size[]
  /** Pixels of a tile's side; undefined where no tiles are stored */
  readonly tileSize: number | undefined
  readonly scaleFactors: readonly number[]
  readonly limits: ImageLimits
  /** Address of the licence */
  readonly rights?: string | undefined
}

export const contexts: Readonly<Record<ImageVersion, string>> = {
  2: 'http://iiif.io/api/image/2/context.json',
  3: 'http://iiif.io/api/image/3/context.json',
}
/** http, as the norm writes it: it is a name, not an address. */
export const profiles: Readonly<Record<ImageVersion, string>> = {
  2: 'http://iiif.io/api/image/2/level2.json',
  3: 'http://iiif.io/api/image/3/level2.json',
}

const beyondLevel2 = {
  qualities: ['bitonal', 'color', 'gray'],
  features3: ['mirroring', 'rotationArbitrary', 'profileLinkHeader', 'canonicalLinkHeader'],
  features2: ['mirroring', 'regionSquare', 'rotationArbitrary', 'profileLinkHeader', 'canonicalLinkHeader'],
}
const level2Formats: readonly ImageFormat[] = ['jpg', 'png']

function limitsOf({ maxWidth, maxHeight, maxArea }: ImageLimits): object {
  return {
    ...(maxWidth === undefined ? {} : { maxWidth }),
    // maxWidth alone means the same for the height
    ...(maxHeight === undefined || maxHeight === maxWidth ? {} : { maxHeight }),
    ...(maxArea === undefined ? {} : { maxArea }),
  }
}

const withinLimits =
  ({ maxWidth = Infinity, maxHeight = Infinity, maxArea = Infinity }: ImageLimits) =>
  (size: Size) =>
    size.width <= maxWidth && size.height <= maxHeight && size.width * size.height <= maxArea

export function imageInformation(version: ImageVersion, info: ImageInformation): object {
  const { id, size } = info
  const limits = promised(info.limits, size)
  const sizes = info.sizes.filter(withinLimits(limits))
  const tiles =
    info.tileSize === undefined
      ? {}
      : { tiles: [{ width: info.tileSize, height: info.tileSize, scaleFactors: info.scaleFactors }] }
  const extraFormats = limits.formats.filter(format => !level2Formats.includes(format))
  if (version === 3)
    return {
      '@context': contexts[3],
      id,
      type: 'ImageService3',
      protocol: 'http://iiif.io/api/image',
      profile: 'level2',
      width: size.width,
      height: size.height,
      ...limitsOf(limits),
      ...(sizes.length > 0 ? { sizes } : {}),
      ...tiles,
      ...(info.rights === undefined ? {} : { rights: info.rights }),
      preferredFormats: ['jpg'],
      extraQualities: beyondLevel2.qualities,
      ...(extraFormats.length > 0 ? { extraFormats } : {}),
      extraFeatures: [...beyondLevel2.features3, ...(limits.upscaling ? ['sizeUpscaling'] : [])],
    }
  return {
    '@context': contexts[2],
    '@id': id,
    protocol: 'http://iiif.io/api/image',
    width: size.width,
    height: size.height,
    ...(sizes.length > 0 ? { sizes } : {}),
    ...tiles,
    ...(info.rights === undefined ? {} : { license: info.rights }),
    profile: [
      profiles[2],
      {
        formats: limits.formats,
        qualities: ['default', ...beyondLevel2.qualities],
        supports: [...beyondLevel2.features2, ...(limits.upscaling ? ['sizeAboveFull'] : [])],
        ...limitsOf(limits),
      },
    ],
  }
}
