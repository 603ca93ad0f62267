// Prepared statements of one attachment, kept by their text.
import { kinds } from '../driver.ts'
import type {
  Engine,
  Metadata,
  NativeAttachment,
  NativeStatement,
  NativeTransaction,
  Status,
} from './engine.ts'
import { comfortable, type Field, fieldsOf } from './messages.ts'

const hasCursor = 1
const prefetchAll = 0xf
const statementsKept = 200

export interface Prepared {
  readonly native: NativeStatement
  readonly kind: number
  readonly opensCursor: boolean
  readonly inMetadata: Metadata | undefined
  readonly outMetadata: Metadata | undefined
  readonly input: readonly Field[]
  readonly output: readonly Field[]
  readonly inBytes: number
  readonly outBytes: number
}

export class Statements {
  readonly #engine: Engine
  readonly #attachment: NativeAttachment
  readonly #kept = new Map<string, Prepared>()

  constructor(engine: Engine, attachment: NativeAttachment) {
    this.#engine = engine
    this.#attachment = attachment
  }

  async prepare(transaction: NativeTransaction, sql: string): Promise<Prepared> {
    const known = this.#kept.get(sql)
    if (known) return known
    const native = await this.#engine.call(status =>
      this.#attachment.prepareAsync(status, transaction, 0, sql, 3, prefetchAll),
    )
    const statement = this.#engine.callSync(status => this.#described(status, native))
    if (statement.kind === kinds.ddl) {
      // what was prepared before it may describe what it changes
      await this.clear()
      return statement
    }
    if (this.#kept.size >= statementsKept) {
      const [oldest] = this.#kept
      if (oldest) {
        this.#kept.delete(oldest[0])
        await this.free(oldest[1])
      }
    }
    this.#kept.set(sql, statement)
    return statement
  }

  #described(status: Status, native: NativeStatement): Prepared {
    const inMetadata = comfortable(this.#engine, native.getInputMetadataSync(status))
    const outMetadata = comfortable(this.#engine, native.getOutputMetadataSync(status))
    return {
      native,
      kind: native.getTypeSync(status),
      opensCursor: (native.getFlagsSync(status) & hasCursor) !== 0,
      inMetadata,
      outMetadata,
      input: fieldsOf(status, inMetadata),
      output: fieldsOf(status, outMetadata),
      inBytes: inMetadata?.getMessageLengthSync(status) ?? 0,
      outBytes: outMetadata?.getMessageLengthSync(status) ?? 0,
    }
  }

  /** Gives a statement into the hands of its caller, who frees it: another call of the same text prepares anew. */
  take(sql: string): void {
    this.#kept.delete(sql)
  }

  async free(statement: Prepared): Promise<void> {
    statement.inMetadata?.releaseSync()
    statement.outMetadata?.releaseSync()
    await this.#engine.call(status => statement.native.freeAsync(status)).catch(() => {})
  }

  async clear(): Promise<void> {
    for (const statement of this.#kept.values()) await this.free(statement)
    this.#kept.clear()
  }
}
