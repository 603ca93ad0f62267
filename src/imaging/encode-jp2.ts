// Writes JPEG 2000, which sharp does not, in a thread of its own: coding takes its time, and its memory is given back when the thread ends.
// The wavelets are those of lossy coding at their finest, about 50 dB: OpenJPEG's interface here offers no coarser step.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { Refusal } from '../errors.ts'
import { jp2File } from '../formats/jp2/file.ts'
import { bytesPerSample, openJpeg } from './openjpeg.ts'

export interface RawImage {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  /** 8 bits a sample */
  readonly pixels: Uint8Array
}

/**
 * @param maxMegabytes [images] codecMemory
 * @throws Refusal bad-request where the image would take more
 */
export async function encodeJp2(image: RawImage, maxMegabytes: number): Promise<Buffer> {
  const megabytes = Math.ceil((image.pixels.length * bytesPerSample) / 1024 / 1024)
  if (megabytes > maxMegabytes)
    throw new Refusal(
      'bad-request',
      `A JPEG 2000 image of ${image.width} x ${image.height} pixels takes ${megabytes} MB to write, more than [images] codecMemory (${maxMegabytes}); ask for a smaller one.`,
    )
  const worker = new Worker(new URL(import.meta.url), { workerData: { jp2: image } })
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      worker.once('message', (codestream: Uint8Array) => resolve(jp2File(codestream, image)))
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('The thread that codes JPEG 2000 ended without an image.')))
    })
  } finally {
    await worker.terminate()
  }
}

const own = (workerData as { jp2?: RawImage } | null)?.jp2
if (!isMainThread && parentPort && own) {
  const { J2KEncoder } = await openJpeg(() => {})
  const encoder = new J2KEncoder()
  const { width, height, channels, pixels } = own
  encoder
    .getDecodedBuffer({ width, height, bitsPerSample: 8, componentCount: channels, isSigned: false })
    .set(pixels)
  encoder.setQuality(false, 1)
  // each step halves the sides; none may come to less than a pixel
  encoder.setDecompositions(Math.min(5, Math.floor(Math.log2(Math.min(width, height)))))
  encoder.encode()
  parentPort.postMessage(encoder.getEncodedBuffer().slice())
}
