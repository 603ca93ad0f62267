// What a module plugs into the service, and what it is handed.
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '../config/options.ts'
import type { TypeSystem } from '../config/types.ts'
import type { Database, Db } from '../firebird/database.ts'
import type { SlowStatements } from '../firebird/slow-statements.ts'
import type { Ingest } from '../imaging/ingest.ts'
import type { Offload } from '../offload/offload.ts'
import type { JobHandler } from '../jobs/runner.ts'
import type { BagStores } from '../storage/bags.ts'
import type { DerivativeCache } from '../storage/cache.ts'
import type { OpenStores } from '../storage/open.ts'
import type { MasterStore, PackStore } from '../storage/stores.ts'

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>

declare module 'fastify' {
  interface FastifyInstance {
    /** What addresses of ours begin with, '' where the host is ours alone (http/prefix.ts) */
    readonly linkPrefix: string
    /** Each refuses a change, before it commits: who touched what they may not change (people/access), or has not said what they must (transitions) */
    readonly beforeCommit: ((request: FastifyRequest, trx: Db) => Promise<void>)[]
  }
}

/** A figure for /metrics: values by their labels (`class="tile"`). */
export interface Figure {
  readonly name: string
  readonly kind: 'counter' | 'gauge'
  readonly help: string
  readonly values: Readonly<Record<string, number>>
}

/** What requests and jobs share; opened once, closed in reverse (services.ts). */
export interface Services {
  readonly config: Config
  readonly database: Database
  readonly db: Db
  /** What is wrong with the private server, as a sentence; undefined while it is well */
  readonly databaseTrouble: () => string | undefined
  readonly types: TypeSystem
  readonly archive: MasterStore
  /** The single stores behind it */
  readonly stores: OpenStores
  /** Where capsules lie */
  readonly bags: BagStores
  readonly cache: DerivativeCache
  readonly packs: PackStore
  /** Makes access packs */
  readonly ingest: Ingest
  /** Work on large documents, away from the event loop */
  readonly offload: Offload
  /** Judges masters; a lane of its own, so that a delivery does not wait for packs */
  readonly judges: Ingest
  readonly log: FastifyBaseLogger
  /** Figures that modules add to /metrics, by module */
  readonly figures: Map<string, () => Figure[] | Promise<Figure[]>>
  /** What the operator should look into soon, as a sentence, by module: /ready is degraded then */
  readonly concerns: Map<string, () => Promise<string | undefined>>
  /** Statements of this process that took longer than [log] slowStatement */
  readonly slowStatements: SlowStatements
  /** A secret of this installation for one purpose, the same after every start. */
  readonly secret: (purpose: string) => Buffer
  /** Address for absolute links, without trailing slash. */
  readonly publicUrl: () => string
}

/** One thing that `firefolio check` found. */
export interface Finding {
  readonly check: string
  readonly nodeId: number | undefined
  readonly sentence: string
  readonly repaired: boolean
}

export interface Check {
  readonly name: string
  /** What must hold, as one sentence. */
  readonly claim: string
  /** Finds what breaks it and, when asked, mends it. */
  run(services: Services, options: { readonly repair: boolean }): Promise<Finding[]>
}

export interface Module {
  readonly name: string
  /** Hooks on the requests of all modules; routes have a scope of their own, and hooks added there see that module's alone */
  readonly hooks?: (app: App, services: Services) => void
  readonly routes?: (app: App, options: { services: Services }) => Promise<void>
  readonly jobs?: Readonly<Record<string, JobHandler<Services>>>
  readonly checks?: readonly Check[]
  /** Looks about each second, where jobs run, whether something is to be done that no job stands for; harmless beside itself. */
  readonly follow?: (services: Services) => Promise<void>
}
