import type { z } from 'zod'
import { metaOf } from '../../http/envelope.ts'
import type { Principal } from '../../http/principal.ts'
import { topicsOf } from '../sessions/index.ts'
import { kinds } from './codes.ts'
import type { Identity, User as Row } from './repository.ts'
import type { User } from './schemas.ts'

export const isPartial = (user: Row, identities: readonly Identity[]): boolean =>
  user.login === null && identities.length === 0

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

/** For those who look users up, with more for those who manage them and for the user. */
export function userDocument(
  user: Row,
  identities: readonly Identity[],
  principal: Principal,
): z.input<typeof User> {
  const isFull = principal.rights.has('user:manage') || principal.userId === user.id
  const self = `/api/v1/users/${user.uuid}`
  return {
    id: user.uuid,
    kind: kinds.name(user.kind),
    name: user.name,
    affiliation: user.affiliation,
    orcid: user.orcid,
    url: user.url,
    emailPublic: user.emailPublic,
    contact: user.contact,
    isPartial: isPartial(user, identities),
    ...(isFull
      ? {
          login: user.login,
          email: user.email,
          isEmailConfirmed: user.confirmedAt !== null,
          hasPassword: user.password !== null,
          authIds: identities.map(({ subject, source }) => `${subject}::${source}`),
          topics: topicsOf(user.topics),
          isActive: user.active === 1,
          logIns: {
            count: user.logInCount,
            currentAt: iso(user.logInAt),
            currentAddress: user.logInAddress,
            lastAt: iso(user.lastLogInAt),
            lastAddress: user.lastLogInAddress,
          },
        }
      : {}),
    links: {
      self,
      ...(isFull
        ? {
            keys: `${self}/keys`,
            identities: `${self}/identities`,
            log: `${self}/log`,
            actions: `${self}/actions`,
            permissions: `${self}/permissions`,
          }
        : {}),
    },
    relationships: {},
    meta: metaOf(user),
  }
}
