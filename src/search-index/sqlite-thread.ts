// The index in a thread of its own: a search that takes its time holds up no request.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { Refusal } from '../errors.ts'
import type { SearchIndex } from './query.ts'
import { SqliteIndex } from './sqlite.ts'

interface Call {
  readonly id: number
  readonly method: string
  readonly args: readonly unknown[]
}
interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

/** What SQLite says of the disk rather than of a question */
const ofDisk = /disk i\/o|disk is full|unable to open|readonly|locked|malformed|not a database/i

/** A fault of the index as what it is to who searches: a part of the service that is away for the moment. */
const faultOf = (message: string): Error =>
  ofDisk.test(message) || /\b(ENOSPC|EDQUOT|EIO|EROFS|EACCES|ENOENT)\b/.test(message)
    ? new Refusal(
        'unavailable',
        'The search index cannot be used for the moment; its disk may be full or fail.',
        { retryAfter: 5 },
        new Error(message),
      )
    : new Error(message)

/** Threads whose index was closed, for the next that is opened: SQLite is compiled and laid out in memory anew for each thread, which takes
 * longer than opening a file. One at most is kept; it holds up no end of the process. */
const atRest: Worker[] = []

/** Those of ours; Node has some of its own, by which it learns of these. */
function withoutListeners(worker: Worker): Worker {
  for (const name of ['message', 'error', 'exit']) worker.removeAllListeners(name)
  return worker
}

function toRest(worker: Worker): void {
  withoutListeners(worker)
  worker.on('error', () => {}) // it is over then
  worker.once('exit', () => void atRest.splice(atRest.indexOf(worker), 1))
  atRest.push(worker)
}

function aThread(): Worker {
  const kept = atRest.pop()
  return kept
    ? withoutListeners(kept)
    : new Worker(new URL(import.meta.url), { workerData: { searchIndex: true } })
}

/** Opens the index of a file in a thread of its own. */
export function openIndex(file: string, maxHits: number, mark: string): SearchIndex {
  const worker = aThread()
  worker.unref()
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let failure: Error | undefined
  let last = 0
  worker.on('message', ({ id, value, error }: Answer) => {
    const call = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) call?.resolve(value as never)
    else call?.reject(faultOf(error))
    if (waiting.size === 0) worker.unref()
  })
  const fail = (error: Error): void => {
    failure ??= error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('error', error => fail(faultOf(error.message)))
  worker.on('exit', () => fail(new Error('The search index is closed.')))
  const call = <T>(method: string, ...args: unknown[]): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (failure) return reject(failure)
      const id = ++last
      waiting.set(id, { resolve: resolve, reject })
      worker.ref()
      worker.postMessage({ id, method, args } satisfies Call)
    })
  // what is asked behind it waits for it; where it fails, all that is asked does
  call('open', file, maxHits, mark).catch(async (error: Error) => {
    fail(error)
    await worker.terminate()
  })
  return {
    lastNumber: () => call('lastNumber'),
    isComplete: () => call('isComplete'),
    setComplete: () => call('setComplete'),
    textTags: ids => call('textTags', ids),
    apply: (titles, removed, number) => call('apply', titles, removed, number),
    titles: query => call('titles', query),
    pages: (terms, titleIds, scope, range) => call('pages', terms, titleIds, scope, range),
    pageCounts: (terms, titleIds, scope) => call('pageCounts', terms, titleIds, scope),
    scan: (field, from, count, scope) => call('scan', field, from, count, scope),
    suggest: (words, scope, most) => call('suggest', words, scope, most),
    respell: (words, scope) => call('respell', words, scope),
    countsByDomain: scope => call('countsByDomain', scope),
    size: () => call('size'),
    close: async () => {
      if (failure) return
      try {
        await call('close')
      } catch (error) {
        await worker.terminate()
        throw error
      }
      failure ??= new Error('The search index is closed.')
      if (atRest.length === 0) toRest(worker)
      else await worker.terminate()
    },
  }
}

if (!isMainThread && parentPort && (workerData as { searchIndex?: boolean } | null)?.searchIndex) {
  const port = parentPort
  let index: SqliteIndex | undefined
  const answers = ({ method, args }: Call): unknown => {
    if (method === 'open') {
      index = new SqliteIndex(...(args as ConstructorParameters<typeof SqliteIndex>))
      return undefined
    }
    const asked = index?.[method as keyof SqliteIndex] as (...values: readonly unknown[]) => unknown
    if (method !== 'close') return asked.call(index, ...args)
    // nothing of it stays, whether it could be closed or not
    const closed = index
    index = undefined
    return closed?.close()
  }
  port.on('message', (call: Call) => {
    try {
      port.postMessage({ id: call.id, value: answers(call) } satisfies Answer)
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error)
      port.postMessage({ id: call.id, error: sentence } satisfies Answer)
    }
  })
}
