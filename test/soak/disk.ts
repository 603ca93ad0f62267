// A disk that is full, broken or slow at each single moment: every open, write, sync, rename, link, removal and new folder of an upload and of
// an import fails once with each fault, is shortened once and comes late once.
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { Refusal } from '../../src/errors.ts'
import { Manifest, runItem } from '../../src/intake/imports/index.ts'
import { findings } from '../support/crashes.ts'
import { calls, IoFaults } from '../support/io-faults.ts'
import { pagesOf, putMaster } from '../support/images.ts'
import { aDomain, aTitle, modsOf, type TestApp } from '../support/start.ts'

const kinds = ['ENOSPC', 'EIO', 'EROFS', 'short', 'late'] as const

/** What a trial came to: acknowledged, refused as a fault of the disk, or something that must not be */
type Outcome = 'stored' | 'refused' | { readonly odd: string }

interface Trial {
  readonly name: string
  /** Something new each time */
  readonly run: (app: TestApp, n: number) => Promise<Outcome>
}

const scan = async (): Promise<Buffer> =>
  await sharp(randomBytes(300 * 300 * 3), { raw: { width: 300, height: 300, channels: 3 } })
    .tiff({ compression: 'none' })
    .toBuffer()
const ofStatus = (status: number, body: unknown): Outcome =>
  status < 300
    ? 'stored'
    : status === 503 || status === 507
      ? 'refused'
      : { odd: `${status} ${JSON.stringify(body).slice(0, 200)}` }

/** Whether the archive has what a page says of its master. */
async function isWhole(app: TestApp, page: number): Promise<boolean> {
  const { body } = await app.call('GET', `/api/v1/pages/${page}`)
  const hash = String(body.hashsum).replace('sha256:', '')
  const bytes = readFileSync(join(app.folder, 'media/sha256', hash.slice(0, 2), hash))
  return bytes.length === body.filesize && createHash('sha256').update(bytes).digest('hex') === hash
}

const upload: Trial = {
  name: 'upload',
  run: async app => {
    const [page = 0] = await pagesOf(app, await aTitle(app, { pages: 1, release: true }))
    const { status, body } = await putMaster(app, page, await scan())
    if (status < 300 && !(await isWhole(app, page))) return { odd: `page ${page} is torn` }
    return ofStatus(status, body)
  },
}

const imported: Trial = {
  name: 'import',
  run: async (app, n) => {
    const folder = join(app.services.config.path.import, 'soak')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${n}.tif`), await scan())
    const manifest = Manifest.parse({
      domain: 'lib',
      type: 'monograph',
      release: true,
      mods: modsOf(`soak-${n}`, `Soak ${n}`),
      pages: [{ ident: `p${n}`, file: `soak/${n}.tif` }],
    })
    const actor = { name: 'soak', application: 'soak' }
    try {
      const options = { manifest, actor, hasIdempotencyKey: false }
      const { report, messages } = await runItem(app.services, { options }, 'manifest')
      if (!report && messages.some(({ code }) => code === 'insufficient-storage')) return 'refused'
      if (report?.outcome !== 'created')
        return { odd: `${report?.outcome}: ${messages.map(({ sentence }) => sentence).join(' ')}` }
      const [page = 0] = await pagesOf(app, report.titleId as number)
      return (await isWhole(app, page)) ? 'stored' : { odd: `page ${page} is torn` }
    } catch (error) {
      // thrown, the job is tried again
      const isDisk =
        error instanceof Refusal && ['unavailable', 'insufficient-storage'].includes(error.reason)
      return isDisk ? 'refused' : { odd: String(error) }
    }
  },
}

export async function disk(
  app: TestApp,
  promise: (sentence: string, holds: boolean, figure: unknown) => void,
): Promise<void> {
  await aDomain(app)
  let n = 0
  for (const trial of [upload, imported]) {
    const faults = new IoFaults(app.folder)
    const count = { struck: 0, stored: 0, refused: 0 }
    const odd: string[] = []
    try {
      faults.arm()
      const first = await trial.run(app, ++n)
      const counts = new Map(faults.counts)
      if (first !== 'stored') odd.push(`undisturbed: ${JSON.stringify(first)}`)
      for (const call of calls)
        for (let nth = 1; nth <= (counts.get(call) ?? 0); nth++)
          for (const how of kinds) {
            if (how === 'short' && call !== 'write') continue
            faults.arm({ call, nth, how })
            const outcome = await trial.run(app, ++n)
            if (faults.struck) count.struck++
            faults.arm()
            if (typeof outcome === 'object') odd.push(`${call} ${nth} ${how}: ${outcome.odd}`)
            else count[outcome]++
            if ((how === 'short' || how === 'late') && outcome === 'refused')
              odd.push(`${call} ${nth} ${how} was refused`)
          }
    } finally {
      faults.remove()
    }
    // what failed is done when it is asked for again
    const again = await trial.run(app, ++n)
    if (again !== 'stored') odd.push(`afterwards: ${JSON.stringify(again)}`)
    promise(
      `${trial.name}: each call of the disk failed, shortened and delayed once; nothing acknowledged is torn, nothing is stuck`,
      odd.length === 0 && count.struck > 0,
      { ...count, odd: odd.slice(0, 5) },
    )
  }
  const found = await findings(app.services)
  promise('disk: the repository is consistent', found.length === 0, found)
}
