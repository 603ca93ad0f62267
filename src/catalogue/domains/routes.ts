import { z } from 'zod'
import type { Db } from '../../firebird/database.ts'
import { Refusal } from '../../errors.ts'
import { etagOf, expectedVersion, isFresh, sendUnchanged } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, sendDone, write } from '../../http/write.ts'
import { access } from '../../people/access/index.ts'
import * as change from './change.ts'
import { renameFolder } from './folder.ts'
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
  DomainList,
  DomainMove,
  DomainParams,
  DomainPatch,
  DomainQuery,
  NewDomain,
} from './schemas.ts'
import { metaOf } from '../../http/envelope.ts'

/** Names are compared with those of the domains beside it: one change of domains at a time. */
const alone = { reserve: [{ table: 'OPR_Domain', mode: 'protected' }] } as const

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
      const counts =
        request.query.counts === 'true' && access.seesConfidential(request.principal)
          ? await repository.titleCounts(
              services.db,
              domains.map(domain => domain.id),
            )
          : undefined
      const items = domains.map(domain => {
        const titles = counts?.get(domain.id)
        const more = titles ? { titles } : {}
        if (view === 'short') return shortDocument(domain, named)
        if (view === 'shortSearch') return shortSearchDocument(domain, named)
        const hasChildren = withChildren.has(domain.id)
        return {
          ...(view === 'full'
            ? fullDocument(domain, hasChildren, request.principal, named)
            : searchDocument(domain, hasChildren, named)),
          ...more,
        }
      })
      return {
        items,
        links: { self: request.url },
        relationships: {},
        meta: { ...metaOf({}), count: items.length },
      }
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
      return send(reply, answer)
    },
  )

  app.get(
    '/api/v1/domains/:domain',
    {
      config: { right: 'tree:read', tells: 'domain' },
      schema: {
        operationId: 'getDomain',
        tags,
        summary: 'Reads a domain.',
        params: DomainParams,
        response: { 200: json(Domain, 'The domain.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const domain = await change.getFull(services.db, request.params.domain)
      const body = await document(services.db, domain, request.principal)
      if (isFresh(request, reply, tagOf(body, request.principal))) return sendUnchanged(reply)
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
      let takeBack = async (): Promise<void> => {}
      try {
        const answer = await write(services, request, alone, async trx => {
          // the transaction may be repeated
          await takeBack()
          const before = await change.get(trx, request.params.domain)
          const domain = await change.change(
            trx,
            actorOf(request),
            request.params.domain,
            version,
            request.body as change.DomainInput,
          )
          takeBack = await renameFolder(services.config.path.domain, before.name, domain.name)
          const body = await document(trx, domain, request.principal)
          return { body, etag: tagOf(body, request.principal) }
        })
        return send(reply, answer)
      } catch (error) {
        await takeBack()
        throw error
      }
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
      return send(reply, answer)
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
      const done = await write(services, request, {}, async trx => {
        await change.remove(trx, actorOf(request), request.params.domain, version)
        return { body: null }
      })
      return sendDone(reply, done)
    },
  )
}
