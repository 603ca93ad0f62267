import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Sends a text, its bytes, or a stream of them, as it is: past the serialiser, which knows JSON alone. */
export const sendText = (reply: FastifyReply, media: string, text: string | Buffer | Readable): never =>
  reply
    .type(media)
    .serializer((value: unknown) => value as string)
    .send(text) as never
