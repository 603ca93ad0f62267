// Further files of titles, as they were delivered: by ranges, so that players can seek, and conditionally.
import { create } from 'content-disposition'
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { Id } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { problems } from '../../http/problem.ts'
import { sendFile } from '../../http/range.ts'
import { findFile, isShownInline, sha256Of } from '../../catalogue/attachments/index.ts'
import { getVisible } from '../../catalogue/tree/index.ts'

export async function fileRoutes(app: App, services: Services): Promise<void> {
  const { db, archive } = services

  app.get(
    '/download/file/:id/:file',
    {
      config: { right: 'tree:read', verb: 'download' },
      schema: {
        operationId: 'downloadFile',
        tags: ['standards'],
        summary: 'A further file of a title as it was delivered: PDF, sound, moving images, attachments.',
        params: z.strictObject({ id: Id, file: Id }),
        querystring: z.strictObject({
          save: z
            .enum(['true', 'false'])
            .default('false')
            .meta({ description: 'true: to be saved, also where a browser could show it' }),
        }),
        response: {
          200: { description: 'The file.', content: { '*/*': { schema: z.unknown() } } },
          ...problems(404, 416),
        },
      },
    },
    async (request, reply) => {
      const { id, file: fileId } = request.params
      await getVisible(db, request.principal, id)
      const file = await findFile(db, id, fileId)
      if (!file) throw new Refusal('not-found', `Title ${id} has no file ${fileId}.`)
      if (!(await archive.facts(file.url)))
        throw new Refusal('not-found', `File ${fileId} of title ${id} is not in the archive.`)
      const digest = sha256Of(file)
      const isInline = request.query.save === 'false' && isShownInline(file.media)
      return sendFile(request, reply, {
        bytes: file.bytes,
        media: file.media === 'text/plain' ? 'text/plain; charset=utf-8' : file.media,
        etag: `"${digest}"`,
        headers: {
          'repr-digest': `sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:`,
          'content-disposition': create(file.name, { type: isInline ? 'inline' : 'attachment' }),
        },
        open: range => archive.read(file.url, range),
      })
    },
  )
}
