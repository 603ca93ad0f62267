// Accounts: people and organisations, and how they log in.
import type { Module } from '../../http/module.ts'
import { mailJob } from './mail.ts'
import { identityRoutes } from './routes-identities.ts'
import { keyRoutes } from './routes-keys.ts'
import { linkRoutes } from './routes-links.ts'
import { sessionRoutes } from './routes-session.ts'
import { userRoutes } from './routes-users.ts'

export { changeUser, createUser, deleteUser, type UserInput } from './change.ts'
export { createKey } from './create-key.ts'
export { linkIdentity } from './identities.ts'
export { requireProof } from './proof.ts'
export { canMail, sendMail } from './mail.ts'
export { welcomeLink } from './first-administrator.ts'
export { beginSession, identify, noteFailure } from './log-in.ts'
export { type Admission, userOfProvider, type Vouched } from './of-provider.ts'
export { linkOf, makeCode, useUp } from './one-time-codes.ts'
export {
  find as findUser,
  findByLogin,
  findByUuid,
  identitiesOfUsers,
  list as listUsers,
  type User,
} from './repository.ts'

export const accounts: Module = {
  name: 'accounts',
  routes: async (app, options) => {
    for (const routes of [sessionRoutes, userRoutes, keyRoutes, identityRoutes, linkRoutes])
      await routes(app, options)
  },
  jobs: { 'accounts.mail': mailJob },
}
