// OpenJPEG compiled to WebAssembly, as its makers' package describes it; it brings no types.
import { createRequire } from 'node:module'

export interface FrameInfo {
  readonly width: number
  readonly height: number
  readonly bitsPerSample: number
  readonly componentCount: number
  readonly isSigned: boolean
}
export interface Decoder {
  getEncodedBuffer(length: number): Uint8Array
  getDecodedBuffer(): Uint8Array
  decode(): void
  getFrameInfo(): FrameInfo
}
export interface Encoder {
  getDecodedBuffer(frame: FrameInfo): Uint8Array
  getEncodedBuffer(): Uint8Array
  setDecompositions(steps: number): void
  setQuality(isLossless: boolean, quality: number): void
  encode(): void
}
export interface OpenJpeg {
  readonly J2KDecoder: new () => Decoder
  readonly J2KEncoder: new () => Encoder
}

/** @param say what it has to remark, line by line */
export async function openJpeg(say: (line: string) => void): Promise<OpenJpeg> {
  const make = createRequire(import.meta.url)('@cornerstonejs/codec-openjpeg/wasmjs') as (options: {
    print(line: string): void
    printErr(line: string): void
  }) => Promise<OpenJpeg>
  return await make({ print: say, printErr: say })
}

/** Bytes that it takes for a sample, coding or decoding: measured between 8 and 11, and a copy in between. */
export const bytesPerSample = 16
