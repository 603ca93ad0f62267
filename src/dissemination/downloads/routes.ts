// Downloads: PDF of any title, part or page; texts of titles and pages, plain and as ALTO.
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { Id } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { sendFile } from '../../http/range.ts'
import { sendText } from '../../http/text.ts'
import { problems } from '../../http/problem.ts'
import { access } from '../../people/access/index.ts'
import { imageSettings, getDomain } from '../../catalogue/domains/index.ts'
import { type DigitalObject, loadObject } from '../objects/index.ts'
import { bestTexts } from '../../catalogue/texts/index.ts'
import { getVisible } from '../../catalogue/tree/index.ts'
import { pdfOf } from './pdf.ts'

const portion = 50
const fileName = (text: string): string => text.normalize('NFKD').replace(/[^\w.-]+/g, '_').slice(0, 80) || 'title' // prettier-ignore

/** @throws Refusal bad-request where no page is in it */
function range({ pages, title }: DigitalObject, asked: string | undefined): DigitalObject['pages'] {
  if (asked === undefined) return pages
  const [from = 0, to = from] = asked.split('-').map(Number)
  const found = pages.slice(Math.max(0, from - 1), to)
  if (from === 0 || found.length === 0)
    throw new Refusal(
      'bad-request',
      `pages: ‘${asked}’ is no part of the ${pages.length} pages of ‘${title.title}’.`,
    )
  return found
}

export async function downloadRoutes(app: App, services: Services): Promise<void> {
  const { db, config, types } = services
  let underWay = 0

  /** A page by itself is an object with one page. */
  async function objectOf(
    request: { principal: Parameters<typeof loadObject>[2] },
    id: number,
  ): Promise<DigitalObject> {
    const node = await getVisible(db, request.principal, id)
    if (node.datatype !== types.code('page')) return await loadObject(services, db, request.principal, id)
    if (node.parentId === null) throw new Refusal('not-found', `Page ${id} belongs to no title.`)
    const object = await loadObject(services, db, request.principal, node.parentId)
    return { ...object, pages: object.pages.filter(page => page.id === id) }
  }

  app.get(
    '/download/pdf/:id',
    {
      config: { right: 'tree:read', verb: 'download' },
      schema: {
        operationId: 'downloadPdf',
        tags: ['standards'],
        summary: 'A title, a part of it or a page as PDF, with invisible text, outline and page labels.',
        params: z.strictObject({ id: z.string().regex(/^\d{1,10}(\.pdf)?$/) }),
        querystring: z.strictObject({
          width: z.coerce
            .number()
            .int()
            .min(0)
            .max(100_000)
            .optional()
            .meta({ description: 'Width of the page images, one of those on offer' }),
          pages: z
            .string()
            .regex(/^\d{1,6}(?:-\d{1,6})?$/)
            .optional()
            .meta({ description: 'Some of them, counted from 1 in reading order: 12 or 3-20' }),
          originalFilename: z
            .enum(['true', 'false'])
            .optional()
            .meta({ description: 'Accepted for what links to Visual Library Servers' }),
        }),
        response: {
          200: { description: 'PDF.', content: { 'application/pdf': { schema: z.unknown() } } },
          ...problems(404, 416),
        },
      },
    },
    async (request, reply) => {
      const id = Number.parseInt(request.params.id, 10)
      if (id > 2147483647) throw new Refusal('not-found', `There is no tree node ${id}.`)
      const whole = await objectOf(request, id)
      const asked = range(whole, request.query.pages)
      const object = { ...whole, pages: asked.filter(page => page.rights.download) }
      if (object.pages.length === 0) throw new Refusal('not-found', `${id} has no pages of its own.`)
      const { widths } = await imageSettings(services, db, await getDomain(db, object.domain.id))
      const width =
        request.query.width ??
        widths.reduce((best, each) =>
          Math.abs(each - config.pdf.width) < Math.abs(best - config.pdf.width) ? each : best,
        )
      if (width !== 0 && !widths.includes(width))
        throw new Refusal(
          'bad-request',
          `Images come ${widths.join(', ')} pixels wide, or 0 for the largest there is, not ${width}.`,
        )
      if (underWay >= config.pdf.concurrent)
        throw new Refusal('busy', `${underWay} PDF files are being written; try again in a moment.`, {
          retryAfter: 5,
        })
      const controller = new AbortController()
      underWay++
      reply.raw.once('close', () => {
        underWay--
        controller.abort()
      })
      const stream = Readable.from(
        pdfOf(services, object, {
          width,
          signal: controller.signal,
          log: request.log,
          principal: request.principal,
        }),
        { objectMode: false },
      )
      const cacheControl =
        object.isVisible && access.isShared(request.principal) ? 'public, max-age=60' : 'private, no-store'
      const disposition = `inline; filename="${fileName(object.title.title)}-${id}.pdf"`
      if (object.pages.length === 1) {
        // one page fits into memory, so its length is known and parts of it can be asked for; a book leaves as it is written
        const bytes = await buffer(stream)
        const digest = createHash('sha256').update(bytes).digest()
        return sendFile(request, reply, {
          bytes: bytes.length,
          media: 'application/pdf',
          etag: `"${digest.toString('hex')}"`,
          cacheControl,
          headers: {
            'repr-digest': `sha-256=:${digest.toString('base64')}:`,
            'content-disposition': disposition,
          },
          open: (part = { start: 0, end: bytes.length - 1 }) =>
            Readable.from([bytes.subarray(part.start, part.end + 1)], { objectMode: false }),
        })
      }
      return sendText(
        reply
          .header('cache-control', cacheControl)
          // pages that are for some alone, and images without watermarks
          .header('vary', 'Authorization')
          .header('content-disposition', disposition),
        'application/pdf',
        stream,
      )
    },
  )

  app.get(
    '/download/fulltext/plain/:id',
    {
      config: { right: 'tree:read', verb: 'text' },
      schema: {
        operationId: 'downloadText',
        tags: ['standards'],
        summary:
          'The words of a title, a part of it or a page, pages divided by form feeds; empty where there are none.',
        params: z.strictObject({ id: Id }),
        response: {
          200: { description: 'Text.', content: { 'text/plain': { schema: z.string() } } },
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const pages = (await objectOf(request, request.params.id)).pages.filter(page => page.rights.text)
      async function* texts(): AsyncGenerator<string> {
        for (let start = 0; start < pages.length; start += portion) {
          const part = pages.slice(start, start + portion).map(page => page.id)
          const found = await bestTexts(db, part)
          for (const [at, id] of part.entries()) yield `${start + at > 0 ? '\f' : ''}${found.get(id) ?? ''}\n`
        }
      }
      return sendText(reply, 'text/plain; charset=utf-8', Readable.from(texts(), { objectMode: false }))
    },
  )

  app.get(
    '/download/fulltext/:format/:id',
    {
      config: { right: 'tree:read', verb: 'text' },
      schema: {
        operationId: 'downloadAlto',
        tags: ['standards'],
        summary: 'The ALTO file of a page.',
        params: z.strictObject({ format: z.enum(['alto3', 'alto']), id: Id }),
        response: { 301: z.null().meta({ description: 'Its address.' }), ...problems(404) },
      },
    },
    async (request, reply) => {
      const page = await getVisible(db, request.principal, request.params.id)
      return reply
        .code(301)
        .header('location', `${services.publicUrl()}/api/v1/pages/${page.id}/alto`)
        .send(null)
    },
  )
}
