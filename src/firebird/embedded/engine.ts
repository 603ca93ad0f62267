// Firebird's engine inside this process, through the package node-firebird-driver-native: what of its interface is used here,
// and how it is loaded. The package compiles for minutes, so it is installed only by whoever asks for [database] direct.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Refusal } from '../../errors.ts'
import { root } from '../../root.ts'
import { FirebirdFault, type FaultKind } from '../faults.ts'
import { findInstallation } from '../server/installation.ts'

export interface Status {
  disposeSync(): void
}
export interface Metadata {
  getCountSync(status: Status): number
  getAliasSync(status: Status, at: number): string
  getTypeSync(status: Status, at: number): number
  getSubTypeSync(status: Status, at: number): number
  getLengthSync(status: Status, at: number): number
  getScaleSync(status: Status, at: number): number
  getOffsetSync(status: Status, at: number): number
  getNullOffsetSync(status: Status, at: number): number
  getCharSetSync(status: Status, at: number): number
  getMessageLengthSync(status: Status): number
  getBuilderSync(status: Status): MetadataBuilder
  releaseSync(): number
}
export interface MetadataBuilder {
  setTypeSync(status: Status, at: number, type: number): void
  setLengthSync(status: Status, at: number, length: number): void
  setScaleSync(status: Status, at: number, scale: number): void
  setCharSetSync(status: Status, at: number, charSet: number): void
  getMetadataSync(status: Status): Metadata
  releaseSync(): number
}
export interface NativeBlob {
  putSegmentAsync(status: Status, length: number, bytes: Uint8Array): Promise<void>
  getSegmentAsync(status: Status, length: number, into: Uint8Array, got: Uint32Array): Promise<number>
  closeAsync(status: Status): Promise<void>
}
export interface NativeCursor {
  fetchNextAsync(status: Status, into: Uint8Array): Promise<number>
  closeAsync(status: Status): Promise<void>
}
export interface NativeTransaction {
  commitAsync(status: Status): Promise<void>
  rollbackAsync(status: Status): Promise<void>
}
export interface NativeStatement {
  getTypeSync(status: Status): number
  getFlagsSync(status: Status): number
  getAffectedRecordsSync(status: Status): number
  getInputMetadataSync(status: Status): Metadata | undefined
  getOutputMetadataSync(status: Status): Metadata | undefined
  executeAsync(
    status: Status,
    transaction: NativeTransaction,
    inMetadata: Metadata | undefined,
    input: Uint8Array | undefined,
    outMetadata: Metadata | undefined,
    output: Uint8Array | undefined,
  ): Promise<unknown>
  openCursorAsync(
    status: Status,
    transaction: NativeTransaction,
    inMetadata: Metadata | undefined,
    input: Uint8Array | undefined,
    outMetadata: Metadata | undefined,
    flags: number,
  ): Promise<NativeCursor>
  freeAsync(status: Status): Promise<void>
}
export interface NativeAttachment {
  startTransactionAsync(status: Status, length: number, bytes: Uint8Array): Promise<NativeTransaction>
  prepareAsync(
    status: Status,
    transaction: NativeTransaction,
    length: number,
    sql: string,
    dialect: number,
    flags: number,
  ): Promise<NativeStatement>
  createBlobAsync(
    status: Status,
    transaction: NativeTransaction,
    id: Uint8Array,
    length: number,
    parameters: Uint8Array | undefined,
  ): Promise<NativeBlob>
  openBlobAsync(
    status: Status,
    transaction: NativeTransaction,
    id: Uint8Array,
    length: number,
    parameters: Uint8Array | undefined,
  ): Promise<NativeBlob>
  cancelOperationAsync(status: Status, option: number): Promise<void>
  detachAsync(status: Status): Promise<void>
}
interface Provider {
  attachDatabaseAsync(
    status: Status,
    file: string,
    length: number,
    bytes: Uint8Array,
  ): Promise<NativeAttachment>
  createDatabaseAsync(
    status: Status,
    file: string,
    length: number,
    bytes: Uint8Array,
  ): Promise<NativeAttachment>
}

/** The engine reports in sentences, without the codes that a server sends. */
const kindsByText: readonly (readonly [RegExp, FaultKind])[] = [
  [
    /^deadlock|update conflicts with concurrent update|lock conflict|lock time-?out|object .* is in use/i,
    'conflict',
  ],
  [/violation of PRIMARY or UNIQUE KEY|attempt to store duplicate value/i, 'unique'],
  [/violation of FOREIGN KEY/i, 'foreign-key'],
  [/CHECK constraint/i, 'check'],
  [/^validation error for column/i, 'not-null'],
  [/string right truncation|numeric overflow|numeric value is out of range/i, 'too-long'],
  [/^exception \d+/i, 'exception'],
  [/read-only transaction/i, 'read-only'],
  [/operation was cancelled/i, 'timeout'],
  [/^I\/O error|open file|on-disk structure|database .* shutdown/i, 'no-database'],
]

/** What the engine threw, as a fault with a kind. */
export function embeddedFault(error: unknown): FirebirdFault {
  if (error instanceof FirebirdFault) return error
  const message = (error instanceof Error ? error.message : String(error)).replaceAll('\n-', '\n')
  const kind = kindsByText.find(([pattern]) => pattern.test(message))?.[1] ?? 'other'
  const constraint = /constraint "([^"]+)"/.exec(message)?.[1]
  return new FirebirdFault(kind, message, {
    cause: error,
    ...(constraint === undefined ? {} : { constraint }),
  })
}

export class Engine {
  readonly #master: { getStatusSync(): Status }
  readonly #provider: Provider

  constructor(client: { master: { getStatusSync(): Status }; dispatcher: Provider }) {
    this.#master = client.master
    this.#provider = client.dispatcher
  }

  /** Calls the engine with a status of its own. @throws FirebirdFault */
  async call<T>(work: (status: Status) => Promise<T>): Promise<T> {
    const status = this.#master.getStatusSync()
    try {
      return await work(status)
    } catch (error) {
      throw embeddedFault(error)
    } finally {
      status.disposeSync()
    }
  }

  callSync<T>(work: (status: Status) => T): T {
    const status = this.#master.getStatusSync()
    try {
      return work(status)
    } catch (error) {
      throw embeddedFault(error)
    } finally {
      status.disposeSync()
    }
  }

  attach(file: string): Promise<NativeAttachment> {
    const parameters = databaseParameters()
    return this.call(status =>
      this.#provider.attachDatabaseAsync(status, file, parameters.length, parameters),
    )
  }

  /** Makes a database with pages of 16 KB in UTF-8; fails where the file exists. */
  create(file: string): Promise<NativeAttachment> {
    const pageSize = Buffer.alloc(4)
    pageSize.writeUInt32LE(16_384)
    const parameters = databaseParameters([dpb.pageSize, 4, ...pageSize], text(dpb.setDbCharset, 'UTF8'))
    return this.call(status =>
      this.#provider.createDatabaseAsync(status, file, parameters.length, parameters),
    )
  }
}

/** Tags of the database parameter block (ibase.h). */
const dpb = { version: 1, pageSize: 4, userName: 28, lcCtype: 48, setDbCharset: 68 } as const
const text = (tag: number, value: string): number[] => [tag, value.length, ...Buffer.from(value, 'ascii')]
/** Inside this process the rights of the file decide who may open it: the user is only a name. */
const databaseParameters = (...more: number[][]): Buffer =>
  Buffer.from([dpb.version, ...text(dpb.lcCtype, 'UTF8'), ...text(dpb.userName, 'SYSDBA'), ...more.flat()])

/** Where `npm run direct:install` puts the package: beside node_modules, which npm ci empties. */
const packageFolder = join(root, 'var/direct')

function configure(folder: string): string {
  const installation = findInstallation()
  for (const name of ['lock', 'tmp']) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 })
  writeFileSync(
    join(folder, 'firebird.conf'),
    'Providers = Engine12\nServerMode = Super\nDefaultDbCachePages = 16384\n',
  )
  writeFileSync(
    join(folder, 'plugins.conf'),
    installation.tree
      ? `Plugin = Engine12 {\n\tModule = ${join(installation.plugins, 'libEngine12')}\n}\n`
      : '',
  )
  Object.assign(process.env, {
    FIREBIRD: folder,
    FIREBIRD_LOCK: join(folder, 'lock'),
    FIREBIRD_TMP: join(folder, 'tmp'),
    FIREBIRD_MSG: installation.messages,
    TZ: 'UTC',
  })
  return join(installation.messages, '../..', 'libfbclient.so.2')
}

/**
 * Loads the engine, once a process.
 * @param folder for its locks and configuration
 * @throws Refusal unavailable where the package is not installed, with the command that installs it
 */
export function loadEngine(folder: string): Engine {
  return (loaded ??= load(folder))
}

/** One a process: the library keeps its first configuration. */
let loaded: Engine | undefined

function load(folder: string): Engine {
  const packageFile = join(packageFolder, 'node_modules/node-firebird-driver-native/package.json')
  if (!existsSync(packageFile))
    throw new Refusal(
      'unavailable',
      '[database] direct = true needs the package node-firebird-driver-native, which is not installed because it compiles for minutes. Run: npm run direct:install',
    )
  const library = configure(folder)
  const { createNativeClient } = createRequire(packageFile)('node-firebird-driver-native') as {
    createNativeClient: (library: string) => ConstructorParameters<typeof Engine>[0]
  }
  return new Engine(createNativeClient(library))
}
