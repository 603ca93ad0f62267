// Digitisation orders: who wishes what, how far it is, and the titles that come of it.
import type { Module } from '../../http/module.ts'
import { mailJob } from './mail.ts'
import { listRoutes } from './routes-lists.ts'
import { ofTitleRoutes } from './routes-of-title.ts'
import { recordRoutes } from './routes-records.ts'
import { titleRoutes } from './routes-titles.ts'
import { routes } from './routes.ts'

export { keepInOrder } from './belonging.ts'
export { PublicPerson } from './schemas.ts'
export { shownOfTitle } from './shown.ts'
export { forgetAdded } from './titles-repository.ts'

export const orders: Module = {
  name: 'orders',
  routes: async (app, options) => {
    await listRoutes(app, options)
    await routes(app, options)
    await titleRoutes(app, options)
    await ofTitleRoutes(app, options)
    await recordRoutes(app, options)
  },
  jobs: { 'orders.mail': mailJob },
}
