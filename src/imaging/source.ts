// Masters that sharp does not read: JPEG 2000 and PDF. They are decoded once, at ingest, into a file that it reads, by the programs of
// OpenJPEG and Poppler where they are installed, otherwise by ours (own-decoders.ts). What a master is is told by its bytes, never by its name.
import { execFile } from 'node:child_process'
import { open, readdir, readFile, rename, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Refusal } from '../errors.ts'
import { Jp2Unsupported, type Jp2Head, readJp2Head, tellsOfDamage } from '../formats/jp2/head.ts'
import { checkJpeg } from './check-jpeg.ts'
import { DecoderFault, type MasterLimits, pdfDensity } from './decoding.ts'
import { drawnAt, looksAlike } from './looks-alike.ts'
import { bytesPerSample } from './openjpeg.ts'
import { discard, faultOf, foundTwice } from './own-files.ts'
import { decodeOurselves, decodeTimeoutMs } from './own-decoders.ts'
import { sharp } from './sharp.ts'
import { tellsOfDamagedStream } from './warnings.ts'

const run = promisify(execFile)

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

/** A program of Poppler, which goes on where the data of an image are damaged, and leaves its place white. @throws Error where it says so */
async function poppler(program: string, parameters: readonly string[], timeout: number): Promise<string> {
  const { stdout, stderr } = await run(program, parameters, { timeout })
  const remark = tellsOfDamagedStream(stderr.split('\n'))
  if (remark !== undefined) throw new Error(remark)
  return stdout
}

/** Programs that were looked for, with the path they were looked for in. */
const tools = new Map<string, boolean>()
async function has(tool: string): Promise<boolean> {
  const key = `${process.env['PATH']} ${tool}`
  let known = tools.get(key)
  if (known === undefined) {
    known = await run(tool, ['-h'], { timeout: 5000 }).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
    )
    tools.set(key, known)
  }
  return known
}

/** What the decoder's error says of the master; the error itself where it tells of the system. */
const cannotDecode = (what: string, error: unknown): unknown =>
  error !== undefined && faultOf(error)
    ? error
    : new Refusal(
        'not-processable',
        `The ${what} cannot be decoded; the file is truncated or damaged.`,
        {},
        error,
      )

/** More pixels than [limits] pixels allows: found before a decoder takes memory for them. */
export class TooManyPixels extends Refusal {
  constructor(maxPixels: number) {
    super(
      'not-processable',
      `The image has more than ${maxPixels} pixels ([limits] pixels) and is not decoded.`,
    )
  }
}
class TooMuchMemory extends Refusal {
  constructor(program: string, { codecMemory }: MasterLimits) {
    super(
      'not-processable',
      `Without the programs of ${program} the image would take more than ${codecMemory} MB to decode ([images] codecMemory); it is not decoded.`,
    )
  }
}
function checkPixels(width: number, height: number, maxPixels: number): void {
  if (width * height > maxPixels) throw new TooManyPixels(maxPixels)
}

/** Gives what a program wrote its name. @throws Error where it wrote nothing */
async function take(written: string, target: string): Promise<void> {
  const facts = await stat(written).catch(() => undefined)
  if (!facts || facts.size === 0) throw new Error('The decoder wrote nothing.')
  await rename(written, target)
}

async function decodeJp2(path: string, target: string, limits: MasterLimits): Promise<void> {
  const head = await jp2Head(path)
  checkPixels(head.width, head.height, limits.maxPixels)
  if (head.unsupported !== undefined) throw new Jp2Unsupported(head.unsupported)
  if (!(await has('opj_decompress'))) {
    if (head.width * head.height * head.components * bytesPerSample > limits.codecMemory * 1024 * 1024)
      throw new TooMuchMemory('OpenJPEG (libopenjp2-tools)', limits)
    await decodeOurselves({ kind: 'jp2', source: path, target }).catch((error: unknown) => {
      throw cannotDecode('JPEG 2000 image', error)
    })
    return
  }
  // the decoder goes by extensions, which a master does not have
  const named = `${target}.${head.isBare ? 'j2k' : 'jp2'}`
  const written = `${target}.tif`
  try {
    await discard(named)
    await symlink(resolve(path), named)
    // whole bytes: other depths are brought to the next one
    const depth = `${head.bits <= 8 ? 8 : 16}S`
    const { stdout, stderr } = await run('opj_decompress', ['-i', named, '-o', written, '-p', depth], {
      timeout: decodeTimeoutMs,
    })
    const remark = tellsOfDamage(`${stdout}\n${stderr}`.split('\n'))
    if (remark !== undefined) throw new Error(remark)
    await take(written, target)
  } catch (error) {
    throw cannotDecode('JPEG 2000 image', error)
  } finally {
    await discard(named)
    await discard(written)
  }
}

/** Boxes in front of the codestream: a profile is the largest. */
const jp2HeadBytes = 4 * 1024 * 1024

async function jp2Head(path: string): Promise<Jp2Head> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const bytes = Buffer.alloc(Math.min(size, jp2HeadBytes))
    await file.read(bytes, 0, bytes.length, 0)
    const head = readJp2Head(bytes)
    if (!head) throw cannotDecode('JPEG 2000 image', undefined)
    return head
  } finally {
    await file.close()
  }
}

/** Pages of a PDF. */
export async function pdfPages(path: string): Promise<number> {
  try {
    const pages = (await has('pdfinfo'))
      ? Number(/^Pages:\s+(\d+)/m.exec((await run('pdfinfo', [path], { timeout: 30_000 })).stdout)?.[1] ?? 0)
      : ((await decodeOurselves({ kind: 'pdf-pages', source: path })) ?? 0)
    if (!(pages > 0)) throw new Error('no pages')
    return pages
  } catch (error) {
    throw cannotDecode('PDF', error)
  }
}

/** A scanned page comes as the very image that was put in; a drawn one is rendered. */
async function decodePdf(path: string, page: number, target: string, limits: MasterLimits): Promise<void> {
  const { maxPixels } = limits
  if (!(await has('pdftoppm'))) {
    await decodeOurselves({ kind: 'pdf', source: path, target, page, limits }).catch((error: unknown) => {
      const trouble = error instanceof DecoderFault ? error.trouble : undefined
      if (trouble === 'too-many-pixels') throw new TooManyPixels(maxPixels)
      if (trouble === 'too-much-memory') throw new TooMuchMemory('Poppler (poppler-utils)', limits)
      throw cannotDecode('PDF', error)
    })
    return
  }
  const number = String(page + 1)
  try {
    const list = await poppler('pdfimages', ['-list', '-f', number, '-l', number, path], 30_000)
    const images = list
      .split('\n')
      .slice(2)
      .map(line => line.trim().split(/\s+/))
      .filter(columns => columns[2] === 'image' || columns[2] === 'stencil')
    const [only] = images
    const size = await pdfPageSize(path, number)
    if (images.length === 1 && only?.[2] === 'image' && size && coversPage(size, only)) {
      checkPixels(Number(only[3]), Number(only[4]), maxPixels)
      const [extracted] = await imagesOfPdf(path, number, target)
      if (
        extracted &&
        /\.(jpg|png|tif)$/.test(extracted) &&
        (await isAsShown(extracted, path, number, target))
      ) {
        await rename(extracted, target)
        return
      }
      if (extracted) await discard(extracted)
    }
    if (images.some(columns => columns[8] === 'jpeg'))
      for (const extracted of await imagesOfPdf(path, number, target)) {
        if (extracted.endsWith('.jpg')) await checkJpeg(await readFile(extracted), maxPixels)
        await discard(extracted)
      }
    const density = pdfDensity(
      size ?? { width: 595, height: 842 },
      images.map(columns => ({ width: Number(columns[3]), height: Number(columns[4]) })),
    )
    if (size) checkPixels((size.width * density) / 72, (size.height * density) / 72, maxPixels)
    await drawPdf(path, number, ['-r', String(density)], target)
    await take(`${target}.tif`, target)
  } catch (error) {
    throw error instanceof Refusal ? error : cannotDecode('PDF', error)
  } finally {
    // what its programs had begun to write
    for (const name of await readdir(dirname(target)).catch(() => []))
      if (name.startsWith(`${basename(target)}-image`) || name === `${basename(target)}.tif`)
        await discard(join(dirname(target), name))
  }
}

/** The images of a page as files beside a target, which the caller removes. */
async function imagesOfPdf(path: string, number: string, target: string): Promise<string[]> {
  const prefix = `${target}-image`
  await poppler('pdfimages', ['-all', '-f', number, '-l', number, path, prefix], decodeTimeoutMs)
  const folder = dirname(target)
  return (await readdir(folder))
    .filter(name => name.startsWith(basename(prefix)))
    .map(name => join(folder, name))
}

/** @param size arguments that tell it. @param drawing without its extension */
async function drawPdf(
  path: string,
  number: string,
  size: readonly string[],
  drawing: string,
): Promise<void> {
  const parameters = ['-singlefile', '-cropbox', ...size, '-tiff', '-f', number, '-l', number, path, drawing]
  await poppler('pdftoppm', parameters, decodeTimeoutMs)
}

/** Whether an image of a PDF is what its page shows. */
async function isAsShown(image: string, path: string, number: string, target: string): Promise<boolean> {
  const drawing = `${target}-drawn`
  try {
    await drawPdf(path, number, ['-scale-to', String(drawnAt)], drawing)
    return await looksAlike(sharp(image), sharp(`${drawing}.tif`).removeAlpha())
  } finally {
    await discard(`${drawing}.tif`)
  }
}

interface PageSize {
  /** Points, as the page is shown */
  readonly width: number
  readonly height: number
  readonly isTurned: boolean
}

async function pdfPageSize(path: string, number: string): Promise<PageSize | undefined> {
  const { stdout } = await run('pdfinfo', ['-f', number, '-l', number, path], { timeout: 30_000 })
  const size = /size:\s+([\d.]+) x ([\d.]+) pts/.exec(stdout)
  if (!size) return undefined
  const turned = /rot:\s+(\d+)/.exec(stdout)?.[1] ?? '0'
  return { width: Number(size[1]), height: Number(size[2]), isTurned: turned !== '0' }
}

/** Whether the one image of a page is as large as the page: its pixels by its density give the page's size. */
function coversPage(size: PageSize, columns: readonly string[]): boolean {
  const [width, height] = [Number(columns[3]), Number(columns[4])]
  const [densityX, densityY] = [Number(columns[12]), Number(columns[13])]
  if (size.isTurned || !(densityX > 0) || !(densityY > 0)) return false
  const near = (pixels: number, density: number, points: number) =>
    Math.abs((pixels / density) * 72 - points) < points * 0.02
  return near(width, densityX, size.width) && near(height, densityY, size.height)
}

export interface DecodedSource {
  /** A file that sharp reads */
  readonly path: string
  /** 0-based page of it */
  readonly page: number
}

/**
 * The master as something that sharp reads. @param target where a decoded copy may be written; the caller removes it
 * @throws TooManyPixels
 * @throws Refusal not-processable where it is damaged
 */
export async function decodedSource(
  path: string,
  page: number,
  target: string,
  limits: MasterLimits,
): Promise<DecodedSource> {
  switch (await kindOfSource(path)) {
    case 'jp2': {
      await decodeJp2(path, target, limits)
      return { path: target, page: 0 }
    }
    case 'pdf':
      await decodePdf(path, page, target, limits)
      return { path: target, page: 0 }
    default:
      return { path, page }
  }
}

/** A page of a PDF at the usual density, as large as a map */
const drawnBytes = 512 * 1024 * 1024

/** About what a decoded copy of a master has. */
async function decodedBytes(path: string): Promise<number> {
  if ((await kindOfSource(path)) === 'pdf') return drawnBytes
  const { width, height, components, bits } = await jp2Head(path)
  return width * height * components * (bits > 8 ? 2 : 1)
}

/**
 * Work on the decoded master, which goes wrong for the master's sake alone: what fails is done once more, when the disk has been tried.
 * Parameters and errors are those of `decodedSource`.
 */
export async function withDecoded<T>(
  path: string,
  page: number,
  target: string,
  limits: MasterLimits,
  work: (source: DecodedSource) => Promise<T>,
): Promise<T> {
  const isCertain = (refusal: Refusal): boolean =>
    refusal instanceof TooManyPixels || refusal instanceof TooMuchMemory || refusal instanceof Jp2Unsupported
  return await foundTwice(
    { master: path, beside: target, bytes: () => decodedBytes(path), isCertain },
    async () => await work(await decodedSource(path, page, target, limits)),
  )
}
