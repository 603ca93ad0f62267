// A file of this machine on its way into an object store: in one piece, or in parts where it is large, so that no more than a few parts are in
// memory. Each piece is signed with its hash, which the store compares; what it says of the whole is compared afterwards, and where that tells
// nothing (stores that encrypt, parts that are hashed in other ways) the object is read back.
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { Refusal } from '../../errors.ts'
import { codeIn, ended, etagOf, type S3Client } from './client.ts'
import { elementsOf } from './answers.ts'
import { notKept, StoreAnswer, storeFault } from './faults.ts'
import type { Leftover } from '../stores.ts'
import { storedDigest } from './reading.ts'

/** The most that S3 allows */
const mostParts = 10_000
const mib = 1024 * 1024

/** Parts of all uploads of a process that are in memory at once. */
class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
    return () => {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }
}
const slots = new Slots(4)

/** The next piece of what is sent; empty at its end. */
type Pieces = () => Promise<Buffer>

/** Pieces of a file. */
function piecesOf(file: FileHandle, size: number, partBytes: number): Pieces {
  let at = 0
  return async () => {
    const buffer = Buffer.allocUnsafe(Math.min(partBytes, size - at))
    for (let read = 0; read < buffer.length;) {
      const { bytesRead } = await file.read(buffer, read, buffer.length - read, at + read)
      if (bytesRead === 0)
        throw Object.assign(new Error('EIO: the file became shorter while it was read'), { code: 'EIO' })
      read += bytesRead
    }
    at += buffer.length
    return buffer
  }
}

/** Pieces of a stream. */
function piecesFrom(source: AsyncIterator<Uint8Array>, partBytes: number): Pieces {
  let rest: Uint8Array = Buffer.alloc(0)
  return async () => {
    const chunks = [rest]
    let bytes = rest.length
    while (bytes < partBytes) {
      const next = await source.next()
      if (next.done) break
      chunks.push(next.value)
      bytes += next.value.length
    }
    const all = chunks.length === 1 ? Buffer.from(rest) : Buffer.concat(chunks)
    rest = all.subarray(partBytes)
    return all.subarray(0, partBytes)
  }
}

const md5 = (bytes: Buffer): Buffer => createHash('md5').update(bytes).digest()

interface Sent {
  readonly bytes: number
  /** What most stores make of the bytes */
  readonly etag: string
  readonly sha256: string
}

async function inOnePiece(client: S3Client, key: string, body: Buffer): Promise<Sent> {
  await ended(await client.send('PUT', key, { body }))
  return {
    bytes: body.length,
    etag: md5(body).toString('hex'),
    sha256: createHash('sha256').update(body).digest('hex'),
  }
}

/** Ends an upload in parts that will not be completed; what cannot be told to the store now is found by `leftovers`. */
async function abandon(client: S3Client, key: string, uploadId: string): Promise<void> {
  await client
    .send('DELETE', key, { query: { uploadId } }, [404])
    .then(ended)
    .catch(() => {})
}

/** A piece in memory, and what makes room for another one. */
interface Held {
  readonly body: Buffer
  readonly give: () => void
}

async function held(pieces: Pieces): Promise<Held> {
  const give = await slots.take()
  try {
    return { body: await pieces(), give }
  } catch (error) {
    give()
    throw error
  }
}

async function inParts(client: S3Client, key: string, pieces: Pieces, first: Held): Promise<Sent> {
  const tags: string[] = []
  const digests: Buffer[] = []
  const whole = createHash('sha256')
  const underWay = new Set<Promise<void>>()
  let next: Held | undefined = first
  let [bytes, uploadId, isComplete] = [0, '', false]
  let fault: unknown
  try {
    const begun = await elementsOf(await client.send('POST', key, { query: { uploads: '' } }))
    uploadId = begun[0]?.values['UploadId'] ?? ''
    if (uploadId === '') throw storeFault(client.settings, new StoreAnswer(200, 'no UploadId'))
    for (let number = 1; next.body.length > 0 && fault === undefined; number++) {
      if (number > mostParts)
        throw new Refusal(
          'too-large',
          `A file is larger than ${mostParts} parts of [store.${client.name}] partMegabytes.`,
        )
      const { body, give }: Held = next
      next = undefined
      whole.update(body)
      bytes += body.length
      digests[number - 1] = md5(body)
      const sending = client
        .send('PUT', key, { query: { partNumber: String(number), uploadId }, body })
        .then(async answer => {
          await ended(answer)
          tags[number - 1] = etagOf(answer)
        })
        .catch((error: unknown) => (fault ??= error))
        .then(() => {
          give()
          underWay.delete(sending)
        })
      underWay.add(sending)
      next = await held(pieces)
    }
    await Promise.all(underWay)
    if (fault !== undefined) throw fault
    const parts = tags.map(
      (tag, at) =>
        `<Part><PartNumber>${at + 1}</PartNumber><ETag>&quot;${tag.replace(/[<&>]/g, '')}&quot;</ETag></Part>`,
    )
    const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
    isComplete = true
    const answer = await client.send('POST', key, {
      query: { uploadId },
      headers: { 'content-type': 'application/xml' },
      body,
    })
    // an assembly that failed after it had begun is told in an answer that began with 200
    const code = codeIn(await elementsOf(answer))
    if (code !== '') throw storeFault(client.settings, new StoreAnswer(200, code))
  } catch (error) {
    await Promise.allSettled(underWay)
    if (uploadId !== '') await abandon(client, key, uploadId)
    // another attempt of ours had completed it: what is there is compared
    if (!isComplete || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  } finally {
    next?.give()
  }
  return {
    bytes,
    etag: `${md5(Buffer.concat(digests)).toString('hex')}-${tags.length}`,
    sha256: whole.digest('hex'),
  }
}

/** @param mostBytes of what is sent in one piece */
async function send(client: S3Client, key: string, pieces: Pieces, mostBytes: number): Promise<void> {
  const first = await held(pieces)
  let sent: Sent
  if (first.body.length <= mostBytes)
    try {
      sent = await inOnePiece(client, key, first.body)
    } finally {
      first.give()
    }
  else sent = await inParts(client, key, pieces, first)
  const there = await client.facts(key)
  const isSame =
    there?.bytes === sent.bytes &&
    (there.etag === sent.etag || (await storedDigest(client, key)) === sent.sha256)
  if (isSame) return
  await client.remove(key)
  throw notKept(client.name)
}

/**
 * Sends a file of this machine; when it resolves, the store has all of it.
 * @throws Refusal unavailable, insufficient-storage; a system error of the file
 */
export async function upload(client: S3Client, key: string, path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const partBytes = Math.max(client.settings.partMegabytes * mib, Math.ceil(size / mostParts))
    await send(client, key, piecesOf(file, size, partBytes), size <= partBytes ? partBytes : 0)
  } finally {
    await file.close()
  }
}

/**
 * Sends what a source gives, of a length that nobody knows before; no more than a part of it is in memory, and those under way.
 * @throws what the source throws: nothing stays behind; Refusal unavailable, insufficient-storage, too-large
 */
export async function uploadStream(
  client: S3Client,
  key: string,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const partBytes = client.settings.partMegabytes * mib
  const iterator = source[Symbol.asyncIterator]()
  try {
    // less than a part is all of it
    await send(client, key, piecesFrom(iterator, partBytes), partBytes - 1)
  } finally {
    await iterator.return?.()
  }
}

interface OpenUpload {
  readonly key: string
  readonly uploadId: string
  readonly begunAt: Date
}

/** Uploads in parts below a prefix that nobody has completed. */
async function openUploads(client: S3Client, below: string): Promise<OpenUpload[]> {
  const found: OpenUpload[] = []
  const prefix = `${client.settings.prefix}${below}`
  for (let after: Record<string, string> = {}; ;) {
    // stores that do not list them end them by a rule of their own
    const answer = await client.send(
      'GET',
      undefined,
      { query: { uploads: '', prefix, ...after } },
      [400, 404, 405, 501],
    )
    const elements = await elementsOf(answer)
    if ((answer.statusCode ?? 0) >= 300) return found
    for (const { name, values } of elements)
      if (name === 'Upload')
        found.push({
          key: (values['Key'] ?? '').slice(client.settings.prefix.length),
          uploadId: values['UploadId'] ?? '',
          begunAt: new Date(values['Initiated'] ?? ''),
        })
    const result = elements.find(({ name }) => name === 'ListMultipartUploadsResult')?.values
    if (result?.['IsTruncated'] !== 'true') return found
    after = {
      'key-marker': result['NextKeyMarker'] ?? '',
      'upload-id-marker': result['NextUploadIdMarker'] ?? '',
    }
  }
}

/** Parts that killed uploads left in the store: they take room, and no list of objects shows them. */
export async function leftUploads(client: S3Client, below: string, ageMs: number): Promise<Leftover[]> {
  return (await openUploads(client, below))
    .filter(({ begunAt }) => Date.now() - begunAt.getTime() > ageMs)
    .map(({ key, uploadId }) => ({
      name: `an upload in parts of ${key}`,
      remove: () => abandon(client, key, uploadId),
    }))
}
