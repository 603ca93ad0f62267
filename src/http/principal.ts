import 'fastify'

/** Everything that somebody may be allowed to do (decision 25). */
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
  'admin',
] as const
export type Right = (typeof rights)[number]

/** Who asks. */
export interface Principal {
  readonly kind: 'public' | 'operator'
  readonly name: string
}

export const publicPrincipal: Principal = { kind: 'public', name: 'public' }

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal
    /** Facts for the one log line of the request. */
    facts: Record<string, unknown>
  }
  interface FastifyContextConfig {
    right?: Right
  }
}
