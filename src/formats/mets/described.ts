// What a dmdSec holds that is no MODS.
import { fieldsOfDublinCore, isDublinCore } from '../dublin-core/read.ts'
import { fieldsOfMarc } from '../marc/to-mods.ts'
import { marcOfXml, marcRecords } from '../marcxml/read.ts'
import type { XmlElement } from '../xml/read.ts'

const xlink = 'http://www.w3.org/1999/xlink'

/** Fields of a record that is no MODS: Rosetta describes in Dublin Core, others in MARC. */
export function fieldsOf(data: XmlElement) {
  const [marc] = data.children.flatMap(marcRecords)
  if (marc) return fieldsOfMarc(marcOfXml(marc))
  const description = [data, ...data.children].find(isDublinCore)
  return description && fieldsOfDublinCore(description)
}

/** What a section holds, as a sentence names it. */
export function whatIsIn(section: XmlElement): string {
  const reference = section.first('mdRef')
  if (reference) return `a reference to ${reference.attribute('href', xlink) ?? 'elsewhere'}`
  const type = section.first('mdWrap')?.attribute('MDTYPE')
  return type === undefined ? 'nothing' : `a record of the type ${type}`
}
