// Offers an empty database a small collection: made in a process of its own, imported like any other delivery.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Services } from '../http/module.ts'
import { changeDomain, createDomain, listDomains } from '../catalogue/domains/index.ts'
import { Manifest, runItem } from '../intake/imports/index.ts'

const run = promisify(execFile)
/** OD_Reference of the sample domain until all of it is there */
const loading = 'sample-loading'
const actor = { name: 'sample', application: 'firefolio' }

/** Makes the sample collection below a folder. @returns its METS files */
export async function makeSample(folder: string): Promise<string[]> {
  const { stdout } = await run(process.execPath, [
    fileURLToPath(new URL('./make.js', import.meta.url)),
    folder,
  ])
  return stdout.trim().split('\n')
}

export async function loadSampleIfEmpty(services: Services, say: (sentence: string) => void): Promise<void> {
  // the reference tells of a load that was interrupted: the imports are repeatable, so it simply goes on
  const domains = await listDomains(services.db, undefined)
  const interrupted = domains.length === 1 && domains[0]?.reference === loading
  if (domains.length > 0 && !interrupted) return
  say('the database is empty: making a small sample collection …')
  const folder = await mkdtemp(join(services.config.path.var, 'sample-'))
  try {
    const documents = await makeSample(folder)
    if (!interrupted)
      await services.database.inTransaction({ actor }, trx =>
        createDomain(trx, actor, {
          name: 'sample',
          reference: loading,
          caption: 'Beispielsammlung',
          type: 'retro',
          description: {
            de: 'Eine kleine Sammlung zum Ausprobieren',
            en: 'A small collection to try things with',
          },
        }),
      )
    for (const path of documents) {
      const manifest = Manifest.parse({ domain: 'sample', path, release: true })
      const { report, messages } = await runItem(
        services,
        { options: { manifest, actor, hasIdempotencyKey: false } },
        path,
      )
      if (!report)
        throw new Error(
          `The sample ${path} could not be loaded: ${messages.map(message => message.sentence).join(' ')}`,
        )
    }
    await services.database.inTransaction({ actor }, trx =>
      changeDomain(trx, actor, 'sample', '*', { reference: null }),
    )
    say(
      'the domain ‘sample’ holds a monograph, a two-volume work and a newspaper issue; [sample] on = false leaves them out.',
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
