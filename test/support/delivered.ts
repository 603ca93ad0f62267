// A small delivery: a folder of one title with a record, a scan and its text.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { aScan } from './images.ts'
import { modsOf } from './start.ts'
import { altoOf } from './vls.ts'

/** @returns the bytes of its scan */
export async function deliver(folder: string, ident: string): Promise<Buffer> {
  const home = join(folder, ident)
  mkdirSync(join(home, 'ocr'), { recursive: true })
  const scan = await aScan(300, 400).tiff().toBuffer()
  writeFileSync(join(home, 'record.xml'), modsOf(ident, `Delivered ${ident}`))
  writeFileSync(join(home, '1.tif'), scan)
  writeFileSync(join(home, 'ocr/1.xml'), altoOf(1))
  return scan
}
