// Words, labels and outline of a PDF, read in a process of its own, because a PDF that is made to harm may take its time and its memory.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Refusal } from '../errors.ts'
import { contentsFile, type PdfContents } from './pdf-contents.ts'

export type { PdfContents, PdfPart } from './pdf-contents.ts'

const decoder = fileURLToPath(new URL('./decode-process.js', import.meta.url))
const timeoutMs = 600_000

/**
 * What a PDF tells of its pages; their words lie in the folder then, as ALTO.
 * @throws Refusal not-processable: encrypted, damaged, without pages
 */
export async function readPdfContents(path: string, folder: string): Promise<PdfContents> {
  const name = basename(path)
  try {
    await promisify(execFile)(process.execPath, [decoder, 'pdf-contents', path, folder], {
      timeout: timeoutMs,
    })
  } catch (error) {
    const { stderr = '', killed = false } = error as { stderr?: string; killed?: boolean }
    if (killed)
      throw new Refusal(
        'not-processable',
        `${name} takes more than ${timeoutMs / 60_000} minutes to be read, and was given up.`,
        {},
        error,
      )
    throw new Refusal(
      'not-processable',
      /password|security/i.test(stderr)
        ? `${name} is encrypted and opens with a password alone: take the protection off, and deliver it again.`
        : `${name} is damaged, or no PDF at all: it cannot be opened.`,
      {},
      error,
    )
  }
  const contents = JSON.parse(await readFile(join(folder, contentsFile), 'utf8')) as PdfContents
  if (contents.pages.length === 0) throw new Refusal('not-processable', `${name} is a PDF without pages.`)
  return contents
}
