// Imports: a title with its pages in one call, METS files and folders of them; over HTTP as jobs, from the command line at once.
import type { Module } from '../../http/module.ts'
import { routes } from './routes.ts'
import { followHotFolder } from './hot-folder.ts'
import { hotFolderRoute } from './hot-folder-state.ts'
import { runBatch } from './run.ts'

export { outcomes, type Outcome } from './codes.ts'
export { readDocument } from './documents.ts'
export { notTakenMessages } from './archives.ts'
export { importDocument, type ImportOptions, type ImportReport } from './import-title.ts'
export { type Locate, stage, type StagedMaster, type StagedPage } from './stage.ts'
export { enter } from './phases.ts'
export { failureOf } from './failure.ts'
export { runItem, type BatchOptions } from './run.ts'
export { Manifest } from './schemas.ts'

export const imports: Module = {
  name: 'imports',
  routes: async (app, { services }) => {
    await routes(app, { services })
    hotFolderRoute(app, services)
  },
  jobs: { 'imports.run': runBatch },
  follow: followHotFolder,
}
