// Masters that sharp does not read: JPEG 2000 and PDF. They are decoded once, at ingest, into a file that it reads, by the programs of
// OpenJPEG and Poppler where they are installed, otherwise by decode-process.ts. What a master is is told by its bytes, never by its name.
import { execFile } from 'node:child_process'
import { open, readdir, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Refusal } from '../errors.ts'
import { pdfDensity } from './pdf-density.ts'

const run = promisify(execFile)
/** One page of a large scan; a decoder that takes longer is stuck. */
const decodeTimeoutMs = 300_000

export type SourceKind = 'raster' | 'jp2' | 'pdf'

/** What the first bytes say. */
export async function kindOfSource(path: string): Promise<SourceKind> {
  const file = await open(path, 'r')
  try {
    const head = Buffer.alloc(1024)
    const { bytesRead } = await file.read(head, 0, head.length, 0)
    const text = head.toString('latin1', 0, bytesRead)
    if (text.startsWith('\0\0\0\x0cjP  ') || text.startsWith('\xff\x4f\xff\x51')) return 'jp2'
    // readers of PDF accept it within the first kilobyte
    if (/%PDF-\d/.test(text)) return 'pdf'
    return 'raster'
  } finally {
    await file.close()
  }
}

const tools = new Map<string, boolean>()
async function has(tool: string): Promise<boolean> {
  let known = tools.get(tool)
  if (known === undefined) {
    known = await run(tool, ['-h'], { timeout: 5000 }).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
    )
    tools.set(tool, known)
  }
  return known
}

const cannotDecode = (what: string, error: unknown): Refusal =>
  new Refusal(
    'not-processable',
    `The ${what} cannot be decoded; the file is truncated or damaged.`,
    {},
    error,
  )

const decoder = fileURLToPath(new URL('./decode-process.js', import.meta.url))
/** The decoders in WebAssembly: slower, and everywhere. */
const runOwn = (...args: string[]) => run(process.execPath, [decoder, ...args], { timeout: decodeTimeoutMs })

async function decodeJp2(path: string, target: string): Promise<void> {
  if (!(await has('opj_decompress'))) {
    await runOwn('jp2', path, target).catch((error: unknown) => {
      throw cannotDecode('JPEG 2000 image', error)
    })
    return
  }
  // the decoder goes by extensions, which a master does not have
  const isBare = await isCodestream(path)
  const named = `${target}.${isBare ? 'j2k' : 'jp2'}`
  const written = `${target}.tif`
  try {
    await rm(named, { force: true })
    await symlink(resolve(path), named)
    await run('opj_decompress', ['-quiet', '-i', named, '-o', written], { timeout: decodeTimeoutMs })
    if ((await stat(written)).size === 0) throw new Error('The decoder wrote nothing.')
    await rename(written, target)
  } catch (error) {
    throw cannotDecode('JPEG 2000 image', error)
  } finally {
    await rm(named, { force: true })
    await rm(written, { force: true })
  }
}

/** A JPEG 2000 codestream without the boxes of a JP2 file. */
async function isCodestream(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return buffer.toString('hex') === 'ff4fff51'
  } finally {
    await file.close()
  }
}

/** Pages of a PDF. */
export async function pdfPages(path: string): Promise<number> {
  try {
    const { stdout } = (await has('pdfinfo'))
      ? await run('pdfinfo', [path], { timeout: 30_000 })
      : await runOwn('pdf-pages', path)
    const pages = Number(/^(?:Pages:\s+)?(\d+)/m.exec(stdout)?.[1])
    if (!(pages > 0)) throw new Error('no pages')
    return pages
  } catch (error) {
    throw cannotDecode('PDF', error)
  }
}

/** A scanned page comes as the very image that was put in; a drawn one is rendered. */
async function decodePdf(path: string, page: number, target: string): Promise<void> {
  if (!(await has('pdftoppm'))) {
    await runOwn('pdf', path, target, String(page)).catch((error: unknown) => {
      throw cannotDecode('PDF', error)
    })
    return
  }
  const number = String(page + 1)
  try {
    const { stdout } = await run('pdfimages', ['-list', '-f', number, '-l', number, path], {
      timeout: 30_000,
    })
    const images = stdout
      .split('\n')
      .slice(2)
      .map(line => line.trim().split(/\s+/))
      .filter(columns => columns[2] === 'image')
    const [only] = images
    if (images.length === 1 && only && (await coversPage(path, number, only))) {
      const folder = dirname(target)
      const prefix = `${basename(target)}-image`
      await run('pdfimages', ['-all', '-f', number, '-l', number, path, join(folder, prefix)], {
        timeout: decodeTimeoutMs,
      })
      const [extracted] = (await readdir(folder)).filter(name => name.startsWith(prefix))
      if (extracted && /\.(jpg|png|tif)$/.test(extracted)) {
        await rename(join(folder, extracted), target)
        return
      }
      if (extracted) await rm(join(folder, extracted), { force: true })
    }
    await run(
      'pdftoppm',
      ['-singlefile', '-r', String(pdfDensity), '-tiff', '-f', number, '-l', number, path, target],
      {
        timeout: decodeTimeoutMs,
      },
    )
    await rename(`${target}.tif`, target)
  } catch (error) {
    throw error instanceof Refusal ? error : cannotDecode('PDF', error)
  }
}

/** Whether the one image of a page is as large as the page: its pixels by its density give the page's size. */
async function coversPage(path: string, number: string, columns: readonly string[]): Promise<boolean> {
  const [width, height] = [Number(columns[3]), Number(columns[4])]
  const [densityX, densityY] = [Number(columns[12]), Number(columns[13])]
  const { stdout } = await run('pdfinfo', ['-f', number, '-l', number, path], { timeout: 30_000 })
  const size = /size:\s+([\d.]+) x ([\d.]+) pts/.exec(stdout)
  const rotated = /rot:\s+(\d+)/.exec(stdout)?.[1] ?? '0'
  if (!size || rotated !== '0' || !(densityX > 0) || !(densityY > 0)) return false
  const near = (pixels: number, density: number, points: number) =>
    Math.abs((pixels / density) * 72 - points) < points * 0.02
  return near(width, densityX, Number(size[1])) && near(height, densityY, Number(size[2]))
}

export interface DecodedSource {
  /** A file that sharp reads */
  readonly path: string
  /** 0-based page of it */
  readonly page: number
}

/**
 * The master as something that sharp reads. @param target where a decoded copy may be written; the caller removes it
 * @throws Refusal not-processable where it is damaged
 */
export async function decodedSource(path: string, page: number, target: string): Promise<DecodedSource> {
  switch (await kindOfSource(path)) {
    case 'jp2': {
      await decodeJp2(path, target)
      return { path: target, page: 0 }
    }
    case 'pdf':
      await decodePdf(path, page, target)
      return { path: target, page: 0 }
    default:
      return { path, page }
  }
}
