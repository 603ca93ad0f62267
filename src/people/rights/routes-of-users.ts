// The other way round: where entries are about somebody or a group of theirs. Who edits which titles and collections is asked so.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, listOf, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { verbs } from '../../http/sight.ts'
import { access, seenRows } from '../access/index.ts'
import { principalOf } from '../sessions/index.ts'
import { entriesAbout, type EntryAbout, userOf } from './repository.ts'
import { EntryOfUser } from './schemas.ts'

const Query = PageQuery.extend({
  right: z.enum(verbs).optional().meta({ description: '`edit`: where they are an editor' }),
  on: z
    .enum(['node', 'domain'])
    .optional()
    .meta({ description: 'Nodes, titles among them, or domains alone; by itself both' }),
})

const placeOf = ({ path, domainOf, state, delState }: EntryAbout) => ({
  path: path ?? '',
  domainId: domainOf,
  isVisible: path === null || (state === 1 && delState === 0),
})

function entryOut(entry: EntryAbout, now: number): z.output<typeof EntryOfUser> {
  const { nodeId, domainName, from, until } = entry
  const address =
    nodeId === null
      ? `/api/v1/domains/${encodeURIComponent(domainName ?? '')}`
      : `/api/v1/${entry.isTitle === 1 ? 'titles' : 'tree'}/${nodeId}`
  return {
    id: entry.id,
    level: {
      kind: nodeId === null ? 'domain' : 'node',
      id: nodeId ?? (entry.domainId as number),
      caption: entry.caption,
    },
    subject: entry.groupId === null ? 'user' : 'group',
    group: entry.groupId,
    right: entry.right,
    width: entry.width,
    effect: entry.grant === 1 ? 'grant' : 'deny',
    from: from?.toISOString() ?? null,
    until: until?.toISOString() ?? null,
    isActive: (from === null || from.getTime() <= now) && (until === null || now < until.getTime()),
    links: { level: address },
    relationships: {},
    meta: metaOf(entry),
  }
}

export async function routesOfUsers(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services
  for (const [url, isMe] of [
    ['/api/v1/users/me/rights', true],
    ['/api/v1/users/:id/rights', false],
  ] as const)
    app.get(
      url as '/api/v1/users/:id/rights',
      {
        config: { right: isMe ? 'signed-in' : 'owners:read' },
        schema: {
          operationId: isMe ? 'listRightsOfMe' : 'listRightsOfUser',
          tags: ['rights'],
          summary: `Lists entries of rights that are about ${isMe ? 'the user who asks' : 'a user'} or a group of theirs, on what the caller sees.`,
          params: isMe
            ? z.strictObject({})
            : z.strictObject({ id: z.uuid().meta({ description: 'UUID of the user' }) }),
          querystring: Query,
          response: { 200: json(listOf(EntryOfUser, 'RightsOfUser'), 'Entries.'), ...problems(404) },
        },
      },
      async (request, reply) => {
        const { principal } = request
        const { cursor, limit, right, on } = request.query
        const [after = 0] = decodeCursor(cursor, ['number']) ?? []
        const { id } = request.params as unknown as { id: string }
        const user = isMe ? undefined : await userOf(db, { uuid: id })
        const who = isMe ? principal : user && (await principalOf(db, user))
        if (who?.userId === undefined) throw new Refusal('not-found', `There is no user ${id}.`)
        const about = { userId: who.userId, groups: [...who.groups], right, on }
        const rows = await seenRows(
          (last: EntryAbout | undefined, count) => entriesAbout(db, about, last?.id ?? Number(after), count),
          entry => access.sees(principal, placeOf(entry)),
          limit + 1,
        )
        const page = pageOf(rows, limit, entry => [entry.id])
        const now = Date.now()
        reply.header('cache-control', 'no-store')
        return listDocument(request.url, {
          next: page.next,
          items: page.items.map(entry => entryOut(entry, now)),
        })
      },
    )
}
