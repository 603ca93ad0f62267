// What lies in the hot folder, by the folder of each domain.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { envelope, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { getDomain } from '../../catalogue/domains/index.ts'
import { ownNames, reportSuffix, taken } from './hot-folder.ts'

const whole = z.number().int()

const HotFolder = z
  .object({
    isOn: z.boolean().meta({ description: 'Whether there is one ([import] hotFolder)' }),
    folder: z.string().nullable().meta({ description: 'Its path on the machine of the service' }),
    isThere: z.boolean().meta({ description: 'false: its disk may not be mounted' }),
    everySeconds: whole,
    quietSeconds: whole.meta({ description: 'For how long nothing may have changed in a delivery' }),
    marker: z.string().nullable().meta({
      description: 'Ending of the file that says that a delivery is complete; null: none is needed',
    }),
    release: z.boolean().meta({ description: 'What is imported is released' }),
    domains: z.array(
      z.object({
        name: z.string().meta({ description: 'Of the folder' }),
        domainId: whole.nullable().meta({ description: 'null: no domain has that name, and it waits' }),
        caption: z.string().nullable(),
        waiting: whole.meta({ description: 'Deliveries that lie there' }),
        running: whole.meta({ description: 'Deliveries that were taken' }),
        done: whole,
        failed: whole,
      }),
    ),
    ...envelope,
  })
  .meta({ id: 'HotFolder', description: 'The hot folder and what lies in it.' })

/** Names in a folder, those that begin with a dot aside; none where it is not there. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter(name => !name.startsWith('.'))
}

async function stateOf(services: Services, root: string, name: string) {
  const folder = join(root, name)
  const { hotMarker } = services.config.import
  const deliveries = async (...inside: string[]) =>
    (await namesIn(join(folder, ...inside))).filter(each => !each.endsWith(reportSuffix)).length
  const domain = await getDomain(services.db, name).catch((error: unknown) => {
    if (error instanceof Refusal && error.reason === 'not-found') return undefined
    throw error
  })
  return {
    name,
    domainId: domain?.id ?? null,
    caption: domain?.caption ?? null,
    waiting: (await namesIn(folder)).filter(
      each => !ownNames.includes(each) && !(hotMarker !== '' && each.endsWith(hotMarker)),
    ).length,
    running: await deliveries(taken),
    done: await deliveries('done'),
    failed: await deliveries('failed'),
  }
}

export function hotFolderRoute(app: App, services: Services): void {
  app.get(
    '/api/v1/hot-folder',
    {
      config: { right: 'import' },
      schema: {
        operationId: 'getHotFolder',
        tags: ['imports'],
        summary:
          'What lies in the hot folder: deliveries that wait, are worked on, are done and have failed.',
        response: { 200: json(HotFolder, 'The hot folder.'), ...problems() },
      },
    },
    async (request, reply) => {
      const { hotFolder, hotSeconds, hotQuiet, hotMarker, hotRelease } = services.config.import
      const isOn = hotFolder !== ''
      const entries = isOn
        ? await readdir(hotFolder, { withFileTypes: true }).catch(() => undefined)
        : undefined
      const folders = (entries ?? []).filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
      reply.header('cache-control', 'no-store')
      return {
        isOn,
        folder: isOn ? hotFolder : null,
        isThere: entries !== undefined,
        everySeconds: hotSeconds,
        quietSeconds: hotQuiet,
        marker: hotMarker === '' ? null : hotMarker,
        release: hotRelease,
        domains: await Promise.all(
          folders
            .map(entry => entry.name)
            .sort()
            .map(name => stateOf(services, hotFolder, name)),
        ),
        links: { self: request.url, imports: '/api/v1/imports' },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )
}
