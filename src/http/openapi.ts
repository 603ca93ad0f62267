// OpenAPI 3.1 from the routes' schemas, at /openapi.json; people read it at /docs.
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { version } from '../root.ts'
import { pagePolicy } from './headers.ts'
import { completed } from './openapi-complete.ts'
import { pathOf } from './prefix.ts'
import { rateClassOf } from './rates.ts'
import type { App } from './module.ts'

/** Components that nothing refers to: each schema with an id also yields one for input. */
function prune(document: Record<string, unknown>): Record<string, unknown> {
  const components = document['components'] as { schemas?: Record<string, unknown> } | undefined
  const schemas = components?.schemas
  if (!schemas) return document
  const { components: _, ...rest } = document
  const used = new Set<string>()
  const visit = (value: unknown) => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name === undefined || used.has(name)) continue
      used.add(name)
      visit(schemas[name] ?? null)
    }
  }
  visit(rest)
  return {
    ...document,
    components: {
      ...components,
      schemas: Object.fromEntries(
        Object.entries(schemas)
          .filter(([name]) => used.has(name))
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
    },
  }
}

/** Bodies that are no JSON: XML is text, everything else bytes. */
function describeContents(value: unknown): void {
  if (value === null || typeof value !== 'object') return
  for (const [name, member] of Object.entries(value)) {
    if (name === 'content' && member !== null && typeof member === 'object')
      for (const [media, entry] of Object.entries(member as Record<string, { schema?: object }>))
        if (entry?.schema && Object.keys(entry.schema).length === 0 && !media.includes('json'))
          entry.schema = /xml|text/.test(media) ? { type: 'string' } : { type: 'string', format: 'binary' }
    describeContents(member)
  }
}

interface BodySchema {
  readonly content: Readonly<Record<string, { readonly schema: unknown }>>
}
const plain = createJsonSchemaTransform({ skipList: ['/openapi.json'] })

/** Bodies of several media types are converted one by one: the type provider knows only single schemas. */
const converted: typeof plain = input => {
  const body = (input.schema as { body?: Partial<BodySchema> } | undefined)?.body
  if (!body?.content) return plain(input)
  const { body: _, ...rest } = input.schema as Record<string, unknown>
  const result = plain({ ...input, schema: rest } as typeof input)
  const content = Object.fromEntries(
    Object.entries(body.content).map(([media, { schema }]) => {
      const { body: single } = plain({ ...input, schema: { body: schema } } as typeof input).schema as {
        body: unknown
      }
      return [media, { schema: single }]
    }),
  )
  return { ...result, schema: { ...(result.schema as object), body: { content } } } as ReturnType<
    typeof plain
  >
}

/** What the route's configuration says of who may ask, and how often. */
const transform: typeof plain = input => {
  const result = converted(input)
  const { config, method } = input.route
  const { consumes, body } = input.schema as { consumes?: readonly string[]; body?: unknown }
  const rateClass = rateClassOf(String(method), input.url)
  return {
    ...result,
    schema: {
      ...(result.schema as object),
      // handed on as the stream it comes in, so no schema of it runs
      ...(consumes && body === undefined
        ? { body: { content: Object.fromEntries(consumes.map(type => [type, { schema: {} }])) } }
        : {}),
      ...(config?.right === undefined ? {} : { 'x-right': config.right }),
      ...(rateClass === undefined ? {} : { 'x-rate-class': rateClass }),
    },
  } as ReturnType<typeof plain>
}

/** @param publicUrl [server] publicUrl: behind a proxy the page's own files lie below its path */
export async function registerOpenApi(app: App, publicUrl: string): Promise<void> {
  const transformObject = createJsonSchemaTransformObject({})
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Firefolio',
        version,
        description:
          'Repository of digitised books, journals and newspapers. Problems are answered as RFC 9457 documents; changes name the version they were made on with If-Match; any POST is repeatable with an Idempotency-Key. In the examples `$SERVER` is the address of this service and `$KEY` a key (POST /api/v1/users/me/keys).',
        license: { name: 'MIT', identifier: 'MIT' },
        contact: { name: 'The library that runs this service' },
      },
    },
    transform,
    transformObject: input => {
      const document = prune(transformObject(input) as Record<string, unknown>)
      describeContents(document)
      return completed(document, publicUrl)
    },
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    indexPrefix: pathOf(publicUrl),
    uiConfig: { docExpansion: 'none', filter: true, tryItOutEnabled: true, validatorUrl: null },
    theme: { title: 'Firefolio: the API' },
    staticCSP: pagePolicy({ 'style-src': "'self' 'unsafe-inline'" }),
  })
  app.get('/openapi.json', { config: { right: 'public' }, schema: { hide: true } }, async () => app.swagger())
}
