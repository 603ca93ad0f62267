import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import { buildApp, follow, jobHandlers } from '../../src/app.ts'
import { readConfig } from '../../src/config/read.ts'
import { FirebirdFault } from '../../src/firebird/faults.ts'
import type { App } from '../../src/http/module.ts'
import { Ingest } from '../../src/imaging/ingest.ts'
import { JobRunner } from '../../src/jobs/runner.ts'
import { createLog, type OpenServices, openServices } from '../../src/services.ts'
import { isAtLength } from './at-length.ts'
import { writtenBothWays } from './both-ways.ts'
import { conforming } from './conforms.ts'
import { findings } from './findings.ts'
import { copyTemplate, isDirect, testEngine, testServer } from './database.ts'

export const operatorKey = 'test-operator-key'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Parsed JSON, else the text */
  readonly body: any
  readonly raw: Buffer
}

export interface TestApp {
  readonly app: App
  readonly services: OpenServices
  /** As the operator */
  readonly call: (
    method: string,
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer>
  /** As the public */
  readonly read: (url: string, headers?: Record<string, string>) => Promise<Answer>
  /** Runs the jobs that are due. */
  readonly drain: () => Promise<number>
  readonly folder: string
  readonly databaseFile: string
}

/**
 * Processes that judge masters and make packs, for all services that a process of tests opens one after the other: two of its own for each
 * began again and again. They end with whoever gives them orders.
 */
let kept: Pick<OpenServices, 'ingest' | 'judges'> | undefined
function decoders({ images }: OpenServices['config']): Pick<OpenServices, 'ingest' | 'judges'> {
  const options = { timeoutMs: images.ingestTimeout * 1000, memoryMegabytes: images.ingestMemory }
  kept ??= {
    ingest: new Ingest({ ...options, processes: images.ingestProcesses }),
    judges: new Ingest({ ...options, processes: images.judgeProcesses }),
  }
  return kept
}

/** What `check` finds when a test is done; nothing of one that has closed its service itself. */
const leftBehind = (services: OpenServices): Promise<string[]> =>
  findings(services).catch((error: unknown) => {
    if (error instanceof FirebirdFault && error.kind === 'pool') return []
    throw error
  })

type Teardown = { teardown(work: () => Promise<void> | void): void }

/** The service on a database of its own; closed and removed with the test. @param from a database and a folder to begin with */
export async function start(
  t: Teardown,
  environment: Record<string, string> = {},
  from?: { readonly file: string; readonly folder: string },
): Promise<TestApp> {
  if (isDirect) testEngine()
  const server = testServer()
  const file = copyTemplate(server, from?.file)
  const folder = mkdtempSync(join(tmpdir(), 'firefolio-test-'))
  if (from) cpSync(from.folder, folder, { recursive: true })
  const { config } = readConfig(undefined, {
    FIREFOLIO_DATABASE_HOST: `${server.host}/${server.port}`,
    FIREFOLIO_DATABASE_FILE: file,
    FIREFOLIO_DATABASE_DIRECT: String(isDirect),
    FIREFOLIO_DATABASE_USER: 'SYSDBA',
    FIREFOLIO_DATABASE_PASSWORD: server.password,
    FIREFOLIO_DATABASE_ROLE: '',
    FIREFOLIO_DATABASE_POOLSIZE: '6',
    FIREFOLIO_PATH_VAR: folder,
    FIREFOLIO_ACCESS_OPERATORKEY: operatorKey,
    // what a clock adds would be a job too many in a test
    FIREFOLIO_SCHEDULE_TIDY: '',
    FIREFOLIO_SCHEDULE_FIXITY: '',
    FIREFOLIO_SCHEDULE_CAPSULECHECK: '',
    FIREFOLIO_SCHEDULE_ACCESSLOG: '',
    FIREFOLIO_LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
    ...environment,
  })
  const opened = await openServices(config, createLog(config))
  // who sets how images are decoded has decoders of that kind
  const hasOwn = Object.keys(environment).some(name => /^FIREFOLIO_IMAGES_(INGEST|JUDGE)/.test(name))
  const services = hasOwn ? opened : { ...opened, ...decoders(config) }
  const app = conforming(await buildApp(services, writtenBothWays))
  t.teardown(async () => {
    const left = isAtLength ? await leftBehind(services) : []
    await app.close()
    await services.close()
    rmSync(file, { force: true })
    // a rendering that nobody waits for may still be laid down
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    if (left.length > 0) throw new Error(`‘check’ finds in what the test leaves: ${left.join(' ')}`)
  })
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
  const inject = async (options: InjectOptions): Promise<Answer> => {
    const answer = await app.inject(options)
    // where the server keeps its files is nobody's business
    if (!options.headers?.['authorization'] && answer.rawPayload.includes(folder))
      throw new Error(
        `${JSON.stringify(options.url)} tells a path of the server: ${answer.body.slice(0, 500)}`,
      )
    const isJson =
      /json/.test(String(answer.headers['content-type'] ?? '')) && !answer.headers['content-encoding']
    return {
      status: answer.statusCode,
      headers: answer.headers as never,
      body:
        isJson && answer.body !== '' && !/ndjson/.test(String(answer.headers['content-type']))
          ? JSON.parse(answer.body)
          : answer.body,
      raw: answer.rawPayload,
    }
  }
  return {
    app,
    services,
    folder,
    databaseFile: file,
    call: (method, url, body, headers = {}) =>
      inject({
        method: method as 'GET',
        url,
        headers: { authorization: `Bearer ${operatorKey}`, ...headers },
        ...(body === undefined ? {} : { payload: body as never }),
      }),
    read: (url, headers = {}) => inject({ method: 'GET', url, headers }),
    drain: () => runner.drain(),
  }
}

/**
 * Another process of the same installation, as far as it shares nothing but the database and the folders with the first.
 * @param searches with an index of its own, because one has one owner
 */
export async function aSecondProcess(
  t: Teardown,
  { services: { config }, folder }: TestApp,
  searches = false,
): Promise<App> {
  const alone = {
    ...config,
    search: { ...config.search, on: searches },
    path: { ...config.path, ...(searches ? { varFast: join(folder, 'second') } : {}) },
  }
  const services = await openServices(alone, createLog(config))
  const app = conforming(await buildApp(services, writtenBothWays))
  t.teardown(async () => {
    await app.close()
    await services.close()
  })
  return app
}

export const modsOf = (record: string, title: string, more = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<mods xmlns="http://www.loc.gov/mods/v3" version="3.8">\n  <titleInfo><title>${title}</title></titleInfo>${more}\n  <recordInfo><recordIdentifier source="test">${record}</recordIdentifier></recordInfo>\n</mods>\n`

export const asMods = { 'content-type': 'application/mods+xml' }

/** A domain by API. @returns its id */
export async function aDomain(app: TestApp, name = 'lib', more: object = {}): Promise<number> {
  return (await app.call('POST', '/api/v1/domains', { name, caption: `Domain ${name}`, ...more })).body
    .id as number
}

let records = 0
/** A title by API, released on wish. @returns its id */
export async function aTitle(
  app: TestApp,
  options: {
    domain?: string
    parent?: number
    title?: string
    type?: string
    release?: boolean
    pages?: number
  } = {},
): Promise<number> {
  const { domain = 'lib', title = 'A title', type = 'monograph', release = false, pages = 0 } = options
  const where = options.parent === undefined ? `domain=${domain}` : `parent=${options.parent}`
  const answer = await app.call(
    'POST',
    `/api/v1/titles?${where}&type=${type}&release=${release}`,
    modsOf(`r${++records}`, title),
    asMods,
  )
  const id = answer.body.items[0].id as number
  if (pages > 0)
    await app.call('POST', `/api/v1/titles/${id}/pages`, {
      pages: Array.from({ length: pages }, (_, at) => ({ ident: `p${at + 1}`, release })),
    })
  return id
}
