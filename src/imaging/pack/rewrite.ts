// Changes in place to a TIFF that libvips has written: exact sizes of the levels, and a private tag on the first IFD.
import type { FileHandle } from 'node:fs/promises'
import type { TiffPyramid } from '../../formats/tiff/pyramid.ts'
import { writeWhole } from '../../whole-files.ts'

const widthTag = 256
const heightTag = 257
const shortType = 3
const undefinedType = 7

interface Layout {
  readonly countBytes: 2 | 8
  readonly entryBytes: 12 | 20
  readonly pointerBytes: 4 | 8
  /** Where the header names the first IFD */
  readonly headerAt: 4 | 8
}
const classic: Layout = { countBytes: 2, entryBytes: 12, pointerBytes: 4, headerAt: 4 }
const big: Layout = { countBytes: 8, entryBytes: 20, pointerBytes: 8, headerAt: 8 }

async function readAll(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, offset)
  if (bytesRead !== length) throw new RangeError('The TIFF ends too early.')
  return buffer
}

async function readIfd(file: FileHandle, layout: Layout, offset: number) {
  const head = await readAll(file, offset, layout.countBytes)
  const count = layout === big ? Number(head.readBigUInt64LE(0)) : head.readUInt16LE(0)
  const body = await readAll(
    file,
    offset + layout.countBytes,
    count * layout.entryBytes + layout.pointerBytes,
  )
  return { count, body, bodyAt: offset + layout.countBytes }
}

/** Writes the width and height that a level has without its padding; libvips writes little-endian. */
export async function setLevelSize(
  file: FileHandle,
  pyramid: TiffPyramid,
  level: number,
  size: { readonly width: number; readonly height: number },
): Promise<void> {
  const layout = pyramid.bigTiff ? big : classic
  const { count, body, bodyAt } = await readIfd(file, layout, pyramid.levels[level]?.ifdOffset ?? 0)
  for (let n = 0; n < count; n++) {
    const at = n * layout.entryBytes
    const tag = body.readUInt16LE(at)
    if (tag !== widthTag && tag !== heightTag) continue
    const value = Buffer.alloc(body.readUInt16LE(at + 2) === shortType ? 2 : 4)
    value.writeUIntLE(tag === widthTag ? size.width : size.height, 0, value.length)
    await writeWhole(file, value, bodyAt + at + (layout === big ? 12 : 8))
  }
}

/** Appends the bytes of a tag and a copy of the first IFD that names them. @returns the new length of the file */
export async function addTag(
  file: FileHandle,
  pyramid: TiffPyramid,
  tag: number,
  bytes: Buffer,
  end: number,
): Promise<number> {
  const layout = pyramid.bigTiff ? big : classic
  await writeWhole(file, bytes, end)
  const ifdAt = end + bytes.length + (bytes.length & 1)
  const { count, body } = await readIfd(file, layout, pyramid.firstIfd)
  const entry = Buffer.alloc(layout.entryBytes)
  entry.writeUInt16LE(tag, 0)
  entry.writeUInt16LE(undefinedType, 2)
  const head = Buffer.alloc(layout.countBytes)
  const pointer = Buffer.alloc(layout.pointerBytes)
  if (layout === big) {
    entry.writeBigUInt64LE(BigInt(bytes.length), 4)
    entry.writeBigUInt64LE(BigInt(end), 12)
    head.writeBigUInt64LE(BigInt(count + 1))
    pointer.writeBigUInt64LE(BigInt(ifdAt))
  } else {
    entry.writeUInt32LE(bytes.length, 4)
    entry.writeUInt32LE(end, 8)
    head.writeUInt16LE(count + 1)
    pointer.writeUInt32LE(ifdAt)
  }
  const entriesEnd = count * layout.entryBytes
  // entries stand in order of their tags; a private tag comes behind all that libvips writes
  const ifd = Buffer.concat([head, body.subarray(0, entriesEnd), entry, body.subarray(entriesEnd)])
  await writeWhole(file, ifd, ifdAt)
  await writeWhole(file, pointer, layout.headerAt)
  return ifdAt + ifd.length
}
