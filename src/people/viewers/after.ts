// What a log-in is for: the page of ours that a reader goes on to, and the site whose viewer has opened the window.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { languageOf } from '../../http/language.ts'
import type { Services } from '../../http/module.ts'
import { makeViewerToken, setViewerCookie, viewerTokenSeconds } from '../sessions/index.ts'
import { sendDone } from './pages.ts'

/** An address of ours to go on to; anything else, and what a browser would take for another host, is none. */
export const Next = z
  .string()
  .max(2000)
  .regex(/^\/(?![/\\])[^\s\\]*$/)
  .optional()
  .meta({ description: 'Path of ours to go on to; without it the window closes' })

export const Origin = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[^/\s"'<>]+$/)

export interface Wanted {
  readonly next?: string | undefined
  readonly origin?: string | undefined
}

export function withWanted(address: string, { next, origin }: Wanted): string {
  const given = new URLSearchParams()
  if (next !== undefined) given.set('next', next)
  if (origin !== undefined) given.set('origin', origin)
  return given.size === 0 ? address : `${address}?${given.toString()}`
}

/** Images in pages of another site come with a cookie of their own, which is for that site. */
export function giveViewerCookie(
  services: Services,
  reply: FastifyReply,
  userId: number,
  origin: string | undefined,
): void {
  if (origin !== undefined)
    setViewerCookie(services, reply, makeViewerToken(services, { userId }, origin), viewerTokenSeconds)
}

export const goOn = (request: FastifyRequest, reply: FastifyReply, next: string | undefined): never =>
  next === undefined
    ? sendDone(reply, languageOf(request), 'done')
    : (reply.code(303).header('cache-control', 'no-store').header('location', next).send() as never)
