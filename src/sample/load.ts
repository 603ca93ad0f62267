// Offers an empty database a small collection: made in a process of its own, imported like any other delivery.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Services } from '../http/module.ts'
import { Refusal } from '../errors.ts'
import { changeDomain, createDomain, listDomains } from '../catalogue/domains/index.ts'
import { Manifest, runItem } from '../intake/imports/index.ts'
import { inPlace } from '../whole-files.ts'

const run = promisify(execFile)
/** OD_Reference of the sample domain until all of it is there */
const loading = 'sample-loading'
const actor = { name: 'sample', application: 'firefolio' }

/** What a store says that cannot be written now. @throws what is no refusal */
function troubleOf(error: unknown): string {
  if (error instanceof Refusal) return error.message
  throw error
}

/** Makes the sample collection below a folder. @returns its METS files */
export async function makeSample(folder: string): Promise<string[]> {
  const { stdout } = await run(process.execPath, [
    fileURLToPath(new URL('./make.js', import.meta.url)),
    folder,
  ])
  return stdout.trim().split('\n')
}

/**
 * Loads the sample where there is no domain yet. It is a courtesy: what keeps it from being stored (a store whose folder was never made, a full disk)
 * is told and keeps nobody from starting; the next start tries again.
 */
export async function loadSampleIfEmpty(
  services: Services,
  say: (sentence: string) => void,
  make: (folder: string) => Promise<string[]> = makeSample,
): Promise<void> {
  // the reference tells of a load that was interrupted: the imports are repeatable, so it simply goes on
  const domains = await listDomains(services.db, undefined)
  const interrupted = domains.length === 1 && domains[0]?.reference === loading
  if (domains.length > 0 && !interrupted) return
  const wait = (why: string): void =>
    say(`the sample collection waits until it can be stored, for a later start: ${why}`)
  const { archive } = services
  // asked before anything is made: what cannot be stored now is not worth the making
  const trouble = await inPlace(archive.place, () => archive.checkWritable()).catch(troubleOf)
  if (trouble !== undefined) return wait(trouble)
  say('the database is empty: making a small sample collection …')
  const folder = await mkdtemp(join(services.config.path.var, 'sample-'))
  try {
    const documents = await make(folder)
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
      const { report, messages } = await runItem(services, {
        source: path,
        options: { manifest, actor, hasIdempotencyKey: false },
      })
      if (!report) return wait(messages.map(({ sentence }) => sentence).join(' '))
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
