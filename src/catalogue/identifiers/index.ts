// OPR_Assigned: identifiers that are given out here, registered with agencies, and remembered when their nodes are gone.
import type { Module } from '../../http/module.ts'
import { assignReleased } from './assign.ts'
import { checks } from './checks.ts'
import { assignJob, registerJob } from './register.ts'
import { routes } from './routes.ts'

export { assignOutstanding, assignReleased, type Given } from './assign.ts'
export { checkIdentifiers } from './checks.ts'
export { register as registerIdentifier } from './register.ts'
export { byValue as assignedOf, list as listAssigned, type Assigned } from './repository.ts'
export { tombstoneOf } from './withdrawn.ts'

/** The source of identifiers that were assigned: nobody takes them off. */
export const assignedSource = 'assigned'

export const identifiers: Module = {
  name: 'identifiers',
  hooks: (app, services) => {
    app.beforeCommit.push((_request, trx) => assignReleased(services, trx))
  },
  jobs: {
    'identifiers.assign': assignJob,
    'identifiers.register': registerJob,
  },
  checks,
  routes,
}
