// What both versions of IIIF Content Search take and how they answer.
import { SearchDocument } from '../../http/contents.ts'
import { sendText } from '../../http/text.ts'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { problems } from '../../http/problem.ts'

export const Query = z
  .object({
    q: z.string().max(1000).optional(),
    startIndex: z.coerce.number().int().min(0).max(100_000).default(0),
  })
  .loose()
export const CompletionQuery = z
  .object({ q: z.string().min(1).max(200), min: z.coerce.number().int().min(1).optional() })
  .loose()
/** What an answer of an index says that is being made anew. */
export const partialNote = {
  de: ['Der Suchindex wird neu aufgebaut; Treffer können noch fehlen.'],
  en: ['The search index is being made anew; hits may be missing still.'],
}
export const sendDocument = (reply: FastifyReply, type: string, document: object) =>
  sendText(reply.header('cache-control', 'no-cache'), type, JSON.stringify(document))
export const answers = {
  200: { description: 'The document.', content: { 'application/ld+json': { schema: SearchDocument } } },
  ...problems(404),
}
