// Two servers and two workers on one database, of which one each is killed again and again while imports, packs, identifiers, batches, letters
// of transitions and renumbered records wait: in the end each job has had its effect once.
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { sql } from 'kysely'
import { packStates } from '../../src/images/packs/codes.ts'
import { delivery, runCli, runServer } from '../support/crashes.ts'
import { findings } from '../support/findings.ts'
import { aDomain, aTitle, type TestApp } from '../support/start.ts'
import { until } from '../support/until.ts'

type Promised = (sentence: string, holds: boolean, figure: unknown) => void

const imports = Number(process.env['FIREFOLIO_CASES'] ?? 30)
const pagesOfTitle = 3
/** Each changes all captions of a domain once more */
const batches = 10
const marked = 60
const told = 30
/** What the service is ordered to do by the options of all processes. */
export const serversEnvironment = {
  FIREFOLIO_JOBS_LEASE: '5',
  FIREFOLIO_JOBS_POLL: '100',
  FIREFOLIO_LIMITS_SYNCBATCH: '10',
  FIREFOLIO_IDENTIFIERS_ON: 'true',
  FIREFOLIO_IDENTIFIERS_URN: 'urn:nbn:de:xyz-{id}',
  FIREFOLIO_IDENTIFIERS_PAGEURNS: 'true',
  FIREFOLIO_WEBHOOK_PRIVATENETWORKS: 'true',
}
const random = (from: number, to: number): number => Math.round(from + Math.random() * (to - from))

/** Orders all that is to be done; nobody works yet. @returns ids of the jobs of the batches */
async function order(app: TestApp, hook: string): Promise<void> {
  const { call, services } = app
  for (const name of ['lib', 'marked', 'told']) {
    await aDomain(app, name)
    await call(
      'PATCH',
      `/api/v1/domains/${name}/config`,
      { 'identifiers.titles': 'all' },
      { 'if-match': '*' },
    )
  }
  await call('POST', '/api/v1/transitions', {
    name: 'tell',
    domain: 'told',
    change: 'release',
    webhook: hook,
  })
  for (let n = 0; n < told; n++) await aTitle(app, { domain: 'told', title: `Told ${n}`, release: true })
  for (let n = 0; n < marked; n++) await aTitle(app, { domain: 'marked', title: `Marked ${n}` })
  for (let n = 0; n < batches; n++) {
    const answer = await call('POST', '/api/v1/titles/batch', {
      search: { domain: 'marked' },
      changes: [{ field: 'caption', action: 'replace', find: '$', pattern: true, with: `+${n}` }],
    })
    if (answer.status !== 202) throw new Error(JSON.stringify(answer.body).slice(0, 500))
  }
  const folder = join(services.config.path.import, 'box')
  mkdirSync(folder, { recursive: true })
  await delivery(folder, imports, pagesOfTitle)
  for (let n = 1; n <= imports; n++) {
    const answer = await call('POST', '/api/v1/imports', {
      domain: 'lib',
      path: `box/title-${n}/mets.xml`,
      release: true,
    })
    if (answer.status !== 202) throw new Error(JSON.stringify(answer.body).slice(0, 500))
  }
}

export async function servers(app: TestApp, promise: Promised): Promise<void> {
  const { db } = app.services
  /** How often each message arrived, by its id */
  const messages = new Map<string, number>()
  const receiver = createServer((request, response) => {
    const id = String(request.headers['webhook-id'])
    request.resume().on('end', () => {
      messages.set(id, (messages.get(id) ?? 0) + 1)
      response.writeHead(204).end()
    })
  })
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve))
  await order(app, `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`)
  const states = async () =>
    (await db.selectFrom('SYS_Job').select(['SJ_State as state', db.fn.countAll<number>().as('n')]).groupBy('SJ_State').execute()) // prettier-ignore
      .map(row => [row.state, Number(row.n)] as const)
  /** No job waits or runs, and nothing new has come of what ended last. */
  let isOver = false
  const began = Date.now()
  const kills = { server: 0, worker: 0 }
  const server = { FIREFOLIO_SEARCH_ON: 'false', FIREFOLIO_LOG_LEVEL: 'silent' }
  /** Lives until all is over, or dies again and again; the last one of those works in peace. */
  const runs = (['server', 'worker'] as const).flatMap(kind =>
    [true, false].map(async isKilled => {
      while (!isOver) {
        const environment = {
          ...serversEnvironment,
          ...server,
          CRASH_AFTER_MS: '30000',
          // in the midst of its work, however slow the machine is
          ...(isKilled
            ? { CRASH_AT_SQL: '^\\s*(insert|update|merge|delete)', CRASH_SKIP: String(random(5, 300)) }
            : {}),
        }
        const { signal, out } =
          kind === 'server'
            ? await runServer(app.services, environment)
            : await runCli(app.services, ['worker'], environment)
        if (signal !== 'SIGKILL') promise(`a ${kind} goes on until it is killed`, false, out.slice(0, 500))
        kills[kind]++
      }
    }),
  )
  await until(
    async () => {
      const open = (await states()).some(([state]) => state === 0 || state === 1)
      const { n } = await db
        .selectFrom('SYS_Outbox')
        .select(db.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return !open && Number(n) === 0
    },
    'all jobs to end',
    900_000,
  )
  isOver = true
  await Promise.all(runs)
  receiver.close()
  await app.drain()
  const seconds = Math.round((Date.now() - began) / 1000)
  promise(
    'every job came to its end',
    (await states()).every(([state]) => state === 2 || state === 4),
    {
      seconds,
      kills,
      states: await states(),
    },
  )
  const { rows: taken } = await sql<{
    n: number
  }>`select count(*) as "n" from SYS_Job where SJ_Attempts > 1`.execute(db)
  promise('some were taken over from the dead', Number(taken[0]?.n) > 0, Number(taken[0]?.n))

  const { rows: titles } = await sql<{ record: string; n: number; pages: number }>`
    select OC_SourceIdent as "record", count(distinct t.OT_ID) as "n", count(p.OT_ID) as "pages" from OPR_Content
    join OPR_Tree t on t.OT_ID = OC_OT_ID join OPR_Domain on OD_ID = t.OT_OD_ID left join OPR_Tree p on p.OT_Path starting with t.OT_Path and p.OT_RCV_Datatype = 3
    where OD_Name = 'lib' group by 1`.execute(db)
  promise(
    `${imports} imports made a title each, with its pages once`,
    titles.length === imports &&
      titles.every(row => Number(row.n) === 1 && Number(row.pages) === pagesOfTitle),
    titles.filter(row => Number(row.n) !== 1 || Number(row.pages) !== pagesOfTitle).slice(0, 3),
  )
  const { rows: captions } = await sql<{ caption: string }>`
    select OT_Caption as "caption" from OPR_Tree join OPR_Domain on OD_ID = OT_OD_ID where OD_Name = 'marked' and OT_RCV_Datatype = 1`.execute(
    db,
  )
  const once = ({ caption }: { caption: string }) => {
    const added = caption.split('+').slice(1)
    return added.length === batches && new Set(added).size === batches
  }
  promise(
    `${batches} batches changed each of ${marked} captions once`,
    captions.length === marked && captions.every(once),
    captions.filter(row => !once(row)).slice(0, 3),
  )
  const { rows: log } = await sql<{ batch: number; n: number }>`
    select SL_Batch as "batch", count(*) as "n" from SYS_Log where SL_Action = 'change-many' group by 1`.execute(
    db,
  )
  promise(
    'and stand in the log once',
    log.length === batches && log.every(row => Number(row.n) === 1),
    log.length,
  )
  const { rows: urns } = await sql<{ node: number; n: number }>`
    select OAS_OT_ID as "node", count(*) as "n" from OPR_Assigned group by 1`.execute(db)
  const wanted = told + imports * (1 + pagesOfTitle)
  promise(
    'each released title and page has one URN',
    urns.length === wanted && urns.every(row => Number(row.n) === 1),
    { urns: urns.length, wanted },
  )
  promise(`${told} messages arrived, each under one id`, messages.size === told, {
    twice: [...messages.values()].filter(times => times > 1).length,
  })
  const { rows: packs } = await sql<{ n: number; packs: number }>`
    select count(*) as "n", count(iif(OPK_State = ${packStates.of('made')}, 1, null)) as "packs" from OPR_Page left join OPR_Pack on OPK_OT_ID = OP_OT_ID`.execute(
    db,
  )
  promise('each page has its pack', Number(packs[0]?.n) === Number(packs[0]?.packs), packs[0])
  const found = await findings(app.services)
  promise('the repository is consistent', found.length === 0, found.slice(0, 5))
}
