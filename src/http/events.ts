// Server-sent events: the state of something that is under way, whenever it has changed, until it has ended.
import type { FastifyReply, FastifyRequest } from 'fastify'

/** A stream lives at most so long; clients connect again by themselves. */
const maxMinutes = 30
const pollMs = 500

export async function sendEvents<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  read: () => Promise<{ state: T; ended: boolean }>,
): Promise<void> {
  const first = await read() // a refusal is still an ordinary answer
  reply.hijack()
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  let last = ''
  let open = true
  request.raw.once('close', () => (open = false))
  const until = Date.now() + maxMinutes * 60_000
  for (let current = first; open; current = await read()) {
    const text = JSON.stringify(current.state)
    if (text !== last) reply.raw.write(`data: ${(last = text)}\n\n`)
    if (current.ended || Date.now() > until) break
    await new Promise(resolve => setTimeout(resolve, pollMs))
  }
  reply.raw.end()
}
