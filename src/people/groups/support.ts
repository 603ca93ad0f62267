// What the routes of groups share.
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Actor, Db } from '../../firebird/database.ts'
import { metaOf } from '../../http/envelope.ts'
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { actorOf } from '../../http/write.ts'
import { identitiesOf, topicsOf } from '../sessions/index.ts'
import type * as repository from './repository.ts'
import { type Group, visibilities } from './schemas.ts'

export function documentOf(group: repository.Group, principal: Principal): z.input<typeof Group> {
  const self = `/api/v1/groups/${group.id}`
  return {
    id: group.id,
    name: group.name,
    description: group.description,
    visibility: visibilities.name(group.visibility),
    isBuiltIn: group.system === 1,
    isMember: principal.groups.has(group.id),
    topics: topicsOf(group.topics),
    hasLink: group.linkHash !== null,
    links: { self, members: `${self}/members` },
    relationships: {},
    meta: metaOf(group),
  }
}

/** Groups are known to their members, and to those who manage users; others are not told whether there is one. */
export const isKnownTo = (principal: Principal, group: repository.Group): boolean =>
  principal.rights.has('user:manage') ||
  principal.groups.has(group.id) ||
  visibilities.name(group.visibility) === 'public'

/** Changes of groups are felt at once by sessions and keys of this process. */
export const changingGroups =
  (services: Services) =>
  async <T>(request: FastifyRequest, work: (trx: Db, actor: Actor) => Promise<T>): Promise<T> => {
    const actor = actorOf(request)
    const result = await services.database.inTransaction({ actor }, trx => work(trx, actor))
    identitiesOf(services).forget()
    return result
  }
