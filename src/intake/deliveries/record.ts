// A record that lies beside images: MODS as it is, MARCXML and Dublin Core as MODS.
import { fieldsOfDublinCore, isDublinCore } from '../../formats/dublin-core/read.ts'
import { fieldsOfMarc, marcNamespace, marcRecords } from '../../formats/marcxml/to-mods.ts'
import { type ModsRecord, readMods, requireTitle } from '../../formats/mods/read.ts'
import { type ModsFields, writeMods } from '../../formats/mods/write.ts'
import { readXml, type XmlElement, type XmlOptions } from '../../formats/xml/read.ts'
import { Refusal } from '../../errors.ts'

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

/** The description of a Dublin Core document: its root, or the one element that holds the elements. */
const described = (root: XmlElement): XmlElement | undefined =>
  [root, ...root.descendants()].find(isDublinCore)

/** @throws Refusal bad-xml, not-processable */
export function readRecords(source: string, options: XmlOptions & { readonly name: string }): ModsRecord[] {
  const { name } = options
  const root = readXml(source, options)
  const marc = root.namespace === marcNamespace || root.namespace === '' ? marcRecords(root) : []
  if (marc.length > 0) return marc.map(record => titled(fieldsOfMarc(record), name, record.line))
  if (!['mods', 'modsCollection'].includes(root.name)) {
    const description = described(root)
    if (description) return [titled(fieldsOfDublinCore(description), name, description.line)]
  }
  const records = readMods(source, options)
  records.forEach(record => requireTitle(record, name))
  return records
}
