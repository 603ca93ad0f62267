// /oai and /{domain}/oai, by GET and POST. Protocol errors are answers like others (200); only a repository that cannot answer is a fault.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { OaiError, readOaiRequest } from '../../formats/oai-pmh/request.ts'
import { writeOai } from '../../formats/oai-pmh/write.ts'
import { formOf } from '../../http/contents.ts'
import { openToOtherSites } from '../../http/cors.ts'
import { pagePolicy } from '../../http/headers.ts'
import type { App, Services } from '../../http/module.ts'
import { sendText } from '../../http/text.ts'
import { problems } from '../../http/problem.ts'
import { getDomain } from '../../catalogue/domains/index.ts'
import { readPagination } from '../../catalogue/pages/index.ts'
import { Provider } from './provider.ts'
import { styles, stylesheet } from './stylesheet.ts'

const anything = z.looseObject({})
const Form = formOf(
  ['verb', 'identifier', 'metadataPrefix', 'from', 'until', 'set', 'resumptionToken'],
  ['verb'],
)
const form = 'application/x-www-form-urlencoded'

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const pagination = readPagination()
  openToOtherSites(app)
  app.addContentTypeParser(form, { parseAs: 'string' }, (_request, body, done) => done(null, body))

  async function answer(request: FastifyRequest, reply: FastifyReply, domainName: string | undefined) {
    const domain = domainName === undefined ? undefined : await getDomain(services.db, domainName)
    const baseUrl = `${services.publicUrl()}${domain ? `/${encodeURIComponent(domain.name)}` : ''}/oai`
    const query =
      request.method === 'POST'
        ? typeof request.body === 'string'
          ? request.body
          : ''
        : (request.url.split('?')[1] ?? '')
    const parameters = new URLSearchParams(query)
    // date stamps of changes that commit while the answer is made come after it
    const at = new Date()
    // relative, so that it is found below whatever path a proxy serves us at
    const out = {
      baseUrl,
      request: Object.fromEntries(parameters),
      at,
      stylesheet: domain ? '../oai.xsl' : 'oai.xsl',
    }
    let text: string
    try {
      const asked = readOaiRequest(parameters)
      request.facts['verb'] = asked.verb
      const provider = new Provider({
        services,
        pagination,
        principal: request.principal,
        domain,
        baseUrl,
        log: request.log,
      })
      text = writeOai(out, { verb: asked.verb, body: await provider.answer(asked) })
    } catch (error) {
      if (!(error instanceof OaiError)) throw error
      request.facts['oaiError'] = error.code
      text = writeOai(out, error)
    }
    reply.header('content-security-policy', pagePolicy()).header('cache-control', 'no-cache')
    return sendText(reply, 'text/xml; charset=utf-8', text)
  }

  for (const [url, name] of [
    ['/oai', 'harvest'],
    ['/:domain/oai', 'harvestDomain'],
  ] as const)
    for (const method of ['GET', 'POST'] as const)
      app.route({
        method,
        url,
        config: { right: 'tree:read' },
        schema: {
          operationId: method === 'GET' ? name : `${name}ByPost`,
          tags: ['standards'],
          summary: 'OAI-PMH 2.0.',
          description:
            'Arguments as the protocol names them: verb, metadataPrefix, identifier, set, from, until, resumptionToken.',
          params: z.strictObject({ domain: z.string().max(120).optional() }),
          querystring: anything,
          ...(method === 'POST' ? { consumes: [form], body: { content: { [form]: { schema: Form } } } } : {}),
          response: {
            200: { description: 'OAI-PMH.', content: { 'text/xml': { schema: z.unknown() } } },
            ...problems(404),
          },
        },
        handler: async (request, reply) =>
          await answer(request, reply, (request.params as { domain?: string }).domain),
      })

  app.get('/oai.xsl', { config: { right: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    sendText(reply.header('cache-control', 'public, max-age=86400'), 'text/xsl; charset=utf-8', stylesheet),
  )
  app.get('/oai.css', { config: { right: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    sendText(reply.header('cache-control', 'public, max-age=86400'), 'text/css; charset=utf-8', styles),
  )
}
