// Transitions: defined here, enforced before every change commits.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { metaOf, toOne } from '../../http/envelope.ts'
import { etagOf, expectedVersion, isFresh, sendUnchanged } from '../../http/etag.ts'
import type { Module, Services } from '../../http/module.ts'
import { listDocument } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, sendDone, write } from '../../http/write.ts'
import { record } from '../../system/log/index.ts'
import { domainTags, getDomain } from '../domains/index.ts'
import { allTags, getTag } from '../tags/index.ts'
import { enforce } from './enforce.ts'
import { domainsOf } from './matches.ts'
import { mailJob, secretOf, webhookJob } from './messages.ts'
import * as repository from './repository.ts'
import type { TransitionFields } from './repository.ts'
import { NewTransition, Secret, Transition, TransitionList, TransitionPatch } from './schemas.ts'
import { withSecret } from '../../http/headers.ts'

export { enforce as enforceTransitions } from './enforce.ts'
export { kept as keptTransitions } from './repository.ts'

const tags = ['transitions']
const Params = z.strictObject({ transition: z.string().min(1).max(60) })

async function get(db: Db, name: string): Promise<repository.Transition> {
  const found = await repository.find(db, name)
  if (!found) throw new Refusal('not-found', `There is no transition ‘${name}’.`)
  return found
}

function requireVersion(found: repository.Transition, version: number | '*'): void {
  if (version !== '*' && version !== found.version)
    throw new Refusal(
      'stale',
      `Transition ‘${found.name}’ has version ${found.version} now; read it again.`,
      {
        version: found.version,
      },
    )
}

async function fieldsOf(trx: Db, body: z.output<typeof TransitionPatch>): Promise<Partial<TransitionFields>> {
  const { from, who } = body
  const ids: number[] = []
  for (const name of from ?? []) ids.push((await getTag(trx, name)).id)
  for (const id of who?.users ?? [])
    if (!(await trx.selectFrom('PRV_User').select('PU_ID').where('PU_UUID', '=', id).executeTakeFirst()))
      throw new Refusal('not-processable', `who, users: there is no user ${id}.`)
  for (const id of who?.groups ?? [])
    if (!(await trx.selectFrom('PRV_Group').select('PG_ID').where('PG_ID', '=', id).executeTakeFirst()))
      throw new Refusal('not-processable', `who, groups: there is no group ${id}.`)
  const fields = { ...body, from: from && ids }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

const document = (
  row: repository.Transition,
  names: ReadonlyMap<number, string>,
): z.output<typeof Transition> => {
  const { tagId, secret: _, version: __, createdAt: ___, updatedAt: ____, ...fields } = row
  const self = `/api/v1/transitions/${row.name}`
  return {
    ...fields,
    mail: [...row.mail],
    tag: tagId === null ? null : (names.get(tagId) ?? null),
    from: row.from.map(id => names.get(id) ?? String(id)),
    links: { self, ...(row.webhook === null ? {} : { secret: `${self}/secret` }) },
    relationships: { domain: toOne('domain', row.domainId), tag: toOne('tag', tagId) },
    meta: metaOf(row),
  }
}
const namesOf = async (db: Db) => new Map((await allTags(db)).map(tag => [tag.id, tag.name]))
const documentOf = async (db: Db, row: repository.Transition) => document(row, await namesOf(db))

const secretDocument = (services: Services, row: repository.Transition) => ({
  secret: `whsec_${secretOf(services, row).toString('base64')}`,
  links: { transition: `/api/v1/transitions/${row.name}` },
  relationships: {},
  meta: metaOf({}),
})

export const transitions: Module = {
  name: 'transitions',
  hooks: app => {
    app.beforeCommit.push((request, trx) => enforce(trx, actorOf(request), request.principal))
  },
  jobs: { 'transitions.mail': mailJob, 'transitions.webhook': webhookJob },
  routes: async (app, { services }) => {
    const { db } = services

    app.get(
      '/api/v1/transitions',
      {
        config: { right: 'log:read' },
        schema: {
          operationId: 'listTransitions',
          tags,
          summary: 'Lists the transitions: all, or those that hold in a domain.',
          querystring: z.strictObject({ domain: z.string().max(120).optional() }),
          response: { 200: json(TransitionList, 'Transitions by name.'), ...problems(404) },
        },
      },
      async request => {
        const { domain } = request.query
        const id = domain === undefined ? undefined : (await getDomain(db, domain)).id
        const domains = await domainTags(db)
        const names = await namesOf(db)
        const items = (await repository.all(db))
          .filter(row => id === undefined || (domainsOf(row, domains)?.includes(id) ?? true))
          .map(row => document(row, names))
        return listDocument(request.url, { items, next: undefined })
      },
    )

    app.post(
      '/api/v1/transitions',
      {
        config: { right: 'domain:write' },
        schema: {
          operationId: 'createTransition',
          tags,
          summary: 'Defines a transition.',
          body: NewTransition,
          response: { 201: json(Transition, 'The new transition.'), ...problems(404, 409, 422) },
        },
      },
      async (request, reply) => {
        const { name, domain, change, tag, ...rest } = request.body
        const isOfTag = change === 'tag' || change === 'untag'
        if (isOfTag !== (tag !== undefined))
          throw new Refusal('bad-request', isOfTag ? `The change ${change} needs tag.` : `The change ${change} takes no tag.`) // prettier-ignore
        const answer = await write(services, request, {}, async trx => {
          if (await repository.find(trx, name))
            throw new Refusal('conflict', `There is a transition ‘${name}’ already.`)
          const key = {
            name,
            change,
            domainId: domain === null ? null : (await getDomain(trx, domain)).id,
            tagId: tag === undefined ? null : (await getTag(trx, tag)).id,
          }
          await repository.insert(trx, key, await fieldsOf(trx, rest))
          const made = await get(trx, name)
          await record(trx, {
            entity: 'transition',
            entityId: made.id,
            action: 'create',
            actor: actorOf(request),
            data: made,
          })
          return {
            status: 201,
            body: await documentOf(trx, made),
            location: `/api/v1/transitions/${name}`,
            etag: etagOf(made.version),
          }
        })
        return send(reply, answer)
      },
    )

    app.get(
      '/api/v1/transitions/:transition',
      {
        config: { right: 'log:read', tells: 'transition' },
        schema: {
          operationId: 'getTransition',
          tags,
          summary: 'Reads a transition.',
          params: Params,
          response: { 200: json(Transition, 'The transition.'), ...problems(404) },
        },
      },
      async (request, reply) => {
        const found = await get(db, request.params.transition)
        if (isFresh(request, reply, etagOf(found.version))) return sendUnchanged(reply)
        return await documentOf(db, found)
      },
    )

    app.patch(
      '/api/v1/transitions/:transition',
      {
        config: { right: 'domain:write' },
        schema: {
          operationId: 'changeTransition',
          tags,
          summary: 'Changes whom a transition is for, what it demands and who is told.',
          params: Params,
          body: TransitionPatch,
          response: { 200: json(Transition, 'The transition.'), ...problems(404, 412, 422, 428) },
        },
      },
      async (request, reply) => {
        const version = expectedVersion(request)
        const answer = await write(services, request, {}, async trx => {
          const found = await get(trx, request.params.transition)
          requireVersion(found, version)
          const fields = await fieldsOf(trx, request.body)
          if (Object.keys(fields).length > 0 && !(await repository.update(trx, found, fields)))
            requireVersion(await get(trx, found.name), found.version)
          const after = await get(trx, found.name)
          await record(trx, {
            entity: 'transition',
            entityId: after.id,
            action: 'change',
            actor: actorOf(request),
            data: after,
          })
          return { body: await documentOf(trx, after), etag: etagOf(after.version) }
        })
        return send(reply, answer)
      },
    )

    app.delete(
      '/api/v1/transitions/:transition',
      {
        config: { right: 'domain:write' },
        schema: {
          operationId: 'deleteTransition',
          tags,
          summary: 'Removes a transition: its change is then free again.',
          params: Params,
          response: { 204: z.null().meta({ description: 'It is gone.' }), ...problems(404, 412, 428) },
        },
      },
      async (request, reply) => {
        const version = expectedVersion(request)
        const done = await write(services, request, {}, async trx => {
          const found = await get(trx, request.params.transition)
          requireVersion(found, version)
          await repository.remove(trx, found.id)
          await record(trx, {
            entity: 'transition',
            entityId: found.id,
            action: 'delete',
            actor: actorOf(request),
            data: found,
          })
          return { body: null }
        })
        return sendDone(reply, done)
      },
    )

    app.get(
      '/api/v1/transitions/:transition/secret',
      {
        config: { right: 'domain:write' },
        schema: {
          operationId: 'getTransitionSecret',
          tags,
          summary: 'The secret by which its messages are signed.',
          params: Params,
          response: { 200: json(Secret, 'The secret.'), ...problems(404) },
        },
      },
      async (request, reply) => {
        reply.header('cache-control', withSecret)
        return secretDocument(services, await get(db, request.params.transition))
      },
    )

    app.post(
      '/api/v1/transitions/:transition/secret',
      {
        config: { right: 'domain:write' },
        schema: {
          operationId: 'renewTransitionSecret',
          tags,
          summary: 'Makes another secret; messages are signed with it from now on.',
          params: Params,
          response: { 200: json(Secret, 'The new secret.'), ...problems(404, 409) },
        },
      },
      async (request, reply) => {
        const answer = await write(services, request, { canUndo: false }, async trx => {
          const found = await get(trx, request.params.transition)
          if (!(await repository.update(trx, found, { secret: found.secret + 1 })))
            throw new Refusal('conflict', `Transition ‘${found.name}’ is being changed by somebody else.`)
          await record(trx, {
            entity: 'transition',
            entityId: found.id,
            action: 'renew-secret',
            actor: actorOf(request),
          })
          return { body: null }
        })
        send(reply, answer)
        reply.header('cache-control', withSecret)
        return secretDocument(services, await get(db, request.params.transition))
      },
    )
  },
}
