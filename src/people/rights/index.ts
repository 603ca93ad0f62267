// Entries of rights on nodes and domains: read with what is inherited, replaced, added to, taken away.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '../../firebird/database.ts'
import { IdParams, metaOf } from '../../http/envelope.ts'
import { ifMatch } from '../../http/etag.ts'
import type { App, Module, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { forgetEntries, subjectKinds } from '../access/index.ts'
import { fieldsOf, type LevelState, replace, stateOf, tagOf } from './change.ts'
import { type NamedLevel, ofDomain, ofNode, requireManager, type Where } from './levels.ts'
import { permissionRoutes } from './permissions.ts'
import type { EntryRow } from './repository.ts'
import { routesOfUsers } from './routes-of-users.ts'
import { NewEntry, NewRights, Rights } from './schemas.ts'

const tags = ['rights']
const subjects = new Map(Object.entries(subjectKinds).map(([name, code]) => [code, name])) as ReadonlyMap<
  number,
  keyof typeof subjectKinds
>

function entryOut(entry: EntryRow, now: number) {
  const { from, until } = entry
  return {
    id: entry.id,
    subject: subjects.get(entry.subject) ?? 'everyone',
    user: entry.user,
    group: entry.groupId,
    name: entry.userName ?? entry.groupName,
    range: entry.range,
    right: entry.right,
    width: entry.width,
    effect: entry.grant === 1 ? ('grant' as const) : ('deny' as const),
    from: from?.toISOString() ?? null,
    until: until?.toISOString() ?? null,
    isActive: (from === null || from.getTime() <= now) && (until === null || now < until.getTime()),
    note: entry.note,
    meta: metaOf(entry),
  }
}

function levelOut({ id, caption }: NamedLevel, state: LevelState) {
  const now = Date.now()
  return {
    level:
      'nodeId' in id
        ? { kind: 'node' as const, id: id.nodeId, caption }
        : { kind: 'domain' as const, id: id.domainId, caption },
    isPrivate: state.isPrivate,
    entries: state.entries.map(entry => entryOut(entry, now)),
  }
}

async function document(db: Db, where: Where, state: LevelState) {
  const inherited = []
  let reaches = !state.isPrivate
  for (const level of where.above) {
    if (!reaches) break
    const above = await stateOf(db, level.id)
    if (above.entries.length > 0 || above.isPrivate) inherited.push(levelOut(level, above))
    reaches = !above.isPrivate
  }
  return {
    ...levelOut(where.self, state),
    inherited,
    links: { self: `${where.address}/rights`, permissions: `${where.address}/permissions` },
    relationships: {},
    meta: metaOf({}),
  }
}

async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services

  async function save(
    request: FastifyRequest,
    reply: FastifyReply,
    find: typeof ofNode,
    wanted: (trx: Db, before: LevelState) => Promise<Parameters<typeof replace>[3]>,
    expected: string,
  ) {
    const answer = await write(services, request, {}, async trx => {
      const where = await find(trx, request)
      const at = { level: where.self.id, place: where.place }
      const by = { principal: request.principal, actor: actorOf(request) }
      const after = await replace(trx, by, at, await wanted(trx, await stateOf(trx, at.level)), expected)
      return { body: await document(trx, where, after), etag: tagOf(after.entries, after.isPrivate) }
    })
    forgetEntries(services)
    return send(reply, answer)
  }

  for (const [url, params, find, what] of [
    ['/api/v1/tree/:id/rights', IdParams, ofNode, 'Node'],
    ['/api/v1/domains/:domain/rights', z.strictObject({ domain: z.string().max(120) }), ofDomain, 'Domain'],
  ] as const) {
    // a domain is asked for by its handler, since the gate knows nodes alone
    const config = { right: 'manage-rights', ...(what === 'Domain' ? { asksItself: true } : {}) } as const
    const required = async (request: FastifyRequest): Promise<void> => {
      if (what === 'Domain') requireManager(request, await ofDomain(db, request))
    }
    app.get(
      url,
      {
        config,
        preHandler: required,
        schema: {
          operationId: `get${what}Rights`,
          tags,
          summary: `Entries of rights on a ${what.toLowerCase()}, and those that it inherits.`,
          params,
          response: { 200: json(Rights, 'The entries.'), ...problems(404) },
        },
      },
      async (request, reply) => {
        const where = await find(db, request)
        const state = await stateOf(db, where.self.id)
        reply.header('etag', tagOf(state.entries, state.isPrivate)).header('cache-control', 'no-store')
        return await document(db, where, state)
      },
    )
    app.put(
      url,
      {
        config,
        preHandler: required,
        schema: {
          operationId: `set${what}Rights`,
          tags,
          summary: `Puts entries in the place of all that a ${what.toLowerCase()} has.`,
          params,
          body: NewRights,
          response: { 200: json(Rights, 'The entries.'), ...problems(404, 412, 422, 428) },
        },
      },
      async (request, reply) => {
        const { entries, isPrivate } = request.body
        const wanted = async (trx: Db) => ({ entries: await fieldsOf(trx, entries), isPrivate })
        return await save(request, reply, find, wanted, ifMatch(request))
      },
    )
    app.post(
      url,
      {
        config,
        preHandler: required,
        schema: {
          operationId: `add${what}RightsEntry`,
          tags,
          summary: `Adds an entry to a ${what.toLowerCase()}; one that is there already stays.`,
          params,
          body: NewEntry,
          response: { 200: json(Rights, 'The entries.'), ...problems(404, 422) },
        },
      },
      async (request, reply) => {
        const wanted = async (trx: Db, { entries, isPrivate }: LevelState) => ({
          entries: [...entries, ...(await fieldsOf(trx, [request.body]))],
          isPrivate,
        })
        return await save(request, reply, find, wanted, '*')
      },
    )
  }
}

/** Entries begin and end by themselves, the moment they say; those who keep copies are told here, within a second. */
async function noteBoundaries(services: Services): Promise<void> {
  const { rows } = await sql<{
    due: number
  }>`select count(*) as "due" from PRV_Acl join PRV_AclState on PAS_ID = 1
    where (PA_From > PAS_BoundaryTS and PA_From <= cast('now' as timestamp))
      or (PA_Until > PAS_BoundaryTS and PA_Until <= cast('now' as timestamp))`.execute(services.db)
  if (Number(rows[0]?.due ?? 0) === 0) return
  const actor = { name: 'rights', application: 'rights' }
  await services.database.inTransaction({ actor }, async trx => {
    await sql`select NOTED from NOTE_BOUNDARIES`.execute(trx)
  })
}

export const rights: Module = {
  name: 'rights',
  routes: async (app, given) => {
    await routes(app, given)
    await permissionRoutes(app, given)
    await routesOfUsers(app, given)
  },
  follow: noteBoundaries,
}
