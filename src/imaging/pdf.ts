// Words, labels and outline of a PDF, read in a process of its own, because a PDF that is made to harm may take its time and its memory.
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Refusal } from '../errors.ts'
import { DecoderFault } from './decoding.ts'
import { placeFault } from '../whole-files.ts'
import { decodeOurselves } from './own-decoders.ts'
import { faultOf } from './own-files.ts'
import { contentsFile, type PdfContents } from './pdf-contents.ts'
import { AnsweredLate } from './processes.ts'

export type { PdfContents, PdfPart } from './pdf-contents.ts'

/** All words of a long book */
const timeoutMs = 600_000

/**
 * What a PDF tells of its pages; their words lie in the folder then, as ALTO.
 * @throws Refusal not-processable: encrypted, damaged, without pages; insufficient-storage, unavailable of the folder
 */
export async function readPdfContents(path: string, folder: string): Promise<PdfContents> {
  const name = basename(path)
  const read = decodeOurselves({ kind: 'pdf-contents', source: path, folder }, timeoutMs)
  await read.catch(async (error: unknown) => {
    if (error instanceof AnsweredLate)
      throw new Refusal(
        'not-processable',
        `${name} takes more than ${timeoutMs / 60_000} minutes to be read, and was given up.`,
        {},
        error,
      )
    // what it writes has no place to go, which says nothing about the PDF
    const fault = faultOf(error)
    if (fault && fault.code !== 'ENOENT') throw await placeFault(error, { option: 'TMPDIR', folder })
    throw new Refusal(
      'not-processable',
      error instanceof DecoderFault && /password|security/i.test(error.message)
        ? `${name} is encrypted and opens with a password alone: take the protection off, and deliver it again.`
        : `${name} is damaged, or no PDF at all: it cannot be opened.`,
      {},
      error,
    )
  })
  const contents = JSON.parse(await readFile(join(folder, contentsFile), 'utf8')) as PdfContents
  if (contents.pages.length === 0) throw new Refusal('not-processable', `${name} is a PDF without pages.`)
  return contents
}
