// The image of a page as a thing: what is stored of it, and the edits that leave the master alone.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { IdParams, metaOf, VersionedMeta } from '../../http/envelope.ts'
import { etagOf, expectedVersion } from '../../http/etag.ts'
import type { App } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, write } from '../../http/write.ts'
import type { Edits } from '../../imaging/pack/recipe.ts'
import { record as log } from '../../system/log/index.ts'
import { getPage } from '../../catalogue/pages/index.ts'
import { getVisible, requireVersion, touch } from '../../catalogue/tree/index.ts'
import { packStates } from '../packs/index.ts'
import type { ImageService } from './image-service.ts'
import * as repository from '../packs/index.ts'

const tags = ['images']
const Pixels = z.number().int().min(0).max(1_000_000)
const Crop = z.strictObject({
  x: Pixels,
  y: Pixels,
  width: Pixels.min(1),
  height: Pixels.min(1),
})
const Rotation = z.literal([0, 90, 180, 270], 'must be 0, 90, 180 or 270')
const PageImage = z
  .object({
    id: z.number().int().meta({ description: 'OT_ID of the page' }),
    state: z.enum(packStates.names).meta({ description: 'Of the access pack' }),
    verdict: z.string().nullable().meta({ description: 'Why the master cannot be decoded' }),
    width: z.number().int().nullable().meta({ description: 'Pixels of the image that is served' }),
    height: z.number().int().nullable(),
    storedWidths: z.array(z.number().int()),
    rotation: Rotation.meta({ description: 'Degrees clockwise, after mirroring' }),
    isMirrored: z.boolean(),
    crop: Crop.nullable().meta({ description: 'Pixels of the upright master' }),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: VersionedMeta,
  })
  .meta({ id: 'PageImage', description: 'What is stored of the image of a page.' })
const PageImagePatch = z
  .strictObject({
    rotation: Rotation.optional(),
    isMirrored: z.boolean().optional(),
    crop: Crop.nullable().optional(),
  })
  .meta({ id: 'PageImagePatch', description: 'Edits of the image; the master stays as it is.' })
const Turn = z
  .strictObject({
    by: z.literal([90, 180, 270], 'must be 90, 180 or 270').meta({ description: 'Degrees clockwise' }),
  })
  .meta({ id: 'Turn' })

export async function packRoutes(app: App, images: ImageService): Promise<void> {
  const { services } = images

  async function document(db: Db, id: number): Promise<z.output<typeof PageImage>> {
    const page = await getPage(db, id)
    const row = await repository.find(db, id)
    if (!row || row.packState === null) throw new Refusal('not-found', `Page ${id} has no image.`)
    const { rotation, mirrored, crop } = repository.editsOf(row)
    return {
      id,
      state: packStates.name(row.packState),
      verdict: row.verdict,
      width: row.width ?? row.masterWidth,
      height: row.height ?? row.masterHeight,
      storedWidths: (page.webcache ?? '')
        .split(',')
        .filter(part => part !== '')
        .map(Number),
      rotation,
      isMirrored: mirrored,
      crop: crop ?? null,
      links: {
        self: `/api/v1/pages/${id}/pack`,
        page: `/api/v1/pages/${id}`,
        image: `/api/v1/pages/${id}/image`,
        iiif: `/iiif/image/3/${id}/info.json`,
        deepZoom: `/dzi/${id}.dzi`,
      },
      relationships: {},
      meta: { ...metaOf({}), version: page.version },
    }
  }

  app.get(
    '/api/v1/pages/:id/pack',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getPageImage',
        tags,
        summary: 'Reads what is stored of the image of a page.',
        params: IdParams,
        response: { 200: json(PageImage, 'The image.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const node = await getVisible(services.db, request.principal, request.params.id)
      reply.header('etag', etagOf(node.version, 'i')).header('cache-control', 'no-store')
      return await document(services.db, node.id)
    },
  )

  /** Sets edits in the request's transaction; the old image is served until the new one is made. */
  const edit = async (
    trx: Db,
    id: number,
    version: number | '*',
    change: (edits: Edits) => Edits,
    request: Parameters<typeof actorOf>[0],
  ) => {
    await requireVersion(trx, id, version)
    const row = await repository.find(trx, id)
    if (!row || row.packState === null || row.masterWidth === null || row.masterHeight === null)
      throw new Refusal('not-found', `Page ${id} has no image.`)
    repository.requireMaster(row)
    const before = repository.editsOf(row)
    const after = change(before)
    const { crop } = after
    if (crop && (crop.x + crop.width > row.masterWidth || crop.y + crop.height > row.masterHeight))
      throw new Refusal(
        'not-processable',
        `The rectangle reaches beyond the master of ${row.masterWidth} × ${row.masterHeight} pixels.`,
      )
    await repository.setEdits(trx, id, after)
    await touch(trx, id)
    await log(trx, {
      entity: 'page',
      entityId: id,
      action: 'edit-image',
      actor: actorOf(request),
      data: { before, after },
    })
    const body = await document(trx, id)
    return { body, etag: etagOf(body.meta.version, 'i') }
  }

  app.patch(
    '/api/v1/pages/:id/pack',
    {
      config: { right: 'page:write' },
      schema: {
        operationId: 'editPageImage',
        tags,
        summary: 'Turns, mirrors or crops the image of a page; the master stays as it is.',
        params: IdParams,
        body: PageImagePatch,
        response: { 200: json(PageImage, 'The image.'), ...problems(404, 409, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { rotation, isMirrored, crop } = request.body
      const answer = await write(services, request, {}, trx =>
        edit(
          trx,
          request.params.id,
          version,
          before => ({
            rotation: rotation ?? before.rotation,
            mirrored: isMirrored ?? before.mirrored,
            crop: crop === undefined ? before.crop : (crop ?? undefined),
          }),
          request,
        ),
      )
      return send(reply, answer)
    },
  )

  app.post(
    '/api/v1/pages/:id/rotate',
    {
      config: { right: 'page:write' },
      schema: {
        operationId: 'rotatePage',
        tags,
        summary: 'Turns the image of a page further.',
        params: IdParams,
        body: Turn,
        response: { 200: json(PageImage, 'The image.'), ...problems(404, 409, 412, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const answer = await write(services, request, {}, trx =>
        edit(
          trx,
          request.params.id,
          version,
          before => ({
            ...before,
            rotation: ((before.rotation + request.body.by) % 360) as Edits['rotation'],
          }),
          request,
        ),
      )
      return send(reply, answer)
    },
  )
}
