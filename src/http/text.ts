import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Sends a text, or a stream of one, as it is: past the serialiser, which knows JSON alone. */
export const sendText = (reply: FastifyReply, media: string, text: string | Readable): never =>
  reply
    .type(media)
    .serializer((value: unknown) => value as string)
    .send(text) as never
