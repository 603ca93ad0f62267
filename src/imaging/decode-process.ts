// Reads JPEG 2000 and PDF where no decoder is installed: OpenJPEG and PDFium, compiled to WebAssembly. Run like a decoder of the system
// (source.ts), in a process of its own, because both take their time and their memory at once:
//   decode-process.js jp2 <source> <target>          writes a TIFF
//   decode-process.js pdf <source> <target> <page> <limits>   writes a TIFF of a page, 0-based, within limits (JSON)
//   decode-process.js pdf-pages <source>             prints the number of pages
import { readFileSync } from 'node:fs'
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
  // a scan is drawn pixel for pixel
  const scanned =
    objects.length === 1 && only?.type === 'image' ? (await only.getImageDataRaw()).width : undefined
  const { originalWidth, originalHeight } = page.getOriginalSize()
  const scale = scanned === undefined ? pdfDensity / 72 : Math.max(1, scanned / originalWidth)
  const pixels = originalWidth * scale * originalHeight * scale
  if (pixels > limits.maxPixels) process.exit(tooManyPixelsCode)
  if (pixels * bytesPerDrawnPixel > limits.codecMemory * 1024 * 1024) process.exit(tooMuchMemoryCode)
  const { width, height, data } = await page.render({ scale, colorSpace: 'BGRA' })
  await sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .tiff({ compression: 'none' })
    .toFile(target)
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
