// Digitisation orders: who wishes what, how far it is, and the titles that come of it.
import type { Module } from '../../http/module.ts'
import { checks, forgetJob } from './files.ts'
import { mailJob } from './mail.ts'
import { fileRoutes } from './routes-files.ts'
import { listRoutes } from './routes-lists.ts'
import { ofTitleRoutes } from './routes-of-title.ts'
import { recordRoutes } from './routes-records.ts'
import { titleRoutes } from './routes-titles.ts'
import { routes } from './routes.ts'

export { keepInOrder, undoInOrders } from './belonging.ts'
export { PublicPerson } from './schemas.ts'
export { isOrdered, shownOfTitle } from './shown.ts'

export const orders: Module = {
  name: 'orders',
  routes: async (app, options) => {
    await listRoutes(app, options)
    await routes(app, options)
    await titleRoutes(app, options)
    await ofTitleRoutes(app, options)
    await recordRoutes(app, options)
    await fileRoutes(app, options)
  },
  checks,
  jobs: { 'orders.mail': mailJob, 'orders.forget': forgetJob },
}
