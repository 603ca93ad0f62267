// Quality control: notes on titles, pages and regions of pages, what readers report, and releases that wait until all notes are closed.
import type { Module } from '../../http/module.ts'
import { faultRoutes } from './faults.ts'
import { requireNoneOpen } from './release.ts'
import { manyRoutes } from './routes-many.ts'
import { newRoutes } from './routes-new.ts'
import { routes } from './routes.ts'

export { takesFaults } from './faults.ts'
export { requireNoneOpen } from './release.ts'
export { keptNotes, moveNotes } from './repository.ts'
export { unsettledBelow } from './support.ts'

export const notes: Module = {
  name: 'notes',
  hooks: (app, services) => {
    app.beforeCommit.push((_request, trx) => requireNoneOpen(trx, services))
  },
  routes: async (app, options) => {
    await routes(app, options)
    await newRoutes(app, options)
    await manyRoutes(app, options)
    await faultRoutes(app, options)
  },
}
