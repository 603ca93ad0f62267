// Images that somebody may see up to a width only. To them the image is that wide: info.json says so, regions and tiles are counted in it, and
// what they ask for is read from the image as it is, never finer than that.
import { Refusal } from '../../errors.ts'
import type { ImageRequest } from '../../formats/iiif-image/request.ts'
import type { PageImage } from './sources.ts'

/** The image as who may see it up to a width is shown it. */
export function reducedTo(image: PageImage, width: number): PageImage {
  if (width >= image.size.width) return image
  const height = Math.max(1, Math.round((image.size.height * width) / image.size.width))
  const whole = { ...image, isOfRight: true }
  return { ...whole, size: { width, height }, key: `${image.key}w${width}`, whole }
}

/** The same request to the image as it is. */
export function ofWhole(image: PageImage, wanted: ImageRequest): [PageImage, ImageRequest] {
  const { whole } = image
  if (!whole) return [image, wanted]
  // larger than the image that they have would be finer than they may see
  if (wanted.size.width > wanted.region.width || wanted.size.height > wanted.region.height)
    throw new Refusal('bad-request', `This image is ${image.size.width} pixels wide for you.`)
  const across = whole.size.width / image.size.width
  const down = whole.size.height / image.size.height
  const x = Math.round(wanted.region.x * across)
  const y = Math.round(wanted.region.y * down)
  const region = {
    x,
    y,
    width: Math.max(1, Math.min(whole.size.width - x, Math.round(wanted.region.width * across))),
    height: Math.max(1, Math.min(whole.size.height - y, Math.round(wanted.region.height * down))),
  }
  return [whole, { ...wanted, region, canonical: `${image.size.width}/${wanted.canonical}` }]
}
