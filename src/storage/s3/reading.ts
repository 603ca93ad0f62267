// Objects read as a stream: where the line breaks, reading goes on from there; what ends too early is no end.
import { createHash } from 'node:crypto'
import type { S3Client } from './client.ts'
import { storeFault } from './faults.ts'

/**
 * The bytes of an object, or of a part of it.
 * @param range both ends are part of it
 * @throws ENOENT where it is not there, EIO where the store holds it and cannot give it back; Refusal unavailable where the store is at fault
 */
export async function* reading(
  client: S3Client,
  key: string,
  range?: { readonly start: number; readonly end: number },
): AsyncGenerator<Buffer> {
  let at = range?.start ?? 0
  let end = range?.end
  let etag: string | undefined
  for (let broken = 0; ; broken++) {
    const isFirst = etag === undefined
    const wanted =
      isFirst && range === undefined ? undefined : { start: at, ...(end === undefined ? {} : { end }) }
    const got = await begun(client, key, wanted, etag)
    if (!got)
      throw Object.assign(new Error('EIO: the object was exchanged while it was read'), { code: 'EIO' })
    etag = got.etag
    end ??= got.bytes - 1
    const before = at
    try {
      for await (const chunk of got.body) {
        at += (chunk as Buffer).length
        yield chunk as Buffer
      }
      if (at > end) return
      throw Object.assign(new Error('The answer ended too early.'), { code: 'EPIPE' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error
      // attempts are counted while nothing comes
      if (at > before) broken = 0
      if (at > end) return
      if (broken + 1 >= client.settings.attempts) throw storeFault(client.settings, error)
    } finally {
      got.body.destroy()
    }
  }
}

/** @throws EIO where this object alone cannot be had: a store that is well tells of damage so */
async function begun(
  client: S3Client,
  key: string,
  range: { readonly start: number; readonly end?: number } | undefined,
  etag: string | undefined,
) {
  try {
    return await client.get(key, range, etag)
  } catch (error) {
    const { cause } = error as Error
    if (
      !(error instanceof Error) ||
      !(cause instanceof Error) ||
      !('status' in cause) ||
      Number(cause.status) < 500
    )
      throw error
    if (cause.status === 507) throw error
    await client.reach()
    throw Object.assign(new Error('EIO: the store cannot give the object back', { cause: error }), {
      code: 'EIO',
    })
  }
}

/** All bytes of a small object; undefined where it is not there. */
export async function readWhole(client: S3Client, key: string): Promise<Buffer | undefined> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of reading(client, key)) chunks.push(chunk)
    return Buffer.concat(chunks)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** SHA-256 of what is stored under a key. */
export async function storedDigest(client: S3Client, key: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of reading(client, key)) hash.update(chunk)
  return hash.digest('hex')
}
