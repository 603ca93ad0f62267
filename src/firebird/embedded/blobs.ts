// Blobs in segments, the largest that the engine takes.
import type { Engine, NativeAttachment, NativeTransaction } from './engine.ts'

/** What a fetch or a segment answers past the end. */
export const noData = 1

const segmentBytes = 65_535

/** @returns the id under which the blob is bound */
export async function storeBlob(
  engine: Engine,
  attachment: NativeAttachment,
  transaction: NativeTransaction,
  bytes: Buffer,
): Promise<Buffer> {
  const id = Buffer.alloc(8)
  const blob = await engine.call(status => attachment.createBlobAsync(status, transaction, id, 0, undefined))
  for (let at = 0; at < bytes.length; at += segmentBytes) {
    const part = bytes.subarray(at, at + segmentBytes)
    await engine.call(status => blob.putSegmentAsync(status, part.length, part))
  }
  await engine.call(status => blob.closeAsync(status))
  return id
}

export async function readBlob(
  engine: Engine,
  attachment: NativeAttachment,
  transaction: NativeTransaction,
  id: Buffer,
): Promise<Buffer> {
  const blob = await engine.call(status => attachment.openBlobAsync(status, transaction, id, 0, undefined))
  const parts: Buffer[] = []
  const got = new Uint32Array(1)
  for (;;) {
    const part = Buffer.alloc(segmentBytes)
    const state = await engine.call(status => blob.getSegmentAsync(status, segmentBytes, part, got))
    if (state === noData) break
    parts.push(part.subarray(0, got[0]))
  }
  await engine.call(status => blob.closeAsync(status))
  return Buffer.concat(parts)
}
