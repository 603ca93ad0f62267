// Access packs, tiles, stored widths, the IIIF Image API, Deep Zoom, and the pictures that stand for things.
import type { Figure, Module } from '../../http/module.ts'
import { checks } from './checks.ts'
import { ImageService } from './image-service.ts'
import { followPacks, ingestJob, refreshJob } from './jobs.ts'
import { iiifRoutes } from './routes-iiif.ts'
import { packRoutes } from './routes-packs.ts'
import { pictureRoutes } from './routes-pictures.ts'
import { tileRoutes } from './routes-tiles.ts'

export { counts as packCounts, want as wantPacks } from './repository.ts'
export { ingestJob, refreshJob } from './jobs.ts'

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

export const images: Module = {
  name: 'images',
  routes: async (app, { services }) => {
    const service = new ImageService(services)
    services.figures.set('images', () => figuresOf(service))
    app.addHook('onClose', async () => service.sources.close())
    await iiifRoutes(app, service)
    await tileRoutes(app, service)
    await pictureRoutes(app, service)
    await packRoutes(app, service)
  },
  jobs: { 'images.ingest': ingestJob, 'images.refresh': refreshJob },
  checks,
  follow: followPacks,
}
