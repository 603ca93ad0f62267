// Files that operators lay down for the web: logos and graphics of the repository and of its domains, at the addresses that they have had on
// Visual Library Servers. Nothing else of those folders is reachable.
import { join } from 'node:path'
import staticFiles from '@fastify/static'
import { z } from 'zod'
import type { App, Services } from '../../http/module.ts'
import { problems } from '../../http/problem.ts'
import { getDomain } from '../../catalogue/domains/index.ts'

/** No step up, nothing that begins with a dot, no empty name. */
const FilePath = z
  .string()
  .max(500)
  .regex(/^(?![./]|.*\/[./])[^\\\0]*$/)
const schema = <Params extends z.ZodType>(operationId: string, summary: string, params: Params) => ({
  operationId,
  tags: ['addresses'],
  summary,
  params,
  response: {
    200: { description: 'The file.', content: { 'application/octet-stream': { schema: z.unknown() } } },
    ...problems(404),
  },
})

export async function staticRoutes(app: App, services: Services): Promise<void> {
  const { var: own, domain: domains } = services.config.path
  // folders are named with each file: neither needs to be there
  await app.register(staticFiles, { serve: false, dotfiles: 'ignore', index: false, maxAge: '1h' })

  app.get(
    '/static/*',
    {
      config: { right: 'public' },
      schema: schema(
        'getStaticFile',
        'A file of the repository: var/static.',
        z.strictObject({ '*': FilePath }),
      ),
    },
    async (request, reply) => {
      reply.header('x-content-type-options', 'nosniff')
      return reply.sendFile(request.params['*'], join(own, 'static')) as never
    },
  )

  app.get(
    '/:domain/domainresource/static/*',
    {
      config: { right: 'tree:read' },
      schema: schema(
        'getDomainFile',
        'A file of a domain: resources/static in its folder.',
        z.strictObject({ domain: z.string().max(120), '*': FilePath }),
      ),
    },
    async (request, reply) => {
      const { name } = await getDomain(services.db, request.params.domain)
      reply.header('x-content-type-options', 'nosniff')
      return reply.sendFile(request.params['*'], join(domains, name, 'resources/static')) as never
    },
  )
}
