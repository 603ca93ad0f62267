// Simple Dublin Core. @see https://www.openarchives.org/OAI/openarchivesprotocol.html#dublincore
import { escapeXml } from '../xml/read.ts'

export const dcElements = [
  'title', 'creator', 'subject', 'description', 'publisher', 'contributor', 'date', 'type', 'format', 'identifier', 'source', 'language',
  'relation', 'coverage', 'rights',
] as const // prettier-ignore
export type DublinCore = Readonly<Partial<Record<(typeof dcElements)[number], readonly string[]>>>

const body = (record: DublinCore): string =>
  dcElements
    .flatMap(name => (record[name] ?? []).map(value => `<dc:${name}>${escapeXml(value)}</dc:${name}>`))
    .join('')

/** As oai_dc, the form of OAI-PMH. */
export const writeOaiDc = (record: DublinCore): string =>
  `<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd">${body(record)}</oai_dc:dc>`

/** As srw_dc, the form of SRU. */
export const writeSruDc = (record: DublinCore): string =>
  `<srw_dc:dc xmlns:srw_dc="info:srw/schema/1/dc-v1.1" xmlns:dc="http://purl.org/dc/elements/1.1/">${body(record)}</srw_dc:dc>`
