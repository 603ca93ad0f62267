// The web application: its files, its pages rendered complete on the server, and pages for people where something is refused.
import staticFiles from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { byLanguage, type Language } from '../config/languages.ts'
import { waysIn } from '../config/provider-options.ts'
import { IdParams } from '../http/envelope.ts'
import { headersOfAll } from '../http/headers.ts'
import { cookieOf, languageOf } from '../http/language.ts'
import type { App, Services } from '../http/module.ts'
import { sendText } from '../http/text.ts'
import { bundle, clientFolder, type Installation, type Theme } from './bundle.ts'
import { documentOf } from './document.ts'
import { KeptPages } from './kept-pages.ts'

/** Addresses of the application's pages; `/id/{id}` belongs to the permalinks, which hand over what is asked for as HTML. */
const pages = [
  '/',
  '/c/:name',
  '/find',
  '/loans',
  '/id/:id/view',
  '/id/:id/mirador',
  '/desk',
  '/desk/*',
] as const
const aYear = 365 * 24 * 3600 * 1000

const themeOf = (request: FastifyRequest): Theme =>
  (['light', 'dark'] as const).find(theme => theme === cookieOf(request, 'theme')) ?? 'auto'

/** The viewer as frames of other sites show it; cookies do not go there with it. */
const isEmbedded = ({ routeOptions, query }: FastifyRequest): boolean =>
  routeOptions.url?.endsWith('/id/:id/view') === true && (query as { embed?: unknown }).embed === '1'

export async function registerWeb(app: App, services: Services): Promise<void> {
  const { embed, accent, logo, typeface, ...texts } = services.config.web
  const installation = (language: Language): Installation => ({
    accent,
    logo,
    typeface,
    name: byLanguage(texts.name)[language],
    welcome: byLanguage(texts.welcome)[language],
    imprint: byLanguage(texts.imprint)[language],
    privacy: byLanguage(texts.privacy)[language],
    contact: byLanguage(texts.contact)[language],
    footer: byLanguage(texts.footer)[language],
    canEmbed: embed.length > 0,
    prefix: app.linkPrefix,
    origin: services.publicUrl(),
    ways: waysIn(services.config),
  })

  /** The API as the caller sees it, without a way over the network. */
  const fetchFor =
    (asking: FastifyRequest) =>
    async (request: Request): Promise<Response> => {
      const { authorization, cookie: cookies } = asking.headers
      const answer = await app.inject({
        method: 'GET',
        url: request.url.replace(/^https?:\/\/[^/]+/, ''),
        remoteAddress: asking.ip,
        headers: {
          accept: 'application/json',
          ...(authorization === undefined ? {} : { authorization }),
          ...(cookies === undefined ? {} : { cookie: cookies }),
        },
      })
      return new Response(answer.statusCode === 204 ? null : answer.body, {
        status: answer.statusCode,
        headers: { 'content-type': String(answer.headers['content-type'] ?? 'application/json') },
      })
    }

  const kept = new KeptPages()
  app.decorateReply('sendPage', async function (this: FastifyReply, { problem, tag } = {}) {
    const { request } = this
    const { render, assets } = await bundle()
    const language = languageOf(request)
    const facts = { language, theme: themeOf(request), installation: installation(language) }
    const { url } = request
    const page = await kept.of(`${language} ${facts.theme} ${url}`, tag, () =>
      render({ ...facts, url, fetch: fetchFor(request), problem }),
    )
    this.header('vary', 'Accept, Accept-Language, Cookie, Authorization').header(
      'cache-control',
      'private, no-cache',
    )
    const more = isEmbedded(request) ? { 'frame-ancestors': embed.join(' ') || "'none'" } : {}
    const { html, policy } = documentOf(page, assets(page.modules), { ...facts, more })
    this.headers(headersOfAll(services.config.server.publicUrl))
      .header('content-security-policy', policy)
      .code(page.status)
    return sendText(this, 'text/html; charset=utf-8', html)
  })

  await app.register(async scope => {
    scope.addHook('onRoute', route => {
      route.config = { ...route.config, right: 'public' }
    })
    await scope.register(staticFiles, {
      root: clientFolder,
      prefix: '/assets/',
      index: false,
      preCompressed: true,
      immutable: true,
      maxAge: aYear,
      schemaHide: true,
    })
  })

  app.get(
    '/id/:id/embed',
    {
      config: { right: 'tree:read' },
      schema: { hide: true, params: IdParams, querystring: z.looseObject({}) },
    },
    async (request, reply) => {
      const asked = new URLSearchParams(request.query as Record<string, string>)
      asked.set('embed', '1')
      return reply
        .code(303)
        .header('location', `/id/${request.params.id}/view?${asked.toString()}`)
        .send(null)
    },
  )
  for (const url of pages)
    app.get(
      url,
      {
        config: { right: 'tree:read' },
        schema: { hide: true, querystring: z.looseObject({}) },
      },
      async (_request, reply) => await reply.sendPage(),
    )
}
