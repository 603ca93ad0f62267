// Access packs: what a page's pack is made of, the jobs that make it, and the table that knows which page has which.
import type { Module } from '../../http/module.ts'
import { checks } from './checks.ts'
import { followPacks, ingestJob, refreshJob } from './jobs.ts'

export * from './codes.ts'
export * from './recipes.ts'
export * from './repository.ts'
export { asItLies, ingestJob, refreshJob } from './jobs.ts'

export const packs: Module = {
  name: 'packs',
  jobs: { 'images.ingest': ingestJob, 'images.refresh': refreshJob },
  checks,
  follow: followPacks,
}
