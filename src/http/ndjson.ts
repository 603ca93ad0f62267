// Whole lists as newline-delimited JSON: rows stream from the cursor, so memory does not grow with the list.
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { withPrefix } from './prefix.ts'

export const wantsNdjson = (request: FastifyRequest): boolean =>
  /application\/x-ndjson/i.test(request.headers.accept ?? '')

/** Answers with one line a row. An error after the first line ends the connection, so that no half list looks whole. */
export function ndjson<T>(
  reply: FastifyReply,
  rows: AsyncIterable<T>,
  documentOf: (row: T) => unknown,
): FastifyReply {
  const { linkPrefix } = reply.server
  const shown = (row: T): unknown =>
    linkPrefix === '' ? documentOf(row) : withPrefix(documentOf(row), linkPrefix)
  async function* lines(): AsyncGenerator<string> {
    let portion = ''
    for await (const row of rows) {
      portion += `${JSON.stringify(shown(row))}\n`
      if (portion.length > 65_536) {
        yield portion
        portion = ''
      }
    }
    if (portion !== '') yield portion
  }
  return reply
    .type('application/x-ndjson')
    .header('cache-control', 'no-store')
    .serializer((payload: unknown) => payload as string)
    .send(Readable.from(lines(), { objectMode: false }))
}
