// How many pages a TIFF has, by its directories alone; what is damaged is told when it is judged.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { Refusal } from '../../errors.ts'
import { examineTiff } from '../../formats/tiff/examine.ts'
import type { FileKind } from './kinds.ts'

export function pagesOfTiff(path: string): number {
  if (!/\.tiff?$/i.test(path)) return 1
  const file = openSync(path, 'r')
  try {
    const read = (offset: number, length: number) => {
      const buffer = Buffer.alloc(length)
      return buffer.subarray(0, readSync(file, buffer, 0, length, offset))
    }
    return examineTiff(read, fstatSync(file).size).pages.length
  } catch (error) {
    if (error instanceof Refusal) return 1
    throw error
  } finally {
    closeSync(file)
  }
}

/** Whether a file alone may be a title: a PDF, or a TIFF of several pages. */
export const isWholeTitle = ({ path, kind }: { readonly path: string; readonly kind: FileKind }): boolean =>
  kind === 'pdf' || (kind === 'image' && pagesOfTiff(path) > 1)
