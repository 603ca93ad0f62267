// Access packs: what a page's pack is made of, the jobs that make it, and the table that knows which page has which.
import type { Figure, Module, Services } from '../../http/module.ts'
import { checks } from './checks.ts'
import { followPacks, ingestJob, refreshJob } from './jobs.ts'
import { countIn } from './repository.ts'

export * from './codes.ts'
export * from './recipes.ts'
export * from './repository.ts'
export { asItLies, ingestJob, refreshJob } from './jobs.ts'

async function figuresOf({ db }: Services): Promise<Figure[]> {
  const [wanted, refused] = await Promise.all([countIn(db, 'wanted'), countIn(db, 'refused')])
  return [
    {
      name: 'firefolio_packs',
      kind: 'gauge',
      help: 'Access packs that are to be made, and masters that cannot be decoded.',
      values: { 'state="wanted"': wanted, 'state="refused"': refused },
    },
  ]
}

export const packs: Module = {
  name: 'packs',
  jobs: { 'images.ingest': ingestJob, 'images.refresh': refreshJob },
  checks,
  follow: followPacks,
  hooks: (_app, services) => void services.figures.set('packs', () => figuresOf(services)),
}
