// Reads JPEG 2000 and PDF where no decoder is installed: OpenJPEG and PDFium, compiled to WebAssembly. Run like a decoder of the system
// (source.ts), in a process of its own, because both take their time and their memory at once:
//   decode-process.js jp2 <source> <target>          writes a TIFF
//   decode-process.js pdf <source> <target> <page> <pixels>   writes a TIFF of a page, 0-based, of so many pixels at most
//   decode-process.js pdf-pages <source>             prints the number of pages
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { pdfDensity, tooManyPixelsCode } from './decoding.ts'
import { sharp } from './sharp.ts'

interface Decoder {
  getEncodedBuffer(length: number): Uint8Array
  getDecodedBuffer(): Uint8Array
  decode(): void
  getFrameInfo(): {
    readonly width: number
    readonly height: number
    readonly bitsPerSample: number
    readonly componentCount: number
    readonly isSigned: boolean
  }
}
type MakeOpenJpeg = (options: {
  print(line: string): void
  printErr(line: string): void
}) => Promise<{ readonly J2KDecoder: new () => Decoder }>

const isChannels = (count: number): count is 1 | 2 | 3 | 4 => count >= 1 && count <= 4

async function decodeJp2(source: string, target: string): Promise<void> {
  const make = createRequire(import.meta.url)('@cornerstonejs/codec-openjpeg/decodewasmjs') as MakeOpenJpeg
  const remarks: string[] = []
  const note = (line: string): void => {
    // it goes on where data are missing, and fills the place with grey
    if (/^\[(WARNING|ERROR)\]/.test(line)) remarks.push(line)
  }
  const { J2KDecoder } = await make({ print: note, printErr: note })
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

async function decodePdf(source: string, target: string, number: number, maxPixels: number): Promise<void> {
  const page = (await openPdf(source)).getPage(number)
  const objects = [...page.objects()]
  const [only] = objects
  // a scan is drawn pixel for pixel
  const scanned =
    objects.length === 1 && only?.type === 'image' ? (await only.getImageDataRaw()).width : undefined
  const { originalWidth, originalHeight } = page.getOriginalSize()
  const scale = scanned === undefined ? pdfDensity / 72 : Math.max(1, scanned / originalWidth)
  if (originalWidth * scale * originalHeight * scale > maxPixels) process.exit(tooManyPixelsCode)
  const { width, height, data } = await page.render({ scale, colorSpace: 'BGRA' })
  await sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .tiff({ compression: 'none' })
    .toFile(target)
}

const [, , kind, source = '', target = '', page = '0', pixels = '0'] = process.argv
try {
  if (kind === 'jp2') await decodeJp2(source, target)
  else if (kind === 'pdf') await decodePdf(source, target, Number(page), Number(pixels))
  else process.stdout.write(`${(await openPdf(source)).getPageCount()}\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
