// The cookies of a log-in: the session itself, and the mark of a browser that has logged in to an account before.
import { stringifySetCookie } from 'cookie'
import type { FastifyReply } from 'fastify'
import { sessionCookie, viewerCookie } from '../../http/auth.ts'
import type { Services } from '../../http/module.ts'

function setCookie(
  services: Services,
  reply: FastifyReply,
  name: string,
  value: string,
  maxAge?: number,
  sameSite: 'lax' | 'none' = 'lax',
): void {
  const isSecure = services.config.server.publicUrl.startsWith('https://')
  const cookie = stringifySetCookie({
    name,
    value,
    path: '/',
    httpOnly: true,
    sameSite,
    secure: isSecure,
    ...(maxAge === undefined ? {} : { maxAge }),
  })
  const others = [reply.getHeader('set-cookie') ?? []].flat().map(String)
  reply.removeHeader('set-cookie')
  reply.header('set-cookie', [...others.filter(each => !each.startsWith(`${name}=`)), cookie])
}

/** Ends with the browser, or with the session, whichever is first. */
export const setSessionCookie = (services: Services, reply: FastifyReply, token: string): void =>
  setCookie(services, reply, sessionCookie(services.config.server.publicUrl), token)

export const clearSessionCookie = (services: Services, reply: FastifyReply): void =>
  setCookie(services, reply, sessionCookie(services.config.server.publicUrl), '', 0)

/** For images in pages of other sites; browsers take it behind TLS alone. */
export function setViewerCookie(
  services: Services,
  reply: FastifyReply,
  token: string,
  maxAge: number,
): void {
  if (!services.config.server.publicUrl.startsWith('https://')) return
  setCookie(services, reply, viewerCookie, token, maxAge, 'none')
}

export const deviceCookie = (services: Services): string =>
  services.config.server.publicUrl.startsWith('https://') ? '__Host-firefolio-known' : 'firefolio-known'

const aYear = 365 * 24 * 3600
export const setDeviceCookie = (services: Services, reply: FastifyReply, value: string): void =>
  setCookie(services, reply, deviceCookie(services), value, aYear)

/** What a log-in at a provider began with; several may be under way in one browser. */
export const flowCookies = (services: Services): string =>
  `${sessionCookie(services.config.server.publicUrl)}-flow-`

export const setFlowCookie = (
  services: Services,
  reply: FastifyReply,
  name: string,
  value: string,
  maxAge: number,
): void => setCookie(services, reply, name, value, maxAge)
