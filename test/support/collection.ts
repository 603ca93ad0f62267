import { join } from 'node:path'
import { Manifest, runItem } from '../../src/intake/imports/index.ts'
import { makeSample } from '../../src/sample/load.ts'
import { aDomain, type TestApp } from './start.ts'

/** Environment of a service with a public address that harvesters accept. */
export const publicAddress = {
  FIREFOLIO_SERVER_PUBLICURL: 'https://library.example',
  FIREFOLIO_OAI_REPOSITORYNAME: 'Bibliothek Musterstadt',
}

const actor = { name: 'test', application: 'test' }

/** Imports a METS file. @returns the id of its title */
export async function importMets(
  app: TestApp,
  path: string,
  domain: string,
  more: object = {},
): Promise<number> {
  const { report, messages } = await runItem(
    app.services,
    {
      options: {
        manifest: Manifest.parse({ domain, path, release: true, ...more }),
        actor,
        hasIdempotencyKey: false,
      },
    },
    path,
  )
  if (!report?.titleId) throw new Error(messages.map(message => message.sentence).join(' '))
  return report.titleId
}

/** The sample collection in a domain of its own, followed up and with packs. @returns ids of the titles by their names */
export async function sampleCollection(
  app: TestApp,
  domain = 'sample',
): Promise<Record<'monograph' | 'volume1' | 'volume2' | 'issue' | 'work' | 'newspaper', number>> {
  await aDomain(app, domain, { type: 'retro' })
  const ids: number[] = []
  for (const path of await makeSample(join(app.folder, `made-${domain}`)))
    ids.push(await importMets(app, path, domain))
  await app.drain()
  const parent = async (id: number): Promise<number> =>
    ((await app.read(`/api/v1/titles/${id}`)).body as { parentId: number }).parentId
  const [monograph, volume1, volume2, issue] = ids as [number, number, number, number]
  return { monograph, volume1, volume2, issue, work: await parent(volume1), newspaper: await parent(issue) }
}
