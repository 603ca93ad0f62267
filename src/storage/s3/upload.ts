// A file of this machine on its way into an object store: in one piece, or in parts where it is large, so that no more than a few parts are in
// memory. Each piece is signed with its hash, which the store compares; what it says of the whole is compared afterwards, and where that tells
// nothing (stores that encrypt, parts that are hashed in other ways) the object is read back.
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
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

async function piece(file: FileHandle, start: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes)
  for (let read = 0; read < bytes;) {
    const { bytesRead } = await file.read(buffer, read, bytes - read, start + read)
    if (bytesRead === 0)
      throw Object.assign(new Error('EIO: the file became shorter while it was read'), { code: 'EIO' })
    read += bytesRead
  }
  return buffer
}

const md5 = (bytes: Buffer): Buffer => createHash('md5').update(bytes).digest()

interface Sent {
  /** What most stores make of the bytes */
  readonly etag: string
  readonly sha256: string
}

async function inOnePiece(client: S3Client, key: string, file: FileHandle, bytes: number): Promise<Sent> {
  const give = await slots.take()
  try {
    const body = await piece(file, 0, bytes)
    await ended(await client.send('PUT', key, { body }))
    return { etag: md5(body).toString('hex'), sha256: createHash('sha256').update(body).digest('hex') }
  } finally {
    give()
  }
}

/** Ends an upload in parts that will not be completed; what cannot be told to the store now is found by `leftovers`. */
async function abandon(client: S3Client, key: string, uploadId: string): Promise<void> {
  await client
    .send('DELETE', key, { query: { uploadId } }, [404])
    .then(ended)
    .catch(() => {})
}

async function inParts(
  client: S3Client,
  key: string,
  file: FileHandle,
  bytes: number,
  partBytes: number,
): Promise<Sent> {
  const begun = await elementsOf(await client.send('POST', key, { query: { uploads: '' } }))
  const uploadId = begun[0]?.values['UploadId'] ?? ''
  if (uploadId === '') throw storeFault(client.settings, new StoreAnswer(200, 'no UploadId'))
  const count = Math.ceil(bytes / partBytes)
  const tags: string[] = []
  const digests: Buffer[] = []
  const whole = createHash('sha256')
  const underWay = new Set<Promise<void>>()
  let fault: unknown
  try {
    for (let number = 1; number <= count && fault === undefined; number++) {
      const give = await slots.take()
      const start = (number - 1) * partBytes
      const body = await piece(file, start, Math.min(partBytes, bytes - start)).catch((error: unknown) => {
        give()
        throw error
      })
      whole.update(body)
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
    }
    await Promise.all(underWay)
    if (fault !== undefined) throw fault
    const parts = tags.map(
      (tag, at) =>
        `<Part><PartNumber>${at + 1}</PartNumber><ETag>&quot;${tag.replace(/[<&>]/g, '')}&quot;</ETag></Part>`,
    )
    const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
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
    await abandon(client, key, uploadId)
    // another attempt of ours had completed it: what is there is compared
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return {
    etag: `${md5(Buffer.concat(digests)).toString('hex')}-${count}`,
    sha256: whole.digest('hex'),
  }
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
    const sent =
      size <= partBytes
        ? await inOnePiece(client, key, file, size)
        : await inParts(client, key, file, size, partBytes)
    const there = await client.facts(key)
    const isSame =
      there?.bytes === size && (there.etag === sent.etag || (await storedDigest(client, key)) === sent.sha256)
    if (isSame) return
    await client.remove(key)
    throw notKept(client.name)
  } finally {
    await file.close()
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
