// The parts of pages that an article is made of, read and marked as a whole.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { type Db, setContext } from '../../firebird/database.ts'
import { IdParams, metaOf, Relationships, toOne, VersionedMeta } from '../../http/envelope.ts'
import { etagOf, expectedVersion } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send } from '../../http/write.ts'
import { nextBatch, record as log } from '../../system/log/index.ts'
import { type Region, regionsOf, storeRegions } from '../pages/index.ts'
import { lifted, placed } from '../texts/index.ts'
import { getVisible, requireVersion, writeTree } from '../tree/index.ts'
import { pagesOfNode } from './region-pages.ts'

const size = z.number().int().max(1_000_000)
const MarkedRegion = z
  .strictObject({
    page: z.number().int().min(1).max(2147483647),
    x: size.min(0),
    y: size.min(0),
    w: size.min(1),
    h: size.min(1),
  })
  .meta({ id: 'MarkedRegion', description: 'A part of a page, in pixels of its image as it is served.' })
const Regions = z
  .object({
    regions: z.array(MarkedRegion),
    pages: z
      .array(
        z.object({
          id: z.number().int(),
          label: z.string().nullable(),
          width: z.number().int(),
          height: z.number().int(),
        }),
      )
      .meta({
        description: 'Pages with an image, below the node or linked into it, on which regions can be marked',
      }),
    links: z.record(z.string(), z.string()),
    relationships: Relationships,
    meta: VersionedMeta,
  })
  .meta({ id: 'Regions', description: 'The parts of pages that an article is made of, in their order.' })
const NewRegions = z.strictObject({ regions: z.array(MarkedRegion).max(2000) }).meta({
  id: 'NewRegions',
  description: 'All regions; those that are left out are no longer of the article.',
})

async function documentOf(db: Db, node: { readonly id: number; readonly version: number }) {
  const pages = await pagesOfNode(db, node.id)
  const regions = (await regionsOf(db, node.id)).flatMap(({ pageId, box }) => {
    const image = pages.find(({ id }) => id === pageId)
    const shown = image && placed(box, { ...image.placement, from: image.placement.master })
    return shown ? [{ page: pageId, x: shown.x, y: shown.y, w: shown.width, h: shown.height }] : []
  })
  return {
    regions,
    pages: pages.map(({ id, label, width, height }) => ({ id, label, width, height })),
    links: { self: `/api/v1/tree/${node.id}/regions`, node: `/api/v1/tree/${node.id}` },
    relationships: { node: toOne('node', node.id) },
    meta: { ...metaOf({}), version: node.version },
  }
}

/** @throws Refusal not-processable where a region stands on a page of another node, or beside its image */
async function onMasters(
  db: Db,
  nodeId: number,
  marked: readonly z.output<typeof MarkedRegion>[],
): Promise<Region[]> {
  const pages = new Map((await pagesOfNode(db, nodeId)).map(page => [page.id, page]))
  return marked.map(({ page: pageId, x, y, w, h }, at) => {
    const page = pages.get(pageId)
    if (!page)
      throw new Refusal(
        'not-processable',
        `regions/${at}: page ${pageId} stands neither below node ${nodeId} nor is it linked into it, or it has no image.`,
      )
    if (x + w > page.width || y + h > page.height)
      throw new Refusal(
        'not-processable',
        `regions/${at}: ${x},${y},${w},${h} lies outside of page ${pageId}, which has ${page.width} × ${page.height} pixels.`,
      )
    return { pageId, box: lifted({ x, y, width: w, height: h }, page.placement) }
  })
}

const tags = ['structure']

export async function regionRoutes(app: App, services: Services): Promise<void> {
  const { db, types } = services
  app.get(
    '/api/v1/tree/:id/regions',
    {
      config: { right: 'structure:write' },
      schema: {
        operationId: 'getRegions',
        tags,
        summary: 'Reads the parts of pages that an article is made of.',
        params: IdParams,
        response: { 200: json(Regions, 'The regions.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const node = await getVisible(db, request.principal, request.params.id)
      reply.header('etag', etagOf(node.version, 'o')).header('cache-control', 'no-store')
      return documentOf(db, node)
    },
  )

  app.put(
    '/api/v1/tree/:id/regions',
    {
      config: { right: 'structure:write' },
      schema: {
        operationId: 'markRegions',
        tags,
        summary: 'Says of which parts of pages an article is made.',
        params: IdParams,
        body: NewRegions,
        response: { 200: json(Regions, 'The regions.'), ...problems(404, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id } = request.params
      const answer = await writeTree(services, request, 'insert', async trx => {
        const node = await requireVersion(trx, id, version)
        const datatype = types.datatypeOf(node.datatype)
        if (datatype !== 'structure' && datatype !== 'title')
          throw new Refusal('not-processable', `Node ${id} is neither a structure element nor a title.`)
        const batch = await nextBatch(trx)
        const actor = actorOf(request)
        await setContext(trx, { actor, batch })
        const regions = await onMasters(trx, id, request.body.regions)
        if (await storeRegions(trx, id, regions))
          await log(trx, {
            entity: 'node',
            entityId: id,
            action: 'mark-regions',
            batch,
            actor,
            data: { regions: regions.length },
          })
        const after = await requireVersion(trx, id, '*')
        return { body: await documentOf(trx, after), etag: etagOf(after.version, 'o') }
      })
      return send(reply, answer)
    },
  )
}
