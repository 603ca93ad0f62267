import { z } from 'zod'
import type { Db } from '../../firebird/database.ts'
import { Refusal } from '../../errors.ts'
import { checkDomainOption } from '../../config/domain-options.ts'
import { etagOf, expectedVersion, isFresh } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, sendNothing, write } from '../../http/write.ts'
import { record } from '../../system/log/index.ts'
import * as change from './change.ts'
import { configuration } from './configuration.ts'
import * as repository from './repository.ts'
import {
  fullDocument,
  namedFor,
  searchDocument,
  shortDocument,
  shortSearchDocument,
  tagOf,
} from './documents.ts'
import { searchDomains } from './search.ts'
import {
  Domain,
  DomainConfig,
  DomainConfigPatch,
  DomainList,
  DomainMove,
  DomainParams,
  DomainPatch,
  DomainQuery,
  NewDomain,
} from './schemas.ts'

/** Names are compared with those of the domains beside it: one change of domains at a time. */
const alone = { canUndo: false, reserve: [{ table: 'OPR_Domain', mode: 'protected' }] } as const

/** @throws Refusal not-processable naming a type that is none */
function requireTypes(
  { types }: Services,
  masks: Readonly<Record<string, unknown>> | null | undefined,
): void {
  for (const type of Object.keys(masks ?? {}))
    if (!types.find('title', type))
      throw new Refusal('not-processable', `standardMasks: there is no type of titles ‘${type}’.`, {
        errors: [{ pointer: `/standardMasks/${type}`, detail: 'is no type of titles' }],
      })
}

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const document = async (db: Db, domain: repository.FullDomain, principal: Principal) =>
    fullDocument(
      domain,
      (await repository.subdomainCount(db, domain.id)) > 0,
      principal,
      await namedFor(db, principal),
    )
  const tags = ['domains']

  app.get(
    '/api/v1/domains',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'listDomains',
        tags,
        summary: 'Lists and searches domains by all that their documents say.',
        querystring: DomainQuery,
        response: { 200: json(DomainList, 'Domains in their order.'), ...problems(404) },
      },
    },
    async request => {
      const { view } = request.query
      const find = (name: string) => change.get(services.db, name)
      const domains = await searchDomains(services.db, request.query, request.principal, find)
      const withChildren = await repository.hasChildren(
        services.db,
        domains.map(domain => domain.id),
      )
      const named = await namedFor(services.db, request.principal)
      const items = domains.map(domain => {
        if (view === 'short') return shortDocument(domain, named)
        if (view === 'shortSearch') return shortSearchDocument(domain, named)
        const hasChildren = withChildren.has(domain.id)
        return view === 'full'
          ? fullDocument(domain, hasChildren, request.principal, named)
          : searchDocument(domain, hasChildren, named)
      })
      return { items, links: { self: request.url }, relationships: {}, meta: { count: items.length } }
    },
  )

  app.post(
    '/api/v1/domains',
    {
      config: { right: 'domain:write' },
      schema: {
        operationId: 'createDomain',
        tags,
        summary: 'Creates a domain.',
        body: NewDomain,
        response: { 201: json(Domain, 'The new domain.'), ...problems(404, 409, 422) },
      },
    },
    async (request, reply) => {
      requireTypes(services, request.body.standardMasks)
      const answer = await write(services, request, alone, async trx => {
        const domain = await change.create(
          trx,
          actorOf(request),
          request.body as change.DomainInput & { name: string; caption: string },
        )
        return {
          status: 201,
          body: await document(trx, domain, request.principal),
          location: `/api/v1/domains/${domain.name}`,
          etag: etagOf(domain.version, 'o'),
        }
      })
      return send(reply, answer) as never
    },
  )

  app.get(
    '/api/v1/domains/:domain',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getDomain',
        tags,
        summary: 'Reads a domain.',
        params: DomainParams,
        response: { 200: json(Domain, 'The domain.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const domain = await change.get(services.db, request.params.domain)
      const body = await document(services.db, domain, request.principal)
      if (isFresh(request, reply, tagOf(body, request.principal))) return reply.send(undefined as never)
      return body
    },
  )

  app.patch(
    '/api/v1/domains/:domain',
    {
      config: { right: 'domain:write' },
      schema: {
        operationId: 'changeDomain',
        tags,
        summary: 'Changes fields of a domain.',
        params: DomainParams,
        body: DomainPatch,
        response: { 200: json(Domain, 'The domain.'), ...problems(404, 409, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      requireTypes(services, request.body.standardMasks)
      const answer = await write(services, request, alone, async trx => {
        const domain = await change.change(
          trx,
          actorOf(request),
          request.params.domain,
          version,
          request.body as change.DomainInput,
        )
        const body = await document(trx, domain, request.principal)
        return { body, etag: tagOf(body, request.principal) }
      })
      return send(reply, answer) as never
    },
  )

  app.post(
    '/api/v1/domains/:domain/move',
    {
      config: { right: 'domain:write' },
      schema: {
        operationId: 'moveDomain',
        tags,
        summary: 'Moves a domain below another, or to the top.',
        params: DomainParams,
        body: DomainMove,
        response: { 200: json(Domain, 'The domain.'), ...problems(404, 409, 412, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const answer = await write(services, request, alone, async trx => {
        const domain = await change.move(
          trx,
          actorOf(request),
          request.params.domain,
          version,
          request.body.parent,
        )
        const body = await document(trx, domain, request.principal)
        return { body, etag: tagOf(body, request.principal) }
      })
      return send(reply, answer) as never
    },
  )

  app.delete(
    '/api/v1/domains/:domain',
    {
      config: { right: 'domain:write' },
      schema: {
        operationId: 'deleteDomain',
        tags,
        summary: 'Removes an empty domain.',
        params: DomainParams,
        response: { 204: z.null().meta({ description: 'It is gone.' }), ...problems(404, 409, 412, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      await write(services, request, { canUndo: false }, async trx => {
        await change.remove(trx, actorOf(request), request.params.domain, version)
        return { body: null }
      })
      return sendNothing(reply)
    },
  )

  const configDocument = async (domain: repository.FullDomain) => ({
    options: await configuration(services, services.db, domain),
    links: { self: `/api/v1/domains/${domain.name}/config`, domain: `/api/v1/domains/${domain.name}` },
    relationships: {},
    meta: {},
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
    async request => configDocument(await change.get(services.db, request.params.domain)),
  )

  app.patch(
    '/api/v1/domains/:domain/config',
    {
      config: { right: 'domain:write' },
      schema: {
        operationId: 'changeDomainConfig',
        tags,
        summary: "Sets or removes values of the domain's overlay in the database.",
        params: DomainParams,
        body: DomainConfigPatch,
        response: { 200: json(DomainConfig, 'The options.'), ...problems(404, 422) },
      },
    },
    async request => {
      const changes = Object.entries(request.body)
      for (const [key, value] of changes) if (value !== null) checkDomainOption(key, value)
      const { body } = await write(services, request, { canUndo: false }, async trx => {
        const domain = await change.get(trx, request.params.domain)
        for (const [key, value] of changes) await repository.setOption(trx, domain.id, key, value)
        const actor = actorOf(request)
        await record(trx, {
          entity: 'option',
          entityId: domain.id,
          action: 'change',
          actor,
          data: request.body,
        })
        return { body: domain }
      })
      return await configDocument(body)
    },
  )
}
