// What entries of rights cost: the same requests to the same data, once without any entry and once with a thousand of them, in turns.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp, follow, jobHandlers } from '../src/app.ts'
import { createDomain } from '../src/catalogue/domains/index.ts'
import type { App } from '../src/http/module.ts'
import { Manifest, runItem } from '../src/intake/imports/index.ts'
import { JobRunner } from '../src/jobs/runner.ts'
import { forgetEntries } from '../src/people/access/index.ts'
import { makeSample } from '../src/sample/load.ts'
import type { OpenServices } from '../src/services.ts'
import type { Database } from '../src/firebird/database.ts'
import { interleaved, report, time } from './measure.ts'
import { seedTree } from './seed.ts'
import { type BenchServer, benchServer, servicesOn } from './server.ts'

const actor = { name: 'bench', application: 'bench' }
const children = 10_000

interface House {
  readonly services: OpenServices
  readonly app: App
  /** A node with 10,000 children */
  readonly parent: number
  readonly page: number
}

async function openAt(server: BenchServer, folder: string): Promise<OpenServices> {
  return await servicesOn(server, folder, {
    FIREFOLIO_PATH_IMPORT: folder,
    FIREFOLIO_SERVER_PUBLICURL: 'http://bench.example',
  })
}

async function aHouse(server: BenchServer, folder: string): Promise<House> {
  const services = await openAt(server, folder)
  await services.database.inTransaction({ actor }, trx =>
    createDomain(trx, actor, { name: 'bench', caption: 'Bench' }),
  )
  const run = (statement: string) =>
    services.database.withConnection(connection => connection.run(statement, [], 600_000))
  const { rows } = await run('select next value for OPR_Tree_SEQ as "id" from RDB$DATABASE')
  const parent = rows[0]?.['id'] as number
  await run(`execute block as
    declare I integer = 0;
    declare T integer;
    declare D integer;
  begin
    select OD_ID from OPR_Domain where OD_Name = 'bench' into D;
    insert into OPR_Tree (OT_ID, OT_OD_ID, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_Path, OT_State) values (${parent}, :D, 1, 24, 'Journal', 0, '', 1);
    insert into OPR_Content (OC_ID, OC_OT_ID) values (next value for OPR_Content_SEQ, ${parent});
    while (I < ${children}) do begin
      T = next value for OPR_Tree_SEQ;
      insert into OPR_Tree (OT_ID, OT_OD_ID, OT_OT_Parent, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_Path, OT_State)
        values (:T, :D, ${parent}, 1, 1, 'Heft ' || :T, :I, '', 1);
      insert into OPR_Content (OC_ID, OC_OT_ID, OC_XML) values (next value for OPR_Content_SEQ, :T,
        '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>Heft ' || :T || '</title></titleInfo></mods>');
      I = I + 1;
    end
  end`)
  const [sheet = ''] = await makeSample(join(folder, 'made'))
  const done = await runItem(services, {
    source: sheet,
    options: {
      manifest: Manifest.parse({ domain: 'bench', path: sheet.slice(folder.length + 1), release: true }),
      actor,
      hasIdempotencyKey: false,
    },
  })
  const app = await buildApp(services)
  await app.ready()
  const runner = new JobRunner({
    db: services.db,
    services,
    handlers: jobHandlers as never,
    follow: () => follow(services),
    concurrency: 1,
    leaseS: 60,
    pollMs: 50,
    onEnd: () => {},
  })
  await runner.drain()
  await follow(services)
  const pages = (await app.inject(`/api/v1/titles/${done.report?.titleId}/pages?limit=1`)).json() as {
    items: { id: number }[]
  }
  return { services, app, parent, page: pages.items[0]?.id ?? 0 }
}

/** Every tenth child says something: half of them are closed, the others are opened to a group and shown up to a width. */
async function entries({ services, parent }: House): Promise<void> {
  await services.database.withConnection(connection =>
    connection.run(
      `execute block as
        declare T integer;
        declare I integer = 0;
      begin
        for select OT_ID from OPR_Tree where OT_OT_Parent = ${parent} order by OT_Sort into T do begin
          if (mod(I, 20) = 0) then
            insert into PRV_Acl (PA_ID, PA_OT_ID, PA_Subject, PA_Right, PA_Grant) values (next value for PRV_Acl_SEQ, :T, 0, 'see', 0);
          else if (mod(I, 10) = 0) then
            insert into PRV_Acl (PA_ID, PA_OT_ID, PA_Subject, PA_Right, PA_Width, PA_Grant) values (next value for PRV_Acl_SEQ, :T, 0, 'see-image', 800, 1);
          I = I + 1;
        end
      end`,
      [],
      600_000,
    ),
  )
  forgetEntries(services)
  await follow(services)
}

/** An entry above very many nodes is one row: what it costs to store it by one service, and until it holds in another one. */
async function aWideDomain(
  { database, server }: { readonly database: Database; readonly server: BenchServer },
  nodes: number,
  folders: readonly string[],
): Promise<void> {
  const { titleId } = await seedTree(database, nodes)
  await database.withConnection(connection =>
    connection.run(`update OPR_Tree set OT_State = 1 where OT_ID = ${titleId}`, [], 60_000),
  )
  const services = await Promise.all(folders.map(folder => openAt(server, folder)))
  const [here, there] = (await Promise.all(services.map(each => buildApp(each)))) as [App, App]
  await Promise.all([here.ready(), there.ready()])
  const node = `/api/v1/tree/${titleId}`
  if ((await here.inject(node)).statusCode !== 200) throw new Error(`${node} is not seen.`)
  const taken = await time(async () => {
    const { statusCode, body } = await there.inject({
      method: 'PUT',
      url: '/api/v1/domains/bench/rights',
      headers: { authorization: `Bearer ${services[1]?.operatorKey}`, 'if-match': '*' },
      payload: { entries: [{ subject: 'everyone', right: 'see', effect: 'deny' }] },
    })
    if (statusCode !== 200) throw new Error(body)
    while ((await here.inject(node)).statusCode !== 404) await new Promise(resolve => setTimeout(resolve, 10))
  })
  const { rows } = await database.withConnection(connection =>
    connection.run('select count(*) as "n" from PRV_Acl', [], 60_000),
  )
  report(
    `rights: rows that close a domain above ${nodes.toLocaleString('en')} nodes`,
    Number(rows[0]?.['n']),
    {
      atMost: 1,
    },
  )
  report('rights: until it is closed in the other service', taken / 1000, { atMost: 1 }, 's')
  for (const app of [here, there]) await app.close()
  for (const each of services) await each.close()
}

export async function benchRights(nodes: number): Promise<void> {
  const bench = await benchServer()
  const folders = ['plain', 'bound', 'here', 'there'].map(name =>
    mkdtempSync(join(tmpdir(), `firefolio-bench-${name}-`)),
  )
  try {
    const plain = await aHouse((await bench.open('plain')).server, folders[0] as string)
    const bound = await aHouse((await bench.open('bound')).server, folders[1] as string)
    await entries(bound)
    const repeated = (house: House, url: string, times: number) => async () => {
      for (let n = 0; n < times; n++) {
        const { statusCode } = await house.app.inject(url)
        if (statusCode !== 200) throw new Error(`${url}: ${statusCode}`)
      }
    }
    const whole = (house: House) => async () => {
      for (let url: string | undefined = `/api/v1/tree/${house.parent}/children?limit=1000`; url;) {
        const { links } = (await house.app.inject(url)).json() as { links: { next?: string } }
        url = links.next
      }
    }
    const pairs: [string, number, (house: House) => () => Promise<unknown>][] = [
      ['10,000 children, a tenth of them with entries', 1.5, whole],
      [
        'a tile',
        1.1,
        house => repeated(house, `/iiif/image/3/${house.page}/0,0,512,512/512,512/0/default.jpg`, 300),
      ],
      [
        'a search of all titles with facets',
        1.2,
        house => repeated(house, '/api/v1/search?q=Heft&facets=true', 10),
      ],
      [
        'a page of OAI records',
        1.2,
        house => repeated(house, '/oai?verb=ListRecords&metadataPrefix=oai_dc', 5),
      ],
    ]
    for (const [what, bar, of] of pairs) {
      const { without, with: withEntries } = await interleaved({ without: of(plain), with: of(bound) }, 11)
      report(`rights: ${what}, with entries against without`, withEntries / without, { atMost: bar })
    }
    for (const { app, services } of [plain, bound]) {
      await app.close()
      await services.close()
    }
    await aWideDomain(await bench.open('wide'), nodes, folders.slice(2))
  } finally {
    await bench.close()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  }
}
