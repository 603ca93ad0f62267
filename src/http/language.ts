// The language of a page for people.
import type { FastifyRequest } from 'fastify'
import { type Language, languages } from '../config/languages.ts'

/** The value of a cookie that is a word. */
export const cookieOf = (request: FastifyRequest, name: string): string | undefined =>
  new RegExp(`(?:^|;\\s*)${name}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1]

/** Tags of the languages that somebody reads: as the address says (`lang`), then as the browser likes them. @see RFC 9110 §12.5.4 */
export function likedTags(request: FastifyRequest): string[] {
  const asked = new URL(request.url, 'http://x').searchParams.get('lang')
  const liked = (request.headers['accept-language'] ?? '')
    .split(',')
    .map(part => {
      const [tag = '', weight] = part.trim().split(/;\s*q=/)
      return { tag, weight: weight === undefined ? 1 : Number(weight) }
    })
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)
  return asked === null ? liked : [asked, ...liked]
}

/** As the address says, else as was chosen before, else what the browser likes best. */
export function languageOf(request: FastifyRequest): Language {
  const known = (tag: string | undefined) => languages.find(each => each === tag?.slice(0, 2).toLowerCase())
  const asked = new URL(request.url, 'http://x').searchParams.get('lang') ?? undefined
  const liked = likedTags(request)
    .map(known)
    .find(tag => tag !== undefined)
  return known(asked) ?? known(cookieOf(request, 'language')) ?? liked ?? 'de'
}
