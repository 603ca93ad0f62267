// MARCXML as records.
import type { ControlField, DataField, MarcRecord } from '../marc/record.ts'
import type { XmlElement } from '../xml/read.ts'

export const marcNamespace = 'http://www.loc.gov/MARC21/slim'

/** The MARC records of a document: one, or those of a collection. */
export function marcRecords(root: XmlElement): XmlElement[] {
  if (root.name === 'record' && root.first('leader')) return [root]
  return root.name === 'collection' ? root.all('record').filter(record => record.first('leader')) : []
}

const attribute = (element: XmlElement, name: string): string => element.attribute(name) ?? ''

export const marcOfXml = (record: XmlElement): MarcRecord => ({
  leader: record.first('leader')?.ownText ?? '',
  control: record
    .all('controlfield')
    .map((field): ControlField => ({ tag: attribute(field, 'tag'), value: field.ownText })),
  data: record.all('datafield').map((field): DataField => ({
    tag: attribute(field, 'tag'),
    indicators:
      attribute(field, 'ind1').padEnd(1).slice(0, 1) + attribute(field, 'ind2').padEnd(1).slice(0, 1),
    subfields: field.all('subfield').map(sub => [attribute(sub, 'code'), sub.text] as const),
  })),
})
