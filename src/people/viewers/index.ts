// How readers get to see what is restricted: a log-in page that needs no scripts, and the services of the IIIF Authorization Flow for viewers
// of other sites. @see https://iiif.io/api/auth/2.0/
import { parseCookie } from 'cookie'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { byLanguage } from '../../config/languages.ts'
import { logOutOf, waysIn } from '../../config/provider-options.ts'
import { Refusal } from '../../errors.ts'
import { probeResult } from '../../formats/iiif-auth/services.ts'
import { formOf, ProbeDocument } from '../../http/contents.ts'
import { requireOwnPage, viewerCookie } from '../../http/auth.ts'
import { Id } from '../../http/envelope.ts'
import { languageOf } from '../../http/language.ts'
import type { App, Module, Services } from '../../http/module.ts'
import { problems } from '../../http/problem.ts'
import { beginSession, identify } from '../accounts/index.ts'
import { access, placesOf } from '../access/index.ts'
import { copyOf } from '../lending/index.ts'
import {
  clearSessionCookie,
  deleteSession,
  identitiesOf,
  makeViewerToken,
  readViewerToken,
  setViewerCookie,
  viewerTokenSeconds,
} from '../sessions/index.ts'
import { giveViewerCookie, goOn, Next, Origin, type Wanted, withWanted } from './after.ts'
import { sendDone, sendForm, sendMessage } from './pages.ts'

export { giveViewerCookie, goOn, Next, Origin, type Wanted, withWanted } from './after.ts'
export { sendNote } from './pages.ts'

const tags = ['people']
const form = 'application/x-www-form-urlencoded'
const html = { 200: { description: 'A page.', content: { 'text/html': { schema: z.unknown() } } } }

async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const places = placesOf(services)
  app.addContentTypeParser(form, { parseAs: 'string' }, (_request, body, done) => done(null, body))

  const house = (request: FastifyRequest): string =>
    byLanguage(services.config.web.name)[languageOf(request)] || services.config.oai.repositoryName
  const formAt = (query: Wanted): string => withWanted(`${app.linkPrefix}/log-in`, query)

  /** Other ways in, which come back to the same place. */
  const waysTo = (query: Wanted) =>
    waysIn(services.config).map(({ label, href }) => ({
      label,
      href: withWanted(app.linkPrefix + href, query),
    }))

  for (const [url, operationId, summary] of [
    ['/log-in', 'logInPage', 'The page on which readers log in.'],
    ['/iiif/auth/access', 'iiifAccess', 'IIIF Authorization Flow 2: the window in which readers log in.'],
  ] as const)
    app.get(
      url,
      {
        config: { right: 'public' },
        schema: {
          operationId,
          tags,
          summary,
          // viewers add parameters of their own
          querystring: z.object({ next: Next, origin: Origin.optional() }).loose(),
          response: { ...html, 303: z.null().meta({ description: 'Logged in already.' }), ...problems() },
        },
      },
      async (request, reply) => {
        const { origin } = request.query
        const next = url === '/log-in' ? request.query.next : undefined
        const { userId } = request.principal
        if (userId === undefined)
          return sendForm(reply, languageOf(request), {
            action: formAt({ next, origin }),
            house: house(request),
            ways: waysTo({ next, origin }),
          })
        giveViewerCookie(services, reply, userId, origin)
        return goOn(request, reply, next)
      },
    )

  app.post(
    '/log-in',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'logInByForm',
        tags,
        summary: 'Logs in by the form of the log-in page.',
        consumes: [form],
        querystring: z.strictObject({ next: Next, origin: Origin.optional() }),
        body: { content: { [form]: { schema: formOf(['login', 'password'], ['login', 'password']) } } },
        response: { ...html, 303: z.null().meta({ description: 'Logged in.' }), ...problems(429) },
      },
    },
    async (request, reply) => {
      requireOwnPage(request)
      const { next, origin } = request.query as { next?: string; origin?: string }
      const fields = new URLSearchParams(request.body as string)
      const login = (fields.get('login') ?? '').slice(0, 250)
      try {
        const user = await identify(services, request, {
          login,
          password: (fields.get('password') ?? '').slice(0, 1000),
        })
        await beginSession(services, request, reply, user, 'password')
        giveViewerCookie(services, reply, user.id, origin)
        return goOn(request, reply, next)
      } catch (error) {
        if (!(error instanceof Refusal) || !['unauthorized', 'too-many-requests'].includes(error.reason))
          throw error
        const isWrong = error.reason === 'unauthorized'
        return sendForm(reply, languageOf(request), {
          action: formAt({ next, origin }),
          house: house(request),
          ways: waysTo({ next, origin }),
          login,
          fault: isWrong ? 'wrong' : 'throttled',
          status: isWrong ? 401 : 429,
        })
      }
    },
  )

  app.get(
    '/iiif/auth/log-out',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'iiifLogOut',
        tags,
        summary: 'IIIF Authorization Flow 2: ends the session.',
        querystring: z.object({}).loose(),
        response: {
          ...html,
          303: z.null().meta({ description: 'Goes on to where the log-in lasts on.' }),
          ...problems(),
        },
      },
    },
    async (request, reply) => {
      const { session } = request
      // a window that a person opened, not something that a page loads
      const isDocument = ['document', undefined].includes(
        request.headers['sec-fetch-dest'] as string | undefined,
      )
      if (session && isDocument) {
        await services.database.inTransaction({}, trx => deleteSession(trx, session.userId, session.id))
        identitiesOf(services).forget()
        clearSessionCookie(services, reply)
      }
      setViewerCookie(services, reply, '', 0)
      const onward = session && isDocument ? logOutOf(services.config, session.means) : undefined
      if (onward !== undefined) return goOn(request, reply, app.linkPrefix + onward)
      return sendDone(reply, languageOf(request), 'out')
    },
  )

  for (const version of [1, 2] as const)
    app.get(
      `/iiif/auth/${version}/token` as '/iiif/auth/2/token',
      {
        config: { right: 'public' },
        schema: {
          operationId: `iiifToken${version}`,
          tags,
          summary: `IIIF Authori${version === 2 ? 'zation Flow 2' : 'sation 1'}: hands a token to the page that has this one in a frame.`,
          querystring: z.object({ messageId: z.string().max(200), origin: Origin }).loose(),
          response: { ...html, ...problems() },
        },
      },
      async (request, reply) => {
        const { messageId, origin } = request.query
        const { principal } = request
        // the session stays with our own pages; in a frame of another site stands what its reader logged in for
        const cookie = parseCookie(request.headers.cookie ?? '')[viewerCookie]
        const viewer = cookie === undefined ? undefined : readViewerToken(services, cookie)
        const userId = principal.userId ?? (viewer?.origin === origin ? viewer.userId : undefined)
        const isInRoom = access.sight(principal).isShared === false
        if (userId === undefined && !isInRoom)
          return sendMessage(
            reply,
            version === 2
              ? {
                  '@context': 'http://iiif.io/api/auth/2/context.json',
                  type: 'AuthAccessTokenError2',
                  profile: 'missingAspect',
                  messageId,
                }
              : { messageId, error: 'missingCredentials', description: 'Nobody is logged in.' },
            origin,
          )
        const accessToken = makeViewerToken(
          services,
          userId === undefined ? { address: request.ip } : { userId },
        )
        const given = { accessToken, expiresIn: viewerTokenSeconds, messageId }
        return sendMessage(
          reply,
          version === 2
            ? { '@context': 'http://iiif.io/api/auth/2/context.json', type: 'AuthAccessToken2', ...given }
            : given,
          origin,
        )
      },
    )

  app.options(
    '/iiif/auth/2/probe/:id',
    { config: { right: 'public' }, schema: { hide: true } },
    async (_request, reply) =>
      reply
        .code(204)
        .header('access-control-allow-origin', '*')
        .header('access-control-allow-methods', 'GET, HEAD, OPTIONS')
        .header('access-control-allow-headers', 'Authorization')
        .header('access-control-max-age', '86400')
        .send(undefined),
  )
  app.get(
    '/iiif/auth/2/probe/:id',
    {
      config: { right: 'tree:read', nodes: [] },
      schema: {
        operationId: 'iiifProbe',
        tags: ['iiif'],
        summary: 'IIIF Authorization Flow 2: whether the caller may see the image of a page.',
        params: z.strictObject({ id: Id }),
        response: {
          200: { description: 'The result.', content: { 'application/ld+json': { schema: ProbeDocument } } },
          ...problems(),
        },
      },
    },
    async (request, reply) => {
      const { principal } = request
      const place = await places.of(request.params.id)
      const isSeen = place !== undefined && access.sees(principal, place)
      const reason = isSeen ? access.sight(principal).reason('see-image', place) : undefined
      // asked as the image itself would be: who is known takes a copy where one is free
      const lent = place && reason?.allowed ? (await copyOf(services, request, place)).refusal : undefined
      const status =
        reason === undefined ? 404 : reason.allowed && !lent ? 200 : principal.kind === 'public' ? 401 : 403
      reply
        .header('access-control-allow-origin', '*')
        .header('cache-control', 'no-store')
        .type('application/ld+json;profile="http://iiif.io/api/auth/2/context.json"')
        .serializer((value: unknown) => value as string)
      const until = reason?.until ? ` until ${reason.until.toISOString().slice(0, 10)}` : ''
      return reply.send(
        JSON.stringify(
          probeResult({
            status,
            ...(status === 200
              ? {}
              : {
                  heading: status === 404 ? 'Not here' : lent ? 'Lent' : 'Restricted',
                  note: status === 404 ? 'There is no such image.' : (lent?.message ?? `This image is restricted${until}.`), // prettier-ignore
                }),
          }),
        ),
      )
    },
  )
}

export const viewers: Module = { name: 'viewers', routes }
