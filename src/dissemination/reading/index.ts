// The reading room's own documents: what its pages show, each in one answer.
import type { Module } from '../../http/module.ts'
import { readingRoutes } from './routes.ts'

export const reading: Module = {
  name: 'reading',
  routes: async (app, { services }) => await readingRoutes(app, services),
}
