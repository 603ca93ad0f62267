// The configuration of a domain: what holds and why, and its own overlay in the database.
import { domainOptionFaults, presetNames } from '../../config/domain-options.ts'
import type { Db } from '../../firebird/database.ts'
import { Refusal } from '../../errors.ts'
import { contentTag, ifMatchOnWish, isFresh, requireMatch, sendUnchanged } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { record } from '../../system/log/index.ts'
import * as change from './change.ts'
import { configuration, describedConfiguration } from './configuration.ts'
import { faceOf } from './face.ts'
import * as repository from './repository.ts'
import { DomainConfig, DomainConfigPatch, DomainFace, DomainParams } from './schemas.ts'
import { metaOf } from '../../http/envelope.ts'
import { forgetStores, storeFault } from './stores.ts'

/** @throws Refusal not-processable with a pointer to each value that is wrong */
function requireValues(services: Services, values: Readonly<Record<string, string>>): void {
  const faults = domainOptionFaults(values)
  for (const [key, value] of Object.entries(values)) {
    const fault = storeFault(services, key, value)
    if (fault !== undefined) faults.push({ key, sentence: `${key}: ${fault}` })
  }
  if (faults.length === 0) return
  throw new Refusal('not-processable', faults.map(({ sentence }) => sentence).join(' '), {
    errors: faults.map(({ key, sentence }) => ({
      pointer: `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      detail: sentence.startsWith(`${key}: `) ? sentence.slice(key.length + 2) : sentence,
    })),
  })
}

export async function configRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const tags = ['domains']
  const document = async (db: Db, domain: repository.FullDomain) => ({
    options: await describedConfiguration(services, db, domain),
    presets: presetNames(),
    links: { self: `/api/v1/domains/${domain.name}/config`, domain: `/api/v1/domains/${domain.name}` },
    relationships: {},
    meta: metaOf({}),
  })

  app.get(
    '/api/v1/domains/:domain/config',
    {
      config: { right: 'hidden:read' },
      schema: {
        operationId: 'getDomainConfig',
        tags,
        summary: 'Reads the effective configuration of a domain, each value with its origin.',
        params: DomainParams,
        response: { 200: json(DomainConfig, 'The options.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const body = await document(services.db, await change.getFull(services.db, request.params.domain))
      if (isFresh(request, reply, contentTag(body.options))) return sendUnchanged(reply)
      return body
    },
  )

  app.get(
    '/api/v1/domains/:domain/face',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getDomainFace',
        tags,
        summary: 'Name, colour, logo, typeface and texts of the pages of a domain.',
        params: DomainParams,
        response: { 200: json(DomainFace, 'What differs from the installation.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-cache')
      const domain = await change.get(services.db, request.params.domain)
      return faceOf(await configuration(services, services.db, domain))
    },
  )

  app.patch(
    '/api/v1/domains/:domain/config',
    {
      config: { right: 'domain:write' },
      schema: {
        operationId: 'changeDomainConfig',
        tags,
        summary:
          "Sets or removes values of the domain's overlay in the database; with If-Match only where they are as they were read.",
        params: DomainParams,
        body: DomainConfigPatch,
        response: { 200: json(DomainConfig, 'The options.'), ...problems(404, 412, 422) },
      },
    },
    async (request, reply) => {
      const changes = Object.entries(request.body)
      requireValues(
        services,
        Object.fromEntries(changes.filter((entry): entry is [string, string] => entry[1] !== null)),
      )
      const expected = ifMatchOnWish(request)
      const options = { reserve: [{ table: 'CFG_Option', mode: 'protected' }] } as const
      const answer = await write(services, request, options, async trx => {
        const domain = await change.getFull(trx, request.params.domain)
        if (expected !== undefined)
          requireMatch(
            expected,
            contentTag(await describedConfiguration(services, trx, domain)),
            'The options have changed',
          )
        for (const [key, value] of changes) await repository.setOption(trx, domain.id, key, value)
        await record(trx, {
          entity: 'option',
          entityId: domain.id,
          action: 'change',
          actor: actorOf(request),
          data: request.body,
        })
        const body = await document(trx, domain)
        return { body, etag: contentTag(body.options) }
      })
      forgetStores(services)
      return send(reply, answer)
    },
  )
}
