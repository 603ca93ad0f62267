// Reads JPEG 2000 and PDF where no decoder is installed: OpenJPEG and PDFium, compiled to WebAssembly. Run like a decoder of the system
// (source.ts), in a process of its own, because both take their time and their memory at once:
//   decode-process.js jp2 <source> <target>          writes a TIFF
//   decode-process.js pdf <source> <target> <page> <limits>   writes a TIFF of a page, 0-based, within limits (JSON)
//   decode-process.js pdf-pages <source>             prints the number of pages
import { readFileSync, writeFileSync } from 'node:fs'
import type { Sharp } from 'sharp'
import {
  bytesPerDrawnPixel,
  type MasterLimits,
  pdfDensity,
  tooManyPixelsCode,
  tooMuchMemoryCode,
} from './decoding.ts'
import { openJpeg } from './openjpeg.ts'
import { sharp } from './sharp.ts'

const isChannels = (count: number): count is 1 | 2 | 3 | 4 => count >= 1 && count <= 4

async function decodeJp2(source: string, target: string): Promise<void> {
  const remarks: string[] = []
  const { J2KDecoder } = await openJpeg(line => {
    // it goes on where data are missing, and fills the place with grey
    if (/^\[(WARNING|ERROR)\]/.test(line)) remarks.push(line)
  })
  const decoder = new J2KDecoder()
  const encoded = readFileSync(source)
  decoder.getEncodedBuffer(encoded.length).set(encoded)
  decoder.decode()
  if (remarks.length > 0) throw new Error(remarks[0])
  const { width, height, bitsPerSample, componentCount: channels, isSigned } = decoder.getFrameInfo()
  const bytes = decoder.getDecodedBuffer()
  const isWide = bitsPerSample > 8
  if (isSigned || bitsPerSample > 16 || !isChannels(channels)) throw new Error('Not an image of a page.')
  if (bytes.length !== width * height * channels * (isWide ? 2 : 1)) throw new Error('Pixels are missing.')
  const pixels = isWide
    ? new Uint16Array(bytes.slice().buffer).map(value => value << (16 - bitsPerSample))
    : bytes.map(value => value << (8 - bitsPerSample))
  await sharp(pixels, { raw: { width, height, channels } })
    .toColourspace(isWide ? (channels < 3 ? 'grey16' : 'rgb16') : channels < 3 ? 'b-w' : 'srgb')
    .tiff({ compression: 'none' })
    .toFile(target)
}

async function openPdf(source: string) {
  const { PDFiumLibrary } = await import('@hyzyla/pdfium')
  const library = await PDFiumLibrary.init()
  return await library.loadDocument(readFileSync(source))
}

async function decodePdf(
  source: string,
  target: string,
  number: number,
  limits: MasterLimits,
): Promise<void> {
  const page = (await openPdf(source)).getPage(number)
  const objects = [...page.objects()]
  const [only] = objects
  const scan = objects.length === 1 && only?.type === 'image' ? await only.getImageDataRaw() : undefined
  const { originalWidth, originalHeight } = page.getOriginalSize()
  const drawn = async (scale: number): Promise<Sharp> => {
    // PDFium's wrapper closes a page that it has drawn
    const { width, height, data } = await (
      await openPdf(source)
    )
      .getPage(number)
      .render({ scale, colorSpace: 'BGRA' })
    return sharp(data, { raw: { width, height, channels: 4 } }).removeAlpha()
  }
  if (scan?.filters.length === 1 && scan.filters[0] === 'DCTDecode') {
    if (scan.width * scan.height > limits.maxPixels) process.exit(tooManyPixelsCode)
    // the JPEG that was put in, unless the page shows it otherwise: turned, cut, in other colours
    if (await looksAlike(sharp(scan.data), await drawn(drawnAt / Math.max(originalWidth, originalHeight)))) {
      writeFileSync(target, scan.data)
      return
    }
  }
  // a scan is drawn pixel for pixel
  const scale = scan === undefined ? pdfDensity / 72 : Math.max(1, scan.width / originalWidth)
  const pixels = originalWidth * scale * originalHeight * scale
  if (pixels > limits.maxPixels) process.exit(tooManyPixelsCode)
  if (pixels * bytesPerDrawnPixel > limits.codecMemory * 1024 * 1024) process.exit(tooMuchMemoryCode)
  await (await drawn(scale)).tiff({ compression: 'none' }).toFile(target)
}

/** Pixels of the longer side at which a page is drawn to be compared with its scan, and of the side at which they are: grain is gone there. */
const drawnAt = 512
const comparedAt = 128
/** How far they may lie from each other on average. */
const nearEnough = 8

/** Whether a scan looks as its page does, and as no other way of turning it does better: text upside down is much like text. */
async function looksAlike(scan: Sharp, page: Sharp): Promise<boolean> {
  const [{ width: w1, height: h1 }, { width: w2, height: h2 }] = [
    await scan.metadata(),
    await page.metadata(),
  ]
  if (Math.abs(h1 / w1 / (h2 / w2) - 1) > 0.02) return false
  const small = async (image: Sharp): Promise<Buffer> =>
    await image.resize(comparedAt, comparedAt, { fit: 'fill' }).toColourspace('srgb').raw().toBuffer()
  const of = await small(scan)
  const channels = of.length / comparedAt ** 2
  if (channels !== 1 && channels !== 3) return false
  const as = await small(page)
  const turned = async (turn: (image: Sharp) => Sharp): Promise<number> => {
    const image = await turn(
      sharp(of, { raw: { width: comparedAt, height: comparedAt, channels } }).toColourspace('srgb'),
    )
      .raw()
      .toBuffer()
    return image.reduce((sum, value, at) => sum + Math.abs(value - (as[at] as number)), 0) / image.length
  }
  const own = await turned(image => image)
  const others = [
    await turned(image => image.flip()),
    await turned(image => image.flop()),
    await turned(image => image.rotate(180)),
  ]
  return own < nearEnough && others.every(other => own <= other)
}

const [, , kind, source = '', target = '', page = '0', limits = '{}'] = process.argv
try {
  if (kind === 'jp2') await decodeJp2(source, target)
  else if (kind === 'pdf') await decodePdf(source, target, Number(page), JSON.parse(limits) as MasterLimits)
  else process.stdout.write(`${(await openPdf(source)).getPageCount()}\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
