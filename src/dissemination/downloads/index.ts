// Titles as they are taken home: PDF, texts, and further files.
import { openToOtherSites } from '../../http/cors.ts'
import type { Module } from '../../http/module.ts'
import { fileRoutes } from './routes-files.ts'
import { downloadRoutes } from './routes.ts'

export const downloads: Module = {
  name: 'downloads',
  routes: async (app, { services }) => {
    // players elsewhere read recordings by parts
    openToOtherSites(app, ['/download/file/*'])
    await downloadRoutes(app, services)
    await fileRoutes(app, services)
  },
}
