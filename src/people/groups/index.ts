// Groups of users and of groups.
import type { Module } from '../../http/module.ts'
import { routes } from './routes.ts'
import { linkRoutes } from './routes-link.ts'

export { addMember, createGroup, removeMember } from './change.ts'
export { findByName as findGroupByName, forgetMemberships, membershipsFrom } from './repository.ts'

export const groups: Module = {
  name: 'groups',
  routes: async (app, options) => {
    await routes(app, options)
    await linkRoutes(app, options)
  },
}
