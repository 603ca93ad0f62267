// What somebody may do at a node or a domain and which entry says so; and what other entries would change. Others than oneself are asked about
// by who manages the rights there.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { IdParams, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { builtInGroups, type Principal, publicPrincipal, rights } from '../../http/principal.ts'
import { json, problems } from '../../http/problem.ts'
import { type Reason, type ShownPlace, verbs } from '../../http/sight.ts'
import { access, sighted, sightedSupposing, topicsGiving } from '../access/index.ts'
import { principalOf, principalOfGroup } from '../sessions/index.ts'
import { differences, fieldsOf, requireOwn, stateOf } from './change.ts'
import { ofDomain, ofNode, requireManager, type Where } from './levels.ts'
import { type EntryFields, type EntryRow, userOf } from './repository.ts'
import { NewRights, Permissions, RightsPreview, type Subject, SubjectQuery } from './schemas.ts'

const tags = ['rights']
/** Users, groups and ranges that a preview looks at */
const maxPreviewed = 50

interface Asked {
  readonly subject: Subject
  readonly principal: Principal
}
const nobody = { user: null, group: null, name: null, address: null }

async function aUser(
  db: Db,
  by: { readonly uuid: string } | { readonly id: number },
): Promise<Asked | undefined> {
  const user = await userOf(db, by)
  return (
    user && {
      subject: { ...nobody, kind: 'user', user: user.uuid, name: user.name },
      principal: await principalOf(db, user),
    }
  )
}

async function aGroup(db: Db, id: number): Promise<Asked> {
  const group = await db
    .selectFrom('PRV_Group')
    .select('PG_Name as name')
    .where('PG_ID', '=', id)
    .executeTakeFirst()
  if (!group) throw new Refusal('not-found', `There is no group ${id}.`)
  return {
    subject: { ...nobody, kind: 'group', group: id, name: group.name },
    principal: id === builtInGroups.everyone ? publicPrincipal : await principalOfGroup(db, id),
  }
}

const anonymous = (address: string | null): Asked => ({
  subject: { ...nobody, kind: 'anonymous', address },
  principal: address === null ? publicPrincipal : { ...publicPrincipal, address },
})
const caller = ({ principal }: FastifyRequest): Asked => ({
  subject: { ...nobody, kind: 'caller' },
  principal,
})

/** @returns undefined where the caller asks about themselves. @throws Refusal bad-request, not-found */
async function askedAbout(db: Db, query: z.output<typeof SubjectQuery>): Promise<Asked | undefined> {
  const { user, group, address = null } = query
  const named = Object.entries({ user, group, anonymous: query.anonymous === true ? true : undefined })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name)
  if (named.length > 1)
    throw new Refusal('bad-request', `One at a time: ${named.join(' and ')} are different people.`)
  if (named.length === 0 && address === null) return undefined
  if (user === undefined && group === undefined) return anonymous(address)
  const asked = user === undefined ? await aGroup(db, group as number) : await aUser(db, { uuid: user })
  if (!asked) throw new Refusal('not-found', `There is no user ${user}.`)
  if (address === null) return asked
  return {
    subject: { ...asked.subject, address },
    principal: { ...asked.principal, address },
  }
}

/** @param hasNotes notes on entries are for who manages them */
const reasonOut = (reason: Reason, topics: readonly string[], hasNotes: boolean) => ({
  allowed: reason.allowed,
  by: reason.by,
  entry: reason.entryId ?? null,
  level:
    reason.level === undefined
      ? null
      : 'node' in reason.level
        ? { kind: 'node' as const, id: reason.level.node }
        : { kind: 'domain' as const, id: reason.level.domain },
  topics: [...topics] as Principal['topics'] extends ReadonlySet<infer Topic> ? Topic[] : never,
  width: reason.width ?? null,
  until: reason.until?.toISOString() ?? null,
  note: hasNotes ? (reason.note ?? null) : null,
})

const reasonsOf = (principal: Principal, place: ShownPlace, hasNotes: boolean) =>
  verbs.map(verb => {
    const reason = access.sight(principal).reason(verb, place)
    const topics = reason.by === 'topic' ? topicsGiving(principal, verb) : []
    return [verb, reasonOut(reason, topics, hasNotes)] as const
  })

/** Whom entries are about, each once; and who has not logged in, and the caller. */
async function concerned(
  db: Db,
  request: FastifyRequest,
  entries: readonly EntryFields[],
): Promise<{ readonly asked: readonly Asked[]; readonly isComplete: boolean }> {
  const distinct = new Map(entries.map(entry => [`${entry.userId} ${entry.groupId} ${entry.range}`, entry]))
  const about = [...distinct.values()].filter(
    ({ userId, groupId, range }) => userId !== null || groupId !== null || range !== null,
  )
  const asked = [anonymous(null), caller(request)]
  for (const { userId, groupId, range } of about.slice(0, maxPreviewed)) {
    if (userId !== null && userId === request.principal.userId) continue
    const one =
      userId !== null
        ? await aUser(db, { id: userId })
        : groupId !== null
          ? await aGroup(db, groupId)
          : anonymous((range as string).replace(/\/.*$/, ''))
    // of a user who was deleted nothing is left to look at
    if (one) asked.push(one)
  }
  return { asked, isComplete: about.length <= maxPreviewed }
}

export async function permissionRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services

  for (const [url, params, find, what] of [
    ['/api/v1/tree/:id', IdParams, ofNode, ''],
    ['/api/v1/domains/:domain', z.strictObject({ domain: z.string().max(120) }), ofDomain, 'Domain'],
  ] as const) {
    app.get(
      `${url}/permissions` as '/api/v1/tree/:id/permissions',
      {
        config: { right: 'tree:read' },
        schema: {
          operationId: `get${what}Permissions`,
          tags,
          summary: `Tells what the caller may do with a ${what ? 'domain' : 'node'}, and why: which entry of which level says so. Who manages the rights there asks about others as well.`,
          params,
          querystring: SubjectQuery,
          response: { 200: json(Permissions, 'Rights.'), ...problems(404) },
        },
      },
      async (request, reply) => {
        const where = await find(db, request)
        const isManager = access.sight(request.principal).can('manage-rights', where.place)
        const others = Object.keys(request.query).length > 0
        // before anything is looked up: whether a user is there is not told to everybody
        if (others) requireManager(request, where)
        const { subject, principal } = (await askedAbout(db, request.query)) ?? caller(request)
        const seen = subject.kind === 'caller' ? principal : await sighted(services, principal)
        const reasons = reasonsOf(seen, where.place, isManager)
        reply.header('cache-control', 'no-store')
        return {
          subject,
          rights: rights.filter(right => right !== 'public' && access.can(seen, right)),
          allowed: reasons.filter(([, reason]) => reason.allowed).map(([verb]) => verb),
          reasons: Object.fromEntries(reasons),
          links: { self: request.url, [what ? 'domain' : 'node']: where.address },
          relationships: {},
          meta: metaOf({}),
        }
      },
    )

    app.post(
      `${url}/rights/preview` as '/api/v1/tree/:id/rights/preview',
      {
        config: { right: 'manage-rights', ...(what ? { asksItself: true } : {}) },
        preHandler: async request => requireManager(request, await find(db, request)),
        schema: {
          operationId: `preview${what || 'Node'}Rights`,
          tags,
          summary: `Tells what other entries on a ${what ? 'domain' : 'node'} would change, and for whom; nothing is stored.`,
          params,
          body: NewRights,
          response: { 200: json(RightsPreview, 'What would change.'), ...problems(404, 422) },
        },
      },
      async (request, reply) => {
        const where = await find(db, request)
        const before = await stateOf(db, where.self.id)
        const wanted = await fieldsOf(db, request.body.entries)
        const { added, removed } = differences(before.entries, wanted)
        requireOwn(request.principal, where.place, added)
        const { asked, isComplete } = await concerned(db, request, [...added, ...removed])
        const subjects = []
        for (const each of asked) {
          const changes = await changesFor(each.principal, where, { ...request.body, entries: wanted })
          if (changes.length > 0) subjects.push({ subject: each.subject, changes })
        }
        reply.header('cache-control', 'no-store')
        return {
          added: added.length,
          removed: removed.length,
          subjects,
          isComplete,
          links: { self: request.url, rights: `${where.address}/rights` },
          relationships: {},
          meta: metaOf({}),
        }
      },
    )
  }

  async function changesFor(
    principal: Principal,
    { self, place }: Where,
    wanted: { readonly entries: readonly EntryFields[]; readonly isPrivate: boolean },
  ) {
    const level = {
      isPrivate: wanted.isPrivate,
      // an entry that is not stored has no number yet
      entries: wanted.entries.map(entry => ({
        ...entry,
        id: (entry as Partial<EntryRow>).id ?? 0,
        nodeId: 'nodeId' in self.id ? self.id.nodeId : null,
        domainId: 'domainId' in self.id ? self.id.domainId : null,
      })),
    }
    const now = reasonsOf(await sighted(services, principal), place, true)
    const then = new Map(reasonsOf(await sightedSupposing(services, principal, self.id, level), place, true))
    return now.flatMap(([right, before]) => {
      const after = then.get(right)
      const isSame = !after || (after.allowed === before.allowed && after.width === before.width)
      return isSame ? [] : [{ right, before, after: { ...after, entry: after.entry || null } }]
    })
  }
}
