// Imports: a title with its pages in one call, METS files and folders of them; over HTTP as jobs, from the command line at once.
import type { Module } from '../../http/module.ts'
import { routes } from './routes.ts'
import { followHotFolder } from './hot-folder.ts'
import { hotFolderRoute } from './hot-folder-state.ts'
import { runBatch } from './run.ts'

export { outcomes, type Outcome } from './codes.ts'
export { readDocument } from './documents.ts'
export { notTakenMessages } from './archives.ts'
export { importDocument, stageDocument, type StagedDocument } from './import-title.ts'
export { storeInTurn } from './in-turn.ts'
export type { ImportOptions, ImportReport } from './store-plan.ts'
export { type Locate, stage, type StagedMaster, type StagedPage } from './stage.ts'
export { enter } from './phases.ts'
export { failureOf, refusalOf } from './failure.ts'
export { type BatchOptions, runItem, runItems } from './items.ts'
export { catalogueIdentifiers } from './from-catalogue.ts'
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
