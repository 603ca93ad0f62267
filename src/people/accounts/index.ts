// Accounts: people and organisations, and how they log in.
import type { Module } from '../../http/module.ts'
import { mailJob } from './mail.ts'
import { keyRoutes } from './routes-keys.ts'
import { linkRoutes } from './routes-links.ts'
import { sessionRoutes } from './routes-session.ts'
import { userRoutes } from './routes-users.ts'

export { changeUser, createUser, deleteUser, type UserInput } from './change.ts'
export { createKey } from './create-key.ts'
export { welcomeLink } from './first-administrator.ts'
export { beginSession, identify } from './log-in.ts'
export { linkOf, makeCode } from './one-time-codes.ts'
export {
  find as findUser,
  findByLogin,
  findByUuid,
  findIdentity,
  insertIdentity,
  list as listUsers,
  touchIdentity,
  type User,
} from './repository.ts'

export const accounts: Module = {
  name: 'accounts',
  routes: async (app, options) => {
    for (const routes of [sessionRoutes, userRoutes, keyRoutes, linkRoutes]) await routes(app, options)
  },
  jobs: { 'accounts.mail': mailJob },
}
