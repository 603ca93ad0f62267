// Who stands behind a request: sessions of browsers and keys of programs.
import type { Module } from '../../http/module.ts'
import { routes } from './routes.ts'

export {
  clearSessionCookie,
  deviceCookie,
  flowCookies,
  setDeviceCookie,
  setFlowCookie,
  setSessionCookie,
  setViewerCookie,
} from './cookies.ts'
export { makeViewerToken, readViewerToken, viewerTokenSeconds } from './viewer-tokens.ts'
export { identitiesOf, scopesOf } from './identities.ts'
export { authorOf, placesOf, placesOfAuthor, requireOfAuthor } from './authors.ts'
export { groupsOf, principalOf, principalOfActor, principalOfGroup, topicsOf } from './principals.ts'
export {
  deleteEnded,
  deleteKey,
  deleteKeys,
  deleteSession,
  deleteSessions,
  deleteSessionsBy,
  findKey,
  hashOf,
  insertKey,
  insertSession,
  type ListedKey,
  listKeys,
  markForRotation,
  newSecret,
  noteProof,
} from './repository.ts'
export { sessionDocument } from './routes.ts'
export { SessionDocument } from './schemas.ts'

export const sessions: Module = { name: 'sessions', routes }
