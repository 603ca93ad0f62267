import type {} from 'fastify'
import type { Reason, Sight, Verb } from './sight.ts'

/** Everything that somebody may be allowed to do (decision 25), and what there is to do with people. */
export const rights = [
  'public', // needs nothing
  'tree:read',
  'hidden:read',
  'meta:write',
  'structure:write',
  'page:write',
  'master:read',
  'text:write',
  'import',
  'import:keep-ids',
  'release',
  'bin',
  'purge',
  'domain:write',
  'job',
  'log:read',
  'order:read', // orders whose editor one is
  'order',
  'order:special',
  'order:all', // those of others, too
  'owners:read',
  'user:search',
  'user:add',
  'user:manage',
  'manage-rights',
  'groups:read', // public groups and one's own
  'signed-in', // whoever has logged in or sends a key: reads what is theirs
  'account', // changes what is theirs: their fields, password, keys, sessions
  'admin',
] as const
export type Right = (typeof rights)[number]

interface TopicContent {
  /** Topics that it covers as well */
  readonly includes: readonly string[]
  readonly rights: readonly Right[]
}

/** Bundles of rights over the whole installation, given to users and groups. */
const contents = {
  DATA_MANAGEMENT: {
    includes: ['ORDERS', 'ORDERS_SPECIAL', 'OWNERS_READ', 'CATALOGUING', 'RELEASE', 'IMPORT'],
    rights: ['import:keep-ids', 'purge', 'domain:write', 'log:read', 'manage-rights', 'order:all'],
  },
  ORDERS: { includes: ['USER_ADD'], rights: ['order:read', 'order'] },
  ORDERS_SPECIAL: { includes: ['ORDERS'], rights: ['order:special'] },
  OWNERS_READ: { includes: [], rights: ['owners:read'] },
  USER_SEARCH: { includes: [], rights: ['user:search'] },
  USER_ADD: { includes: ['USER_SEARCH'], rights: ['user:add'] },
  USER_MANAGEMENT: { includes: ['USER_ADD'], rights: ['user:manage'] },
  CATALOGUING: {
    includes: [],
    rights: [
      'hidden:read',
      'meta:write',
      'structure:write',
      'page:write',
      'master:read',
      'text:write',
      'bin',
      'job',
      'log:read',
    ],
  },
  RELEASE: { includes: [], rights: ['hidden:read', 'release', 'job'] },
  IMPORT: { includes: [], rights: ['hidden:read', 'import', 'job'] },
  SYSTEM: { includes: [], rights: ['admin', 'job', 'log:read'] },
} as const satisfies Record<string, TopicContent>

export type Topic = keyof typeof contents
export const topics = Object.keys(contents) as [Topic, ...Topic[]]

/** The topics named and all that they cover. */
export function topicsWithin(named: Iterable<Topic>): ReadonlySet<Topic> {
  const found = new Set<Topic>()
  const add = (topic: Topic): void => {
    if (found.has(topic)) return
    found.add(topic)
    for (const included of contents[topic].includes) add(included)
  }
  for (const topic of named) add(topic)
  return found
}

/** What somebody with just these topics may do by them. */
export const rightsOfTopics = (named: Iterable<Topic>): ReadonlySet<Right> =>
  new Set([...topicsWithin(named)].flatMap((topic): readonly Right[] => contents[topic].rights))

/** What everybody may do; tree:read only on visible nodes. */
export const publicRights: readonly Right[] = ['public', 'tree:read']
/** What everybody may do who has logged in. */
export const ownRights: readonly Right[] = [...publicRights, 'groups:read', 'signed-in', 'account']

const readingRights: ReadonlySet<Right> = new Set([
  ...publicRights,
  'hidden:read',
  'master:read',
  'job',
  'log:read',
  'order:read',
  'order:all',
  'owners:read',
  'user:search',
  'groups:read',
  'signed-in',
])

/** What a key may be made for; topics beside them. */
export const plainScopes = ['read', 'read-write', 'import'] as const
export const scopes = [...plainScopes, ...topics] as const
export type Scope = (typeof scopes)[number]

/** What a key with these scopes leaves of any rights; undefined where it narrows nothing. */
export function rightsOfScopes(named: readonly Scope[]): ReadonlySet<Right> | undefined {
  if (named.includes('read-write')) return undefined
  const left = new Set<Right>([...publicRights, 'groups:read', 'signed-in'])
  for (const scope of named)
    for (const right of scope === 'read'
      ? readingRights
      : rightsOfTopics([scope === 'import' ? 'IMPORT' : (scope as Topic)]))
      left.add(right)
  return left
}

/** Built-in groups, by PG_ID. */
export const builtInGroups = { everyone: 1, signedIn: 2, staff: 3 } as const

/** Who asks. */
export interface Principal {
  readonly kind: 'public' | 'operator' | 'user'
  /** Stands in histories and logs: public, operator, or a user's UUID, which tells nothing of a person once deleted */
  readonly name: string
  /** PU_ID */
  readonly userId?: number
  /** PG_IDs, built-in ones included, those of groups that are members of groups as well */
  readonly groups: ReadonlySet<number>
  readonly topics: ReadonlySet<Topic>
  /** What the topics give over the whole installation, narrowed by the scopes of a key */
  readonly rights: ReadonlySet<Right>
  /** What the scopes of a key leave, wherever a right comes from; undefined where nothing is narrowed */
  readonly within?: ReadonlySet<Right> | undefined
  /** The key is for reading alone */
  readonly isReadOnly?: boolean
  /** Where the request comes from */
  readonly address?: string
  /** What may be seen and done by the entries of now */
  readonly sight?: Sight
}

export const publicPrincipal: Principal = {
  kind: 'public',
  name: 'public',
  groups: new Set([builtInGroups.everyone]),
  topics: new Set(),
  rights: new Set(publicRights),
}

export const operatorPrincipal: Principal = {
  kind: 'operator',
  name: 'operator',
  groups: new Set(Object.values(builtInGroups)),
  topics: new Set(topics),
  rights: new Set(rights.filter(right => right !== 'signed-in' && right !== 'account')),
}

/** The session that a request came with. */
export interface RequestSession {
  readonly id: number
  readonly userId: number
  readonly means: string
  readonly csrfToken: string
  readonly expiresAt: Date
  /** When whoever has it last showed who they are; null: never, a key began it */
  readonly provenAt: Date | null
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal
    /** Undefined without the cookie of a session that lasts */
    session: RequestSession | undefined
    /** Facts for the one log line of the request. */
    facts: Record<string, unknown>
    /** Why the node that the address names may be used so; undefined where release alone decides */
    reason: Reason | undefined
    /** What the request does to nodes, where its route can do several things */
    writes: Verb | undefined
  }
  interface FastifyContextConfig {
    right?: Right
    /** Answered whatever the database does, which it tells of: who asks has no entries looked up */
    isOfHealth?: boolean
    /** What the caller must be allowed to do with the node that the address names; by default what the right stands for */
    verb?: Verb
    /** Parameters of the address that name nodes; by default `id` where the address is one of the tree */
    nodes?: readonly string[]
    /** The handler asks itself where the right is needed: nodes and domains stand in the body or the query */
    asksItself?: boolean
    /** The handler refuses what is not released itself, because it tells of what was withdrawn; the gate looks at entries alone */
    tellsWithdrawn?: boolean
    /** What its document is about, whose meta tells which programs made and changed it */
    tells?: 'node' | 'domain' | 'tag' | 'transition' | 'note' | 'harvest' | 'order' | 'group' | 'user'
  }
}
