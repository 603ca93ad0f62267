// Reads JPEG 2000 and PDF where no decoder is installed: OpenJPEG and PDFium, compiled to WebAssembly, in processes of their own
// (own-decoders.ts), because they take their time and their memory at once. A process reads one file after the other: to begin one and to compile the
// decoders takes longer than to read most pages.
import { readFileSync, writeFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import type { Sharp } from 'sharp'
import {
  bytesPerDrawnPixel,
  type DecoderAnswer,
  DecoderFault,
  type DecoderOrder,
  type MasterLimits,
  pdfDensity,
} from './decoding.ts'
import { readJp2Head, tellsOfDamage } from '../formats/jp2/head.ts'
import { writePlainTiff } from '../formats/tiff/plain.ts'
import { checkJpeg } from './check-jpeg.ts'
import { drawnAt, looksAlike } from './looks-alike.ts'
import { openJpeg } from './openjpeg.ts'
import { faultOf } from './own-files.ts'
import { sharp } from './sharp.ts'

const isChannels = (count: number): count is 1 | 2 | 3 | 4 => count >= 1 && count <= 4

/** Brings samples to the whole range of one or two bytes. */
function scaled(bytes: Uint8Array, bits: number): Uint8Array {
  if (bits === 8 || bits === 16) return bytes
  const most = 2 ** bits - 1
  if (bits < 8) return bytes.map(value => Math.round((value / most) * 255))
  const wide = new Uint16Array(bytes.slice().buffer).map(value => Math.round((value / most) * 65_535))
  return new Uint8Array(wide.buffer)
}

/** sYCC to sRGB, in place (IEC 61966-2-1, amendment 1). */
function toRgb(samples: Uint8Array | Uint16Array, most: number): void {
  const middle = (most + 1) / 2
  const within = (value: number) => Math.max(0, Math.min(most, Math.round(value)))
  for (let at = 0; at + 2 < samples.length; at += 3) {
    const [y, b, r] = [
      samples[at] as number,
      (samples[at + 1] as number) - middle,
      (samples[at + 2] as number) - middle,
    ]
    samples[at] = within(y + 1.402 * r)
    samples[at + 1] = within(y - 0.344_13 * b - 0.714_14 * r)
    samples[at + 2] = within(y + 1.772 * b)
  }
}

/** @throws where its data are damaged */
async function openJp2(encoded: Uint8Array) {
  const remarks: string[] = []
  const { J2KDecoder } = await openJpeg(line => remarks.push(line))
  const decoder = new J2KDecoder()
  decoder.getEncodedBuffer(encoded.length).set(encoded)
  decoder.decode()
  const remark = tellsOfDamage(remarks)
  if (remark !== undefined) throw new Error(remark)
  return decoder
}

async function decodeJp2(source: string, target: string): Promise<void> {
  const encoded = readFileSync(source)
  const decoder = await openJp2(encoded)
  const { width, height, bitsPerSample, componentCount: channels } = decoder.getFrameInfo()
  const bytes = decoder.getDecodedBuffer()
  const isWide = bitsPerSample > 8
  if (bitsPerSample > 16 || !isChannels(channels)) throw new Error('Not an image of a page.')
  if (bytes.length !== width * height * channels * (isWide ? 2 : 1)) throw new Error('Pixels are missing.')
  const head = readJp2Head(encoded)
  const data = scaled(bytes, bitsPerSample)
  if (head?.isYcc && channels === 3)
    toRgb(
      isWide ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data,
      isWide ? 65_535 : 255,
    )
  writePlainTiff(target, { width, height, channels, bits: isWide ? 16 : 8, data, icc: head?.icc })
}

async function openPdf(source: string) {
  const { PDFiumLibrary } = await import('@hyzyla/pdfium')
  const library = await PDFiumLibrary.init()
  return await library.loadDocument(readFileSync(source))
}

/** PDFium leaves white what it cannot read. @throws where the data of an image are damaged */
async function checkStream(
  data: Uint8Array,
  [filter, ...further]: readonly string[],
  limits: MasterLimits,
): Promise<void> {
  if (filter === 'FlateDecode') {
    const maxOutputLength = limits.codecMemory * 1024 * 1024
    try {
      await checkStream(inflateSync(data, { maxOutputLength }), further, limits)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw error
      throw new DecoderFault('too-much-memory', 'an image')
    }
  } else if (filter === 'JPXDecode') await openJp2(data)
  else if (filter === 'DCTDecode') await checkJpeg(Buffer.from(data), limits.maxPixels)
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
    if (scan.width * scan.height > limits.maxPixels) throw new DecoderFault('too-many-pixels', 'a scan')
    // the JPEG that was put in, unless the page shows it otherwise: turned, cut, in other colours
    if (await looksAlike(sharp(scan.data), await drawn(drawnAt / Math.max(originalWidth, originalHeight)))) {
      writeFileSync(target, scan.data)
      return
    }
  }
  const images = []
  for (const object of objects)
    if (object.type === 'image') {
      const { width, height, data, filters } = await object.getImageDataRaw()
      await checkStream(data, filters, limits)
      images.push({ width, height })
    }
  const scale = pdfDensity({ width: originalWidth, height: originalHeight }, images) / 72
  const pixels = originalWidth * scale * originalHeight * scale
  if (pixels > limits.maxPixels) throw new DecoderFault('too-many-pixels', 'a drawing')
  if (pixels * bytesPerDrawnPixel > limits.codecMemory * 1024 * 1024)
    throw new DecoderFault('too-much-memory', 'a drawing')
  await (await drawn(scale)).tiff({ compression: 'none' }).toFile(target)
}

/** Memory that WebAssembly has taken is given back late, or never: above this the next file has another process. Bytes. */
const mostAtRest = 512 * 1024 * 1024

async function work(order: DecoderOrder): Promise<{ readonly pages?: number }> {
  switch (order.kind) {
    case 'jp2':
      await decodeJp2(order.source, order.target)
      return {}
    case 'pdf':
      await decodePdf(order.source, order.target, order.page, order.limits)
      return {}
    case 'pdf-pages':
      return { pages: (await openPdf(order.source)).getPageCount() }
    case 'pdf-contents':
      await (await import('./pdf-contents.ts')).writePdfContents(order.source, order.folder)
      return {}
  }
}

process.on('message', (order: DecoderOrder & { readonly id: number }) => {
  const { id } = order
  void work(order)
    .catch(
      (error: unknown) =>
        faultOf(error) ?? {
          trouble: error instanceof DecoderFault ? error.trouble : ('damaged' as const),
          sentence: error instanceof Error ? error.message : String(error),
        },
    )
    .then(told =>
      process.send?.({ id, ...told, isLast: process.memoryUsage.rss() > mostAtRest } satisfies DecoderAnswer),
    )
})
process.on('disconnect', () => process.exit())
