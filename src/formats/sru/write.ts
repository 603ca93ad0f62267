// Answers of SRU 1.1, 1.2 and 2.0. @see https://www.loc.gov/standards/sru/, OASIS searchRetrieve 1.0
import { escapeXml } from '../xml/read.ts'

export type SruVersion = '1.1' | '1.2' | '2.0'
const namespaces: Readonly<Record<SruVersion, string>> = {
  '1.1': 'http://www.loc.gov/zing/srw/',
  '1.2': 'http://www.loc.gov/zing/srw/',
  '2.0': 'http://docs.oasis-open.org/ns/search-ws/sruResponse',
}
const diagnosticNamespace: Readonly<Record<SruVersion, string>> = {
  '1.1': 'http://www.loc.gov/zing/srw/diagnostic/',
  '1.2': 'http://www.loc.gov/zing/srw/diagnostic/',
  '2.0': 'http://docs.oasis-open.org/ns/search-ws/diagnostic',
}

/** A diagnostic of info:srw/diagnostic/1/. */
export class SruError extends Error {
  readonly number: number
  readonly details: string
  constructor(number: number, details: string, message: string) {
    super(message)
    this.number = number
    this.details = details
  }
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const element = (name: string, text: string | number): string =>
  `<${name}>${escapeXml(String(text))}</${name}>`

export const writeDiagnostic = (version: SruVersion, { number, details, message }: SruError): string =>
  `<diagnostics><diagnostic xmlns="${diagnosticNamespace[version]}">${element('uri', `info:srw/diagnostic/1/${number}`)}${details === '' ? '' : element('details', details)}${element('message', message)}</diagnostic></diagnostics>`

export interface SruRecord {
  readonly schema: string
  readonly xml: string
  readonly position: number
  readonly identifier: string
  readonly extra: string | undefined
}
export interface SruResponse {
  readonly version: SruVersion
  readonly total: number
  readonly records: readonly SruRecord[]
  readonly asString: boolean
  readonly next: number | undefined
  readonly query: string
  readonly facets: string
  readonly diagnostics: readonly SruError[]
}

function record(version: SruVersion, out: SruRecord, asString: boolean): string {
  const escaping = asString ? 'string' : 'xml'
  return `<record>${element('recordSchema', out.schema)}${element(version === '2.0' ? 'recordXMLEscaping' : 'recordPacking', escaping)}<recordData>${asString ? escapeXml(out.xml) : out.xml}</recordData>${version === '1.1' ? '' : element('recordIdentifier', out.identifier)}${element('recordPosition', out.position)}${out.extra === undefined ? '' : `<extraRecordData>${out.extra}</extraRecordData>`}</record>`
}

export function writeSearchRetrieve(out: SruResponse): string {
  const head = out.version === '2.0' ? '' : element('version', out.version)
  const records =
    out.records.length === 0
      ? ''
      : `<records>${out.records.map(each => record(out.version, each, out.asString)).join('')}</records>`
  const diagnostics = out.diagnostics.map(each => writeDiagnostic(out.version, each)).join('')
  const echo = `<echoed${out.version === '2.0' ? '' : 'SearchRetrieve'}Request>${head}${element('query', out.query)}</echoed${out.version === '2.0' ? '' : 'SearchRetrieve'}Request>`
  return `${declaration}<searchRetrieveResponse xmlns="${namespaces[out.version]}">${head}${element('numberOfRecords', out.total)}${records}${out.next === undefined ? '' : element('nextRecordPosition', out.next)}${out.query === '' ? '' : echo}${diagnostics}${out.facets}</searchRetrieveResponse>\n`
}

export interface ScanTerm {
  readonly value: string
  readonly count: number
}
export const writeScan = (
  version: SruVersion,
  terms: readonly ScanTerm[],
  diagnostics: readonly SruError[],
): string =>
  `${declaration}<scanResponse xmlns="${version === '2.0' ? 'http://docs.oasis-open.org/ns/search-ws/scan' : namespaces[version]}">${version === '2.0' ? '' : element('version', version)}${terms.length === 0 ? '' : `<terms>${terms.map(({ value, count }) => `<term>${element('value', value)}${element('numberOfRecords', count)}</term>`).join('')}</terms>`}${diagnostics.map(each => writeDiagnostic(version, each)).join('')}</scanResponse>\n`

export interface ExplainOut {
  readonly version: SruVersion
  readonly host: string
  readonly port: number
  readonly path: string
  readonly title: string
  readonly indexes: readonly {
    readonly set: string
    readonly name: string
    readonly title: string
    readonly skipInForm: boolean
    readonly canScan: boolean
    readonly canSort: boolean
  }[]
  readonly sets: readonly { readonly name: string; readonly uri: string }[]
  readonly schemas: readonly { readonly name: string; readonly uri: string; readonly title: string }[]
  readonly defaultRecords: number
  readonly mostRecords: number
  readonly diagnostics: readonly SruError[]
}
export function writeExplain(out: ExplainOut): string {
  const sets = out.sets.map(({ name, uri }) => `<set name="${name}" identifier="${uri}"/>`).join('')
  const indexes = out.indexes
    .map(
      ({ set, name, title, skipInForm, canScan, canSort }) =>
        `<index search="true" scan="${canScan}" sort="${canSort}"><title lang="de">${escapeXml(title)}</title><map><name set="${set}">${name}</name></map>${skipInForm ? '<configInfo><default type="skipInSearchForm">true</default></configInfo>' : ''}</index>`,
    )
    .join('')
  const schemas = out.schemas
    .map(
      ({ name, uri, title }) =>
        `<schema name="${name}" identifier="${uri}"><title>${escapeXml(title)}</title></schema>`,
    )
    .join('')
  const explain = `<explain xmlns="http://explain.z3950.org/dtd/2.0/"><serverInfo protocol="SRU" version="${out.version}" transport="http https" method="GET POST"><host>${escapeXml(out.host)}</host><port>${out.port}</port><database>${escapeXml(out.path)}</database></serverInfo><databaseInfo><title lang="de" primary="true">${escapeXml(out.title)}</title></databaseInfo><indexInfo>${sets}${indexes}</indexInfo><schemaInfo>${schemas}</schemaInfo><configInfo><default type="numberOfRecords">${out.defaultRecords}</default><setting type="maximumRecords">${out.mostRecords}</setting><supports type="proximity">0</supports></configInfo></explain>`
  const body = `<record>${element('recordSchema', 'http://explain.z3950.org/dtd/2.0/')}${element(out.version === '2.0' ? 'recordXMLEscaping' : 'recordPacking', 'xml')}<recordData>${explain}</recordData></record>`
  return `${declaration}<explainResponse xmlns="${namespaces[out.version]}">${out.version === '2.0' ? '' : element('version', out.version)}${body}${out.diagnostics.map(each => writeDiagnostic(out.version, each)).join('')}</explainResponse>\n`
}
