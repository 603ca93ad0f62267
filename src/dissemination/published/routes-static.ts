// Files that operators lay down for the web: logos and graphics of the repository and of its domains, at the addresses that they have had on
// Visual Library Servers. Nothing else of those folders is reachable.
import { realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import staticFiles from '@fastify/static'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
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
    200: {
      description: 'The file, of the type that its name tells.',
      content: { '*/*': { schema: z.unknown() } },
    },
    ...problems(404, 416),
  },
})

/** Sends a file of a folder. @throws Refusal not-found, also where a symbolic link leads out of the folder */
async function send(reply: FastifyReply, folder: string, path: string): Promise<never> {
  const missing = new Refusal('not-found', `There is no file ‘${path}’.`)
  const [inside, file] = await Promise.all([realpath(folder), realpath(join(folder, path))]).catch(() => {
    throw missing
  })
  if (!file.startsWith(`${inside}${sep}`)) throw missing
  return reply.sendFile(relative(inside, file), inside)
}

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
      return await send(reply, join(own, 'static'), request.params['*'])
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
      return await send(reply, join(domains, name, 'resources/static'), request.params['*'])
    },
  )
}
