import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exclusively } from '../../src/firebird/server/locks.ts'
import { Manifest, runItem } from '../../src/intake/imports/index.ts'
import { makeSample } from '../../src/sample/load.ts'
import { testServer } from './database.ts'
import { aDomain, start, type TestApp } from './start.ts'

/** Environment of a service with a public address that harvesters accept. */
export const publicAddress = {
  FIREFOLIO_SERVER_PUBLICURL: 'https://library.example',
  FIREFOLIO_OAI_REPOSITORYNAME: 'Bibliothek Musterstadt',
}

const actor = { name: 'test', application: 'test' }

/** What an import of a METS file reports. */
export const imported = (app: TestApp, path: string, domain: string, more: object = {}) =>
  runItem(app.services, {
    source: path,
    options: {
      manifest: Manifest.parse({ domain, path, release: true, ...more }),
      actor,
      hasIdempotencyKey: false,
    },
  })

/** Imports a METS file. @returns the id of its title */
export async function importMets(
  app: TestApp,
  path: string,
  domain: string,
  more: object = {},
): Promise<number> {
  const { report, messages } = await imported(app, path, domain, more)
  if (!report?.titleId) throw new Error(messages.map(message => message.sentence).join(' '))
  return report.titleId
}

type Titles = Record<'monograph' | 'volume1' | 'volume2' | 'issue' | 'work' | 'newspaper', number>

/** The sample collection in a domain of its own, followed up and with packs. @returns ids of the titles by their names */
async function sampleCollection(app: TestApp, domain: string): Promise<Titles> {
  await aDomain(app, domain, { type: 'retro' })
  const ids: number[] = []
  for (const path of await makeSample(join(app.folder, `made-${domain}`))) {
    const { report, messages } = await imported(app, path, domain)
    // what is made here is new, and nothing is to be said of it
    if (report?.outcome !== 'created' || messages.length > 0)
      throw new Error(`${path}: ${report?.outcome} ${messages.map(message => message.sentence).join(' ')}`)
    ids.push(report.titleId as number)
  }
  await app.drain()
  const parent = async (id: number): Promise<number> =>
    ((await app.read(`/api/v1/titles/${id}`)).body as { parentId: number }).parentId
  const [monograph, volume1, volume2, issue] = ids as [number, number, number, number]
  return { monograph, volume1, volume2, issue, work: await parent(volume1), newspaper: await parent(issue) }
}

interface Made {
  readonly file: string
  readonly folder: string
  readonly ids: Titles
}

/** The sample collection as a database and a folder at rest: the first who wants it in a run makes it, the others copy it. */
async function madeSample(): Promise<Made> {
  const server = testServer()
  const place = join(server.dataFolder, '../sample')
  mkdirSync(place, { recursive: true })
  return await exclusively(place, async () => {
    const told = join(place, 'made.json')
    if (existsSync(told)) return JSON.parse(readFileSync(told, 'utf8')) as Made
    const ends: (() => Promise<void> | void)[] = []
    const made = { file: join(server.dataFolder, 'sample.fdb'), folder: join(place, 'var') }
    const app = await start({ teardown: end => void ends.push(end) }, publicAddress)
    const ids = await sampleCollection(app, 'sample')
    await app.app.close()
    await app.services.close()
    copyFileSync(app.databaseFile, made.file)
    cpSync(app.folder, made.folder, { recursive: true })
    for (const end of ends) await end()
    writeFileSync(told, JSON.stringify({ ...made, ids }))
    return { ...made, ids }
  })
}

/** The service with the sample collection in the domain ‘sample’, its packs made and its changes followed up. */
export async function startWithSample(
  t: Parameters<typeof start>[0],
  environment: Record<string, string> = {},
): Promise<{ app: TestApp; ids: Titles }> {
  const { ids, ...from } = await madeSample()
  return { app: await start(t, environment, from), ids }
}
