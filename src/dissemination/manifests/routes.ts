// IIIF Presentation 3.0 and 2.1: manifests, collections, text annotations, and addresses of what is inside a manifest.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { TextAnnotation } from '../../formats/iiif-presentation/model.ts'
import { annotationList2, collection2, manifest2, media2 } from '../../formats/iiif-presentation/v2.ts'
import { annotationPage3, collection3, manifest3, media3 } from '../../formats/iiif-presentation/v3.ts'
import { bcp47 } from '../../formats/languages/codes.ts'
import { PresentationDocument } from '../../http/contents.ts'
import { BuiltDocuments } from '../../http/built.ts'
import { Id } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { problems } from '../../http/problem.ts'
import { access } from '../../people/access/index.ts'
import { objectTag } from '../../system/changes/index.ts'
import { getDomain } from '../../catalogue/domains/index.ts'
import { addressesOf, loadObject } from '../objects/index.ts'
import { servedText } from '../../catalogue/texts/index.ts'
import { getVisible } from '../../catalogue/tree/index.ts'
import { collectionOfDomain } from './of-domain.ts'
import { collectionOf, hasManifest, manifestOf } from './of-object.ts'

const Version = z.enum(['2', '3'])
const media = { 2: media2, 3: media3 } as const
const answers = {
  200: { description: 'The document.', content: { 'application/ld+json': { schema: PresentationDocument } } },
  ...problems(404),
}

/** JSON-LD where the client asks for nothing else that it is; plain JSON for who wants that. */
function mediaFor(request: FastifyRequest, version: 2 | 3): string {
  const accept = request.headers.accept ?? ''
  return /application\/json/.test(accept) && !/ld\+json/.test(accept)
    ? 'application/json; charset=utf-8'
    : media[version]
}

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services
  const built = new BuiltDocuments()
  const addresses = addressesOf(services)

  /** Sends what is built of a title; the rights of the caller come first, at the price of one look at the node. */
  async function sendObject(
    request: FastifyRequest,
    reply: FastifyReply,
    what: { readonly kind: string; readonly version: 2 | 3; readonly id: number; readonly part?: number },
    build: () => Promise<object>,
  ) {
    const node = await getVisible(db, request.principal, what.id)
    const variant = access.variant(request.principal)
    const isPublic = node.state === 1 && access.isShared(request.principal)
    const number = await objectTag(services, what.id, `${what.kind}${what.version}${variant}`)
    return await built.send(request, reply, {
      key: `${what.kind}/${what.version}/${what.id}/${what.part ?? ''}/${variant}/${services.publicUrl()}`,
      tag: number,
      media: mediaFor(request, what.version),
      cacheControl: isPublic ? 'public, no-cache' : 'private, no-cache',
      build: async () => JSON.stringify(await build()),
    })
  }

  app.get(
    '/iiif/presentation/:version/:id/manifest',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getManifest',
        tags: ['iiif'],
        summary: 'The manifest of a title.',
        params: z.strictObject({ version: Version, id: Id }),
        response: {
          ...answers,
          303: z.null().meta({ description: 'The collection of a title that holds others.' }),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const version = Number(request.params.version) as 2 | 3
      const node = await getVisible(db, request.principal, id)
      const type = services.types.ofNumbers(node.datatype, node.type)
      if (type?.behavior === 'multi-part' && type.datatype === 'title') {
        const object = await loadObject(services, db, request.principal, id)
        if (!hasManifest(object, version))
          return reply.code(303).header('location', addresses.collection(version, id)).send(null)
      }
      return await sendObject(request, reply, { kind: 'manifest', version, id }, async () => {
        const object = await loadObject(services, db, request.principal, id)
        if (!hasManifest(object, version))
          throw new Refusal(
            'not-found',
            object.recordings.length > 0
              ? `Title ${id} has recordings and no pages: its manifest is of version 3, ${addresses.manifest(3, id)}.`
              : `Title ${id} has no pages and nothing to play, and so no manifest.`,
          )
        return version === 3
          ? manifest3(manifestOf(services, object, 3))
          : manifest2(manifestOf(services, object, 2))
      })
    },
  )

  app.get(
    '/iiif/presentation/:version/collection/:id',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getCollection',
        tags: ['iiif'],
        summary:
          'The collection of a title that holds others, of a domain by name, or ‘top’ for all domains.',
        params: z.strictObject({ version: Version, id: z.string().max(120) }),
        response: answers,
      },
    },
    async (request, reply) => {
      const version = Number(request.params.version) as 2 | 3
      const { id } = request.params
      if (/^\d{1,10}$/.test(id) && Number(id) <= 2147483647)
        return await sendObject(request, reply, { kind: 'collection', version, id: Number(id) }, async () => {
          const object = await loadObject(services, db, request.principal, Number(id))
          return version === 3
            ? collection3(collectionOf(services, object, 3))
            : collection2(collectionOf(services, object, 2))
        })
      const domain = id === 'top' ? undefined : await getDomain(db, id)
      if (domain && !access.seesDomain(request.principal, domain.id))
        throw new Refusal('not-found', `There is no domain ‘${id}’.`)
      return await built.send(request, reply, {
        key: `domain/${id}/${access.variant(request.principal)}`,
        tag: undefined,
        media: mediaFor(request, version),
        cacheControl: access.isShared(request.principal) ? 'public, no-cache' : 'private, no-cache',
        build: async () => {
          const collection = await collectionOfDomain(services, db, request.principal, domain, version)
          return JSON.stringify(version === 3 ? collection3(collection) : collection2(collection))
        },
      })
    },
  )

  app.get(
    '/iiif/presentation/:version/:id/annotations/:page',
    {
      config: { right: 'tree:read', verb: 'text', nodes: ['id', 'page'] },
      schema: {
        operationId: 'getTextAnnotations',
        tags: ['iiif'],
        summary: 'The text of a page as annotations of its canvas, line by line.',
        params: z.strictObject({ version: Version, id: Id, page: Id }),
        response: answers,
      },
    },
    async (request, reply) => {
      const { id, page } = request.params
      const version = Number(request.params.version) as 2 | 3
      const [node, pageNode] = await Promise.all([
        getVisible(db, request.principal, id),
        getVisible(db, request.principal, page),
      ])
      if (!pageNode.path.startsWith(node.path))
        throw new Refusal('not-found', `Page ${page} is no page of ${id}.`)
      return await sendObject(request, reply, { kind: 'annotations', version, id, part: page }, async () => {
        const address = addresses.inside(version, id, 'annotations', page)
        const canvas = addresses.inside(version, id, 'canvas', page)
        const text = await servedText(services, db, page)
        const list = (text?.lines ?? []).map((line, at): TextAnnotation => ({
          id: `${address}/${at + 1}`,
          text: line.words.map(word => word.text).join(' '),
          language: bcp47(text?.language),
          box: line.box,
        }))
        return version === 3 ? annotationPage3(address, canvas, list) : annotationList2(address, canvas, list)
      })
    },
  )

  app.get(
    '/iiif/presentation/:version/:id/:kind/:part',
    {
      config: { right: 'tree:read', nodes: ['id', 'part'] },
      schema: {
        operationId: 'getInsideManifest',
        tags: ['iiif'],
        summary: 'A canvas or range leads to the manifest that holds it.',
        params: z.strictObject({ version: Version, id: Id, kind: z.enum(['canvas', 'range']), part: Id }),
        response: { 303: z.null().meta({ description: 'The manifest.' }), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { id, part, kind } = request.params
      const [node, inner] = await Promise.all([
        getVisible(db, request.principal, id),
        getVisible(db, request.principal, part),
      ])
      if (!inner.path.startsWith(node.path))
        throw new Refusal('not-found', `There is no ${kind} ${part} in ${id}.`)
      return reply
        .code(303)
        .header('location', addresses.manifest(Number(request.params.version) as 2 | 3, id))
        .send(null)
    },
  )

  app.get(
    '/iiif/presentation/:version/:id/recording/:file',
    {
      config: { right: 'tree:read', verb: 'download' },
      schema: {
        operationId: 'getInsideRecording',
        tags: ['iiif'],
        summary: 'The canvas of a recording leads to the manifest that holds it.',
        params: z.strictObject({ version: Version, id: Id, file: Id }),
        response: { 303: z.null().meta({ description: 'The manifest.' }), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { id, file } = request.params
      const object = await loadObject(services, db, request.principal, id)
      if (!object.recordings.some(each => each.id === file))
        throw new Refusal('not-found', `There is no recording ${file} in ${id}.`)
      return reply.code(303).header('location', addresses.manifest(3, id)).send(null)
    },
  )

  // the address under which Visual Library Servers have published manifests
  for (const url of ['/i3f/v20/:id/manifest', '/:domain/i3f/v20/:id/manifest'])
    app.get(
      url,
      {
        config: { right: 'tree:read' },
        schema: {
          operationId: url.startsWith('/:') ? 'redirectDomainManifest2' : 'redirectManifest2',
          tags: ['iiif'],
          summary: 'Leads to the manifest in version 2.1.',
          params: z.strictObject({ id: Id, domain: z.string().max(120).optional() }),
          response: { 301: z.null().meta({ description: 'Its address.' }), ...problems(404) },
        },
      },
      async (request, reply) => {
        await getVisible(db, request.principal, request.params.id)
        return reply.code(301).header('location', addresses.manifest(2, request.params.id)).send(null)
      },
    )
}
