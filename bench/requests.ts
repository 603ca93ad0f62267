// What a request costs the service: processor time of its process as a multiple of what `/health` costs it in the same run, and records that are posted
// beside what the database itself takes for the same rows. The service runs as it is run by operators, in a process of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../src/firebird/database.ts'
import { freePort } from '../src/firebird/server/private-server.ts'
import { root } from '../src/root.ts'
import { cpuPerRequest, endAll, fetchOnce, pause, threadSeconds, waitFor } from './images/load.ts'
import { interleaved, median, report, time } from './measure.ts'
import { type BenchServer, benchServer } from './server.ts'

const say = (sentence: string): void => void process.stdout.write(`      ${sentence}\n`)
const key = 'bench-key'
const authorization = `Bearer ${key}`
/** Titles that lists, searches and harvests find */
const titles = 2000
/** Pages of the title whose manifest is made anew */
const pages = 2300

interface Service {
  readonly base: string
  readonly pid: number
}

async function start(server: BenchServer, folder: string, children: ChildProcess[]): Promise<Service> {
  const port = await freePort()
  const child = spawn(process.execPath, [join(root, 'dist/src/main.js')], {
    env: {
      ...process.env,
      FIREFOLIO_DATABASE_HOST: `${server.host}/${server.port}`,
      FIREFOLIO_DATABASE_FILE: server.file,
      FIREFOLIO_DATABASE_USER: 'SYSDBA',
      FIREFOLIO_DATABASE_PASSWORD: server.password,
      FIREFOLIO_DATABASE_ROLE: '',
      FIREFOLIO_PATH_VAR: folder,
      FIREFOLIO_SERVER_HTTP_PORT: String(port),
      FIREFOLIO_SAMPLE_ON: 'false',
      FIREFOLIO_ACCESS_OPERATORKEY: key,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  children.push(child)
  const base = `http://127.0.0.1:${port}`
  await waitFor(`${base}/ready`)
  return { base, pid: child.pid as number }
}

async function call(base: string, path: string, type: string, body: string): Promise<number[]> {
  const answer = await fetch(`${base}${path}`, {
    method: 'POST',
    headers: { authorization, 'content-type': type },
    body,
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  const { items = [] } = (await answer.json()) as { items?: { id: number }[] }
  return items.map(({ id }) => id)
}

let made = 0
/** A record of about 1 KB, each with an identifier of its own. */
function record(): string {
  const n = ++made
  return `<mods xmlns="http://www.loc.gov/mods/v3" version="3.7"><titleInfo><title>Flora von Bonn und ihre Umgebung ${n}</title><subTitle>nach den Funden der Gesellschaft beschrieben</subTitle></titleInfo><name type="personal" authority="gnd"><namePart type="family">Muster</namePart><namePart type="given">Maria ${n % 97}</namePart><role><roleTerm type="code" authority="marcrelator">aut</roleTerm></role></name><typeOfResource>text</typeOfResource><genre authority="marcgt">book</genre><originInfo eventType="publication"><place><placeTerm type="text">Bonn</placeTerm></place><publisher>Weber</publisher><dateIssued keyDate="yes" encoding="w3cdtf">${1700 + (n % 200)}</dateIssued></originInfo><language><languageTerm type="code" authority="iso639-2b">ger</languageTerm></language><physicalDescription><extent>IV, ${n % 400} S.</extent></physicalDescription><location><physicalLocation>Universitätsbibliothek</physicalLocation><shelfLocator>B ${n}</shelfLocator></location><subject><topic>Botanik</topic></subject><recordInfo><recordIdentifier source="bench">r${n}</recordIdentifier></recordInfo></mods>`
}
const collection = (count: number): string =>
  `<modsCollection xmlns="http://www.loc.gov/mods/v3">${Array.from({ length: count }, record).join('')}</modsCollection>`
const posted = '/api/v1/titles?domain=bench&release=true'
const mods = 'application/mods+xml'

/** The statements by which the rows of titles are written, with the values of one title that is there: what the database alone takes for them. */
async function bareRows(
  database: Database,
  id: number,
): Promise<readonly { readonly sql: string; readonly row: (nodeId: number) => unknown[] }[]> {
  const of = async (table: string, node: string, primary: string, generator: string) => {
    const { rows } = await database.withConnection(connection =>
      connection.run(`select * from ${table} where ${node} = ?`, [id]),
    )
    return rows.map(values => {
      const names = Object.keys(values).filter(name => values[name] !== null && name !== primary)
      const isTree = primary === node
      return {
        sql: `insert into ${table} (${primary}, ${names.join(', ')}) values (${isTree ? '?' : `next value for ${generator}`}, ${names.map(() => '?').join(', ')})`,
        row: (nodeId: number) => [
          ...(isTree ? [nodeId] : []),
          ...names.map(name => (name === node ? nodeId : name === 'OT_Sort' ? nodeId * 256 : values[name])),
        ],
      }
    })
  }
  return [
    ...(await of('OPR_Tree', 'OT_ID', 'OT_ID', 'OPR_Tree_SEQ')),
    ...(await of('OPR_Content', 'OC_OT_ID', 'OC_ID', 'OPR_Content_SEQ')),
  ]
}

async function posting(service: Service, database: Database): Promise<void> {
  const { base } = service
  const [id = 0] = await call(base, posted, mods, record())
  await call(base, posted, mods, collection(100))
  const statements = await bareRows(database, id)
  const some = 100
  const nextNodes = async (count: number): Promise<number> => {
    const { rows } = await database.withConnection(connection =>
      connection.run(`select gen_id(OPR_Tree_SEQ, ${count}) as "last" from RDB$DATABASE`),
    )
    return Number(rows[0]?.['last']) - count + 1
  }
  const insertAlone = async () => {
    for (let n = 0; n < some; n++)
      await database.withConnection(async connection => {
        await connection.begin()
        await connection.run(
          'insert into SYS_Idempotency (SI_Key, SI_Principal, SI_Digest, SI_Status) values (?, ?, ?, 201)',
          [`bench-${++made}`, 'bench', '0'.repeat(64)],
        )
        await connection.commit()
      })
  }
  const alone = async () => {
    for (let n = 0; n < some; n++) await call(base, posted, mods, record())
  }
  const eight = async () => {
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let n = 0; n < some / 4; n++) await call(base, posted, mods, record())
      }),
    )
  }
  const many = 1000
  const together = async () => {
    for (let n = 0; n < many; n += 100) await call(base, posted, mods, collection(100))
  }
  const bareInserts = async () => {
    const first = await nextNodes(many)
    for (let n = 0; n < many; n += 100)
      await database.inTransaction({}, async (_trx, connection) => {
        for (const { sql, row } of statements)
          await connection.executeMany(
            sql,
            Array.from({ length: 100 }, (_, at) => row(first + n + at)),
          )
      })
  }
  const taken = await interleaved({ insertAlone, alone, eight, together, bareInserts }, 5)
  const rate = (count: number, ms: number) => `${Math.round((count * 1000) / ms)} records a second`
  say(
    `one after another ${rate(some, taken.alone)}, eight clients ${rate(some * 2, taken.eight)}, collections of 100 ${rate(many, taken.together)}`,
  )
  report(
    'a record of 1 KB posted, one after another, against a bare transaction of one insert',
    taken.alone / taken.insertAlone,
    { atMost: 2.5 },
  )
  report('records in collections of 100', (many * 1000) / taken.together, { atLeast: 1000 }, 'a second')
  report(
    'records in collections of 100 against the same rows by prepared statements',
    taken.together / taken.bareInserts,
    { atMost: 3 },
  )
}

/** Puts a title of very many pages there. */
async function largeTitle(base: string): Promise<number> {
  const [id = 0] = await call(base, posted, mods, record())
  for (let n = 0; n < pages; n += 100)
    await call(
      base,
      `/api/v1/titles/${id}/pages`,
      'application/json',
      JSON.stringify({
        pages: Array.from({ length: 100 }, (_, at) => ({ ident: `p${n + at}`, release: true })),
      }),
    )
  return id
}

/** Goals, as multiples of `/health`. */
const goals = {
  children: 7,
  title: 7,
  'list of 20 titles': 10,
  'landing page that many read': 20,
  'landing page that nobody has read lately': 100,
  search: 60,
  SRU: 60,
  'OAI page of 100 oai_dc records': 250,
}

async function processor(
  service: Service,
  house: { readonly some: readonly number[]; readonly large: number },
): Promise<void> {
  const { base, pid } = service
  const each = (path: (id: number) => string) => house.some.map(id => base + path(id))
  const words = ['bonn', 'muster', 'flora', 'gesellschaft', 'botanik', 'weber']
  const urls: Record<keyof typeof goals, string[]> = {
    children: [`${base}/api/v1/tree/${house.large}/children?limit=10`],
    title: each(id => `/api/v1/titles/${id}`),
    'list of 20 titles': [`${base}/api/v1/titles?domain=bench&limit=20`],
    'landing page that many read': each(id => `/id/${id}`).slice(0, 20),
    'landing page that nobody has read lately': each(id => `/id/${id}`),
    search: words.map(word => `${base}/api/v1/search?q=${word}`),
    SRU: words.map(
      word => `${base}/sru?version=2.0&operation=searchRetrieve&query=${word}&maximumRecords=10`,
    ),
    'OAI page of 100 oai_dc records': [`${base}/oai?verb=ListRecords&metadataPrefix=oai_dc`],
  }
  const requests = (of: keyof typeof goals): number => Math.max(20, Math.round(2000 / goals[of]))
  const candidates = Object.fromEntries([
    ['health', { pid, requests: 3000, urls: [`${base}/health`] }],
    ...(Object.keys(goals) as (keyof typeof goals)[]).map(name => [
      name,
      {
        pid,
        requests: requests(name),
        urls: urls[name],
        headers: { accept: name.startsWith('landing page') ? 'text/html' : '*/*' },
      },
    ]),
  ]) as Record<
    'health' | keyof typeof goals,
    { pid: number; requests: number; urls: string[]; headers?: Record<string, string> }
  >
  const cpu = await cpuPerRequest(candidates)
  say(`/health takes ${cpu.health.toFixed(0)} µs of a processor`)
  for (const [name, goal] of Object.entries(goals) as [keyof typeof goals, number][])
    report(`processor time of a request: ${name}, against /health`, cpu[name] / cpu.health, { atMost: goal })
}

/** What the first request of a manifest costs after each change of the title. */
async function coldManifest({ base, pid }: Service, id: number): Promise<void> {
  const times: number[] = []
  for (let n = 0; n < 7; n++) {
    const answer = await fetch(`${base}/api/v1/tree/${id}`, {
      method: 'PATCH',
      headers: { authorization, 'content-type': 'application/json', 'if-match': '*' },
      body: JSON.stringify({ caption: `Large ${n}` }),
    })
    if (!answer.ok) throw new Error(await answer.text())
    await pause(2500)
    const before = threadSeconds(pid)
    const { status } = await fetchOnce(`${base}/iiif/presentation/3/${id}/manifest`)
    if (status !== 200) throw new Error(`manifest: ${status}`)
    times.push((threadSeconds(pid) - before) * 1000)
  }
  report(`processor time of a manifest of ${pages} pages after a change`, median(times), { atMost: 60 }, 'ms')
}

/** A manifest that is kept, asked for while somebody stores records elsewhere. */
async function whileOthersWrite({ base }: Service, id: number): Promise<void> {
  const url = `${base}/iiif/presentation/3/${id}/manifest`
  const one = async () => (await fetchOnce(url)).ms
  const some = async () => {
    const times: number[] = []
    for (let n = 0; n < 100; n++) times.push(await one())
    return median(times)
  }
  await one()
  const quiet = await some()
  let isWriting = true
  const writing = (async () => {
    while (isWriting) await call(base, posted, mods, record())
  })()
  const busy = await some()
  isWriting = false
  await writing
  report(
    `a manifest of ${pages} pages that is kept, while records are posted, against the same without`,
    busy / quiet,
    { atMost: 4 },
  )
}

export async function benchRequests(): Promise<void> {
  const bench = await benchServer()
  const folder = mkdtempSync(join(tmpdir(), 'firefolio-bench-requests-'))
  const children: ChildProcess[] = []
  try {
    const { database, server } = await bench.open('requests')
    const service = await start(server, folder, children)
    const { base } = service
    await call(base, '/api/v1/domains', 'application/json', '{"name":"bench","caption":"Bench"}')
    const some: number[] = []
    for (let n = 0; n < titles; n += 100) some.push(...(await call(base, posted, mods, collection(100))))
    const large = await largeTitle(base)
    const seconds = (await time(() => untilFound(base))) / 1000
    say(`${titles} titles are found ${seconds.toFixed(1)} s after they were posted`)
    await processor(service, { some, large })
    await coldManifest(service, large)
    await whileOthersWrite(service, large)
    await posting(service, database)
  } finally {
    await endAll(children)
    await bench.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Until the index holds all titles. */
async function untilFound(base: string): Promise<void> {
  for (;;) {
    const answer = (await (await fetch(`${base}/api/v1/search?q=flora&limit=1`)).json()) as {
      total?: number
    }
    if ((answer.total ?? 0) >= titles) return
    await pause(200)
  }
}
