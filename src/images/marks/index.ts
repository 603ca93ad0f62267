// What domains put on images: the pictures of their watermarks and footers, and what these would look like.
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { getFullDomain } from '../../catalogue/domains/index.ts'
import { Refusal } from '../../errors.ts'
import { bytesIn } from '../../http/contents.ts'
import type { Module } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, sendDone, write } from '../../http/write.ts'
import { enqueue } from '../../jobs/queue.ts'
import { access } from '../../people/access/index.ts'
import { record } from '../../system/log/index.ts'
import { z } from 'zod'
import { find } from '../packs/index.ts'
import * as pictures from './pictures.ts'
import { exampleOf, preview } from './preview.ts'
import { DomainPicture, DomainPictures, MarksPreview, PictureParams } from './schemas.ts'
import { metaOf } from '../../http/envelope.ts'

const tags = ['domains']
const pictureMedia = ['image/png', 'image/jpeg', 'image/webp']
const DomainParams = z.strictObject({ domain: z.string().min(1).max(120) })

export const marks: Module = {
  name: 'marks',
  routes: async (app, { services }) => {
    const { db, config } = services

    app.get(
      '/api/v1/domains/:domain/pictures',
      {
        config: { right: 'hidden:read' },
        schema: {
          operationId: 'listDomainPictures',
          tags,
          summary: 'Lists the pictures that watermark and footer of a domain can name.',
          params: DomainParams,
          response: { 200: json(DomainPictures, 'Pictures by name.'), ...problems(404) },
        },
      },
      async request => {
        const items = await pictures.list(services, await getFullDomain(db, request.params.domain))
        return {
          items,
          links: { self: request.url },
          relationships: {},
          meta: { ...metaOf({}), count: items.length },
        }
      },
    )

    app.get(
      '/api/v1/domains/:domain/pictures/:picture',
      {
        config: { right: 'hidden:read' },
        schema: {
          operationId: 'getDomainPicture',
          tags,
          summary: 'A picture of a domain.',
          params: PictureParams,
          response: { 200: { description: 'The file.', content: bytesIn(pictureMedia) }, ...problems(404) },
        },
      },
      async (request, reply) => {
        const { domain, picture } = request.params
        const { bytes, media } = await pictures.read(services, await getFullDomain(db, domain), picture)
        return reply.type(media).header('cache-control', 'private, no-cache').send(bytes)
      },
    )

    app.put(
      '/api/v1/domains/:domain/pictures/:picture',
      {
        config: { right: 'domain:write' },
        bodyLimit: config.limits.pictureBytes,
        schema: {
          operationId: 'putDomainPicture',
          tags,
          summary: 'Lays down a picture, in the place of one of its name.',
          consumes: pictureMedia,
          params: PictureParams,
          response: { 200: json(DomainPicture, 'The picture.'), ...problems(404, 413, 415, 422, 507) },
        },
      },
      async (request, reply) => {
        const { picture } = request.params
        const domain = await getFullDomain(db, request.params.domain)
        const source = request.body as Readable
        if (typeof (source as Partial<Readable> | null)?.pipe !== 'function')
          throw new Refusal(
            'unsupported-media-type',
            'Send the picture as image/png, image/jpeg or image/webp.',
          )
        const bytes = await buffer(limited(source, config.limits.pictureBytes))
        const answer = await write(services, request, { canUndo: false }, async trx => {
          await pictures.store(services, domain, picture, bytes)
          const body = await pictures.described(services, domain, picture)
          const actor = actorOf(request)
          await record(trx, { entity: 'domain', entityId: domain.id, action: 'put-picture', actor, data: { picture, bytes: body.bytes } }) // prettier-ignore
          // packs with the former picture are found by the job
          if (body.uses.includes('watermark')) await enqueue(trx, { kind: 'images.refresh', uniqueKey: 'images.refresh', actor: actor.name }) // prettier-ignore
          return { body }
        })
        return send(reply, answer)
      },
    )

    app.delete(
      '/api/v1/domains/:domain/pictures/:picture',
      {
        config: { right: 'domain:write' },
        schema: {
          operationId: 'deleteDomainPicture',
          tags,
          summary: 'Removes a picture that neither watermark nor footer of the domain name.',
          params: PictureParams,
          response: { 204: z.null().meta({ description: 'It is gone.' }), ...problems(404, 409, 507) },
        },
      },
      async (request, reply) => {
        const { picture } = request.params
        const done = await write(services, request, { canUndo: false }, async trx => {
          const domain = await getFullDomain(trx, request.params.domain)
          await pictures.remove(services, domain, picture)
          const actor = actorOf(request)
          await record(trx, { entity: 'domain', entityId: domain.id, action: 'delete-picture', actor, data: { picture } }) // prettier-ignore
          return { body: null }
        })
        return sendDone(reply, done)
      },
    )

    app.post(
      '/api/v1/domains/:domain/preview',
      {
        config: { right: 'domain:write' },
        schema: {
          operationId: 'previewDomainMarks',
          tags,
          summary: 'Shows a page with a watermark and a footer before they are stored; nothing changes.',
          params: DomainParams,
          body: MarksPreview,
          response: {
            200: { description: 'The image.', content: bytesIn(['image/jpeg']) },
            ...problems(404, 422, 507),
          },
        },
      },
      async (request, reply) => {
        const domain = await getFullDomain(db, request.params.domain)
        const asked = request.body.page
        const id = asked ?? (await exampleOf(db, domain))
        const row = id === undefined ? undefined : await find(db, id)
        const isSeen = row && access.sees(request.principal, { path: row.path, domainId: row.domainId, isVisible: row.state === 1 && row.delState === 0 }) // prettier-ignore
        if (asked !== undefined && !isSeen) throw new Refusal('not-found', `There is no page ${asked}.`)
        const image = await preview(services, domain, isSeen ? row : undefined, request.body)
        return reply.type('image/jpeg').header('cache-control', 'private, no-store').send(image)
      },
    )
  },
}

/** @throws Refusal too-large */
async function* limited(source: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const part of source) {
    bytes += part.length
    if (bytes > most) throw new Refusal('too-large', `The picture has more than ${most} bytes ([limits] pictureBytes).`, { limit: most }) // prettier-ignore
    yield part
  }
}
