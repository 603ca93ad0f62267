// A record of a delivery: MODS as it is; MARC 21, MAB2, PICA+ and Dublin Core as MODS.
import { basename } from 'node:path'
import { fieldsOfDublinCore, isDublinCore } from '../../formats/dublin-core/read.ts'
import {
  isMabLeader,
  isMabTape,
  mabOfXml,
  mabRecords,
  readMabLines,
  readMabTape,
} from '../../formats/mab/read.ts'
import { fieldsOfMab } from '../../formats/mab/to-mods.ts'
import { type Encoding, readIso2709 } from '../../formats/marc/iso2709.ts'
import { fieldsOfMarc } from '../../formats/marc/to-mods.ts'
import { marcNamespace, marcOfXml, marcRecords } from '../../formats/marcxml/read.ts'
import { picaOfXml, picaRecords, readPicaNormalized, readPicaPlain } from '../../formats/pica/read.ts'
import { fieldsOfPica } from '../../formats/pica/to-mods.ts'
import { type ModsRecord, readMods, requireTitle } from '../../formats/mods/read.ts'
import { type ModsFields, writeMods } from '../../formats/mods/write.ts'
import { decodeXml } from '../../formats/xml/decode.ts'
import { readXml, type XmlElement, type XmlOptions } from '../../formats/xml/read.ts'
import { Refusal } from '../../errors.ts'
import { enclosedIn } from './envelope.ts'
import { batchFormat, type BatchFormat, frameOf, type Part, readPart } from './batch.ts'

/** A record of plain fields. */
export const recordOf = (fields: ModsFields, line = 1): ModsRecord => ({
  ...(readMods(writeMods(fields))[0] as ModsRecord),
  line,
})

type Untitled = Omit<ModsFields, 'title'> & { readonly title: string | undefined }

function titled(fields: Untitled, name: string, line: number): ModsRecord {
  const { title } = fields
  if (title === undefined)
    throw new Refusal('not-processable', `${name} has no title (line ${line}).`, { line })
  return recordOf({ ...fields, title }, line)
}

/** What a repository calls a record, as harvests have it. */
function recordOfOai(identifier: string | undefined): ModsFields['record'] {
  const [, source, value] = /^oai:([^:]+):(.+)$/.exec(identifier ?? '') ?? []
  return source !== undefined && value !== undefined ? { value, source } : undefined
}

/** The description of a Dublin Core document: its root, or the one element that holds the elements. */
const described = (root: XmlElement): XmlElement | undefined =>
  [root, ...root.descendants()].find(isDublinCore)

/** @throws Refusal bad-xml, not-processable */
export function readRecords(
  source: string,
  options: XmlOptions & { readonly name: string; readonly identifier?: string | undefined },
): ModsRecord[] {
  const { name, identifier } = options
  const root = readXml(source, options)
  const enclosed = enclosedIn(source, root, options)
  if (enclosed)
    return enclosed.flatMap(each => readRecords(each.document, { ...options, identifier: each.identifier }))
  const made = (elements: readonly XmlElement[], fieldsOf: (element: XmlElement) => Untitled) =>
    elements.map(element => titled(fieldsOf(element), name, element.line))
  const pica = picaRecords(root)
  if (pica.length > 0) return made(pica, element => fieldsOfPica(picaOfXml(element)))
  const marc = root.namespace === marcNamespace || root.namespace === '' ? marcRecords(root) : []
  if (marc.length > 0) return made(marc, element => fieldsOfMarc(marcOfXml(element)))
  const mab = mabRecords(root)
  if (mab.length > 0) return made(mab, element => fieldsOfMab(mabOfXml(element)))
  if (!['mods', 'modsCollection'].includes(root.name)) {
    const description = described(root)
    if (description)
      return made([description], element => {
        const fields = fieldsOfDublinCore(element)
        return { ...fields, record: fields.record ?? recordOfOai(identifier) }
      })
  }
  const records = readMods(source, options)
  records.forEach(record => requireTitle(record, name))
  return records
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
function textOf(bytes: Buffer, where: string): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Refusal(
      'not-processable',
      `${where}: PICA+ is read in UTF-8, and these bytes are in another encoding.`,
    )
  }
}

/** One record of catalogue data that is no XML. @throws Refusal naming field and offset */
function fieldsOfBytes(
  bytes: Buffer,
  format: Exclude<BatchFormat, 'xml'>,
  where: string,
  encoding?: Encoding,
): Untitled {
  if (format === 'pica-normalized') return fieldsOfPica(readPicaNormalized(textOf(bytes, where), where))
  if (format === 'pica-plain') return fieldsOfPica(readPicaPlain(textOf(bytes, where), where))
  if (format === 'mab-lines') return fieldsOfMab(readMabLines(bytes, { where, encoding }))
  if (isMabTape(bytes)) return fieldsOfMab(readMabTape(bytes, { where, encoding }))
  const isMab = isMabLeader(bytes.toString('latin1', 0, 24))
  const record = readIso2709(bytes, { where, encoding, isMab })
  return isMab ? fieldsOfMab(record) : fieldsOfMarc(record)
}

/** A record of MARC or MAB in ISO 2709, as it came over a line. @throws Refusal naming field and offset */
export const readRecordBytes = (bytes: Buffer, where: string): ModsRecord =>
  titled(fieldsOfBytes(bytes, 'iso2709', where), where, 1)

export interface ReadOptions {
  readonly maxDepth: number
  readonly encoding?: Encoding | undefined
}

/** The record of a part of a batch file. @throws Refusal naming file, record, field and offset */
export function readPartRecords(
  path: string,
  part: Part,
  options: ReadOptions,
): { records: ModsRecord[]; bytes: Buffer } {
  const name = `${basename(path)}, record ${part.number}`
  const bytes = readPart(path, part)
  const format = batchFormat(path)
  if (format !== undefined && format !== 'xml') {
    // line ends between records belong to none
    const start = format === 'iso2709' ? bytes.findIndex(byte => byte !== 0x0a && byte !== 0x0d) : 0
    return {
      records: [
        titled(fieldsOfBytes(bytes.subarray(Math.max(0, start)), format, name, options.encoding), name, 1),
      ],
      bytes,
    }
  }
  if (
    !/<\/(?:[\w.-]+:)?(?:record|mods|datensatz)\s*>$/.test(
      bytes.toString('latin1', Math.max(0, bytes.length - 200)),
    )
  )
    throw new Refusal(
      'not-processable',
      `${name} is not whole: the file ends within it, or behind it without an end of the collection (offset ${part.offset} of the file). It was cut off; what followed is missing.`,
      { offset: part.offset },
    )
  const { before, after } = frameOf(path)
  const source = decodeXml(Buffer.concat([before, bytes, after]), name)
  return { records: readRecords(source, { name, maxDepth: options.maxDepth }), bytes }
}

/** A file with one record of catalogue data that is no XML. */
export const isBytesFormat = (path: string): boolean => {
  const format = batchFormat(path)
  return format !== undefined && format !== 'xml'
}
