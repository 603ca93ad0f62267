// Serves images: tiles, stored widths, the IIIF Image API, Deep Zoom, and the pictures that stand for things.
import type { FastifyBaseLogger } from 'fastify'
import { Refusal } from '../../errors.ts'
import type { Figure, Module, Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { eyesOf, ImageService } from './image-service.ts'
import { iiifRoutes } from './routes-iiif.ts'
import { packRoutes } from './routes-packs.ts'
import { pictureBytes, storedBytes } from './pictures.ts'
import { pictureRoutes } from './routes-pictures.ts'
import { tileRoutes } from './routes-tiles.ts'

const running = new WeakMap<Services, ImageService>()

/** JPEG of a page at a width (0: the largest there is), as somebody may see it, with its domain's footer; undefined where it has no image. */
export async function pageJpeg(
  services: Services,
  pageId: number,
  width: number,
  client: { readonly signal: AbortSignal; readonly log: FastifyBaseLogger; readonly principal: Principal },
): Promise<Buffer | undefined> {
  const images = running.get(services)
  if (!images) throw new Error('Images are served by the server alone.')
  try {
    // that they may see it at all was asked when the pages were chosen
    const eyes = { ...eyesOf(client.principal), sees: () => true }
    return await pictureBytes(images, await images.sources.get(pageId, eyes), width, client)
  } catch (error) {
    if (error instanceof Refusal && ['not-found', 'unavailable', 'not-processable'].includes(error.reason))
      return undefined
    throw error
  }
}

/** Bytes of a page's image at a width, where they are known without making it. */
export const bytesOfPicture = (
  services: Services,
  principal: Principal,
  pageId: number,
  width: number,
): Promise<number | undefined> => {
  const images = running.get(services)
  if (!images) throw new Error('Images are served by the server alone.')
  return storedBytes(images, principal, pageId, width)
}

function figuresOf({ engine, sources }: ImageService): Figure[] {
  const { bytes, ...answers } = engine.counts
  const { busy, waiting } = engine.renderer
  return [
    {
      name: 'firefolio_images_total',
      kind: 'counter',
      help: 'Images answered: the client had it, a tile or a stored image as it lies, a kept rendering, one that another client waits for too, a new one.',
      values: Object.fromEntries(Object.entries(answers).map(([name, count]) => [`class="${name}"`, count])),
    },
    {
      name: 'firefolio_image_bytes_total',
      kind: 'counter',
      help: 'Bytes of images answered.',
      values: { '': bytes },
    },
    {
      name: 'firefolio_renders',
      kind: 'gauge',
      help: 'Images being rendered, and waiting for it.',
      values: { 'state="busy"': busy, 'state="waiting"': waiting },
    },
    {
      name: 'firefolio_open_packs',
      kind: 'gauge',
      help: 'Access packs open.',
      values: { '': sources.openPacks },
    },
  ]
}

export const serving: Module = {
  name: 'images',
  routes: async (app, { services }) => {
    const service = new ImageService(services)
    running.set(services, service)
    services.figures.set('images', () => figuresOf(service))
    app.addHook('onClose', async () => service.sources.close())
    await iiifRoutes(app, service)
    await tileRoutes(app, service)
    await pictureRoutes(app, service)
    await packRoutes(app, service)
  },
}
