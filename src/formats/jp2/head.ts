// What a JPEG 2000 image is, by the boxes and the first marker in front of its data.
// @see ISO/IEC 15444-1, A.5.1 (SIZ) and Annex I (JP2)
import { Refusal } from '../../errors.ts'

export interface Jp2Head {
  /** A codestream without the boxes of a file */
  readonly isBare: boolean
  readonly width: number
  readonly height: number
  readonly components: number
  /** Bits of a sample */
  readonly bits: number
  readonly icc: Buffer | undefined
  readonly isYcc: boolean
  /** What keeps it from being read, as a sentence ends: ‘… holds <this>, which is not supported’ */
  readonly unsupported: string | undefined
}

const startOfCode = Buffer.from('ff4fff51', 'hex')
const colourSpaces: Readonly<Record<number, string>> = {
  0: 'bi-level samples',
  12: 'CMYK',
  14: 'CIELab',
  15: 'bi-level samples',
  20: 'e-sRGB',
  24: 'e-sYCC',
}
const known = new Set([16, 17, 18])

interface Boxes {
  readonly icc?: Buffer
  readonly colourSpace?: number
  readonly hasPalette?: boolean
}

/** The boxes of the header: colour and palette. */
function readBoxes(head: Buffer): Boxes {
  let found: Boxes = {}
  const walk = (start: number, end: number): void => {
    for (let at = start; at + 8 <= end;) {
      const type = head.toString('latin1', at + 4, at + 8)
      const isLong = head.readUInt32BE(at) === 1 && at + 16 <= end
      const body = at + (isLong ? 16 : 8)
      const length = isLong ? Number(head.readBigUInt64BE(at + 8)) : head.readUInt32BE(at)
      const stop = length === 0 ? end : Math.min(end, at + length)
      if (stop <= at || type === 'jp2c') return
      if (type === 'jp2h') walk(body, stop)
      if (type === 'pclr') found = { ...found, hasPalette: true }
      // the first one that is understood counts (I.5.3.3)
      if (type === 'colr' && found.colourSpace === undefined && found.icc === undefined) {
        const method = head[body]
        if (method === 1 && body + 7 <= stop) found = { ...found, colourSpace: head.readUInt32BE(body + 3) }
        if (method === 2 || method === 3)
          found = { ...found, icc: Buffer.from(head.subarray(body + 3, stop)) }
      }
      at = stop
    }
  }
  walk(0, head.length)
  return found
}

interface Component {
  readonly bits: number
  readonly isSigned: boolean
  readonly across: number
  readonly down: number
}

function reasonAgainst(components: readonly Component[], boxes: Boxes): string | undefined {
  const [first] = components
  if (!first || components.length > 4) return `${components.length} components`
  if (components.some(({ isSigned }) => isSigned)) return 'signed samples'
  if (components.some(({ across, down }) => across !== 1 || down !== 1))
    return 'components of different sizes'
  if (components.some(({ bits }) => bits !== first.bits))
    return `samples of different depths (${components.map(({ bits }) => bits).join(', ')} bits)`
  if (first.bits > 16) return `${first.bits}-bit samples`
  if (boxes.hasPalette) return 'a palette of colours'
  const { colourSpace } = boxes
  if (colourSpace !== undefined && !known.has(colourSpace))
    return colourSpaces[colourSpace] ?? `the colour space ${colourSpace}`
  const inSpace = boxes.icc?.toString('latin1', 16, 20)
  if (inSpace !== undefined && !['RGB ', 'GRAY'].includes(inSpace))
    return `${inSpace.trim()} samples with a profile`
  return undefined
}

/** @param head the beginning of the file. @returns undefined where there is no image in it */
export function readJp2Head(head: Buffer): Jp2Head | undefined {
  const start = head.indexOf(startOfCode)
  if (start < 0 || start + 42 > head.length) return undefined
  const [right, lower, left, upper] = [8, 12, 16, 20].map(at => head.readUInt32BE(start + at)) as [
    number,
    number,
    number,
    number,
  ]
  const count = head.readUInt16BE(start + 40)
  if (start + 42 + count * 3 > head.length) return undefined
  const components = Array.from({ length: count }, (_, n): Component => {
    const at = start + 42 + n * 3
    const depth = head[at] as number
    return {
      bits: (depth & 0x7f) + 1,
      isSigned: depth > 0x7f,
      across: head[at + 1] as number,
      down: head[at + 2] as number,
    }
  })
  const boxes = start === 0 ? {} : readBoxes(head.subarray(0, start))
  return {
    isBare: start === 0,
    width: right - left,
    height: lower - upper,
    components: count,
    bits: components[0]?.bits ?? 0,
    icc: boxes.icc,
    isYcc: boxes.colourSpace === 18,
    unsupported: reasonAgainst(components, boxes),
  }
}

export class Jp2Unsupported extends Refusal {
  constructor(what: string) {
    super(
      'not-processable',
      `The JPEG 2000 image holds ${what}, which is not supported; convert it to grey or RGB of 8 or 16 bits a sample.`,
    )
  }
}

const aboutData =
  /truncat|not enough|too short|too small|too long|premature|corrupt|invalid|missing|expected|remaining|overflow|fail|tile[- ]?part|segment|packet|stream/i
/** Whether one of the lines that OpenJPEG writes tells of damaged data; it goes on where data are missing, and fills the place. */
export const tellsOfDamage = (lines: readonly string[]): string | undefined =>
  lines.find(line => line.startsWith('[ERROR]') || (line.startsWith('[WARNING]') && aboutData.test(line)))
