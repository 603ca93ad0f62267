// Answers of OAI-PMH 2.0.
import { escapeXml } from '../xml/read.ts'
import { OaiError } from './request.ts'

export const oaiNamespace = 'http://www.openarchives.org/OAI/2.0/'

export const seconds = (date: Date): string => date.toISOString().replace(/\.\d+/, '')
const element = (name: string, text: string): string => `<${name}>${escapeXml(text)}</${name}>`

export interface RecordOut {
  readonly identifier: string
  readonly datestamp: Date
  readonly sets: readonly string[]
  readonly isDeleted: boolean
  /** Metadata as an element that declares its namespaces; undefined in headers alone */
  readonly metadata?: string | undefined
}

const header = (record: RecordOut): string =>
  `<header${record.isDeleted ? ' status="deleted"' : ''}>${element('identifier', record.identifier)}${element('datestamp', seconds(record.datestamp))}${record.sets.map(set => element('setSpec', set)).join('')}</header>`

export const writeHeader = header
export const writeRecord = (record: RecordOut): string =>
  `<record>${header(record)}${record.isDeleted || record.metadata === undefined ? '' : `<metadata>${record.metadata}</metadata>`}</record>`

export interface TokenOut {
  /** Empty at the end of a list of several parts */
  readonly token: string
  readonly expires: Date | undefined
  readonly size: number
  readonly cursor: number
}
export const writeToken = ({ token, expires, size, cursor }: TokenOut): string =>
  `<resumptionToken${expires ? ` expirationDate="${seconds(expires)}"` : ''} completeListSize="${size}" cursor="${cursor}">${escapeXml(token)}</resumptionToken>`

export interface IdentifyOut {
  readonly name: string
  readonly baseUrl: string
  readonly adminEmail: string
  readonly earliest: Date
  /** Domain name that identifiers begin with; undefined where it is none */
  readonly repositoryIdentifier: string | undefined
  readonly sampleId: number
}
export const writeIdentify = (out: IdentifyOut): string =>
  element('repositoryName', out.name) +
  element('baseURL', out.baseUrl) +
  element('protocolVersion', '2.0') +
  element('adminEmail', out.adminEmail) +
  element('earliestDatestamp', seconds(out.earliest)) +
  element('deletedRecord', 'persistent') +
  element('granularity', 'YYYY-MM-DDThh:mm:ssZ') +
  element('compression', 'gzip') +
  (out.repositoryIdentifier === undefined
    ? ''
    : `<description><oai-identifier xmlns="${oaiNamespace}oai-identifier" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${oaiNamespace}oai-identifier http://www.openarchives.org/OAI/2.0/oai-identifier.xsd"><scheme>oai</scheme>${element('repositoryIdentifier', out.repositoryIdentifier)}<delimiter>:</delimiter>${element('sampleIdentifier', `oai:${out.repositoryIdentifier}:${out.sampleId}`)}</oai-identifier></description>`)

/**
 * The whole answer.
 * @param request verb and arguments, repeated as attributes; without them where they are what is wrong
 */
export function writeOai(
  out: {
    readonly baseUrl: string
    readonly request: Readonly<Record<string, string>>
    readonly at: Date
    /** Shows the answer as a page, where it is looked at by a person */
    readonly stylesheet: string
  },
  content: { readonly verb: string; readonly body: string } | OaiError,
): string {
  const isSilent =
    content instanceof OaiError && (content.code === 'badVerb' || content.code === 'badArgument')
  const attributes = isSilent
    ? ''
    : Object.entries(out.request)
        .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
        .join('')
  const body =
    content instanceof OaiError
      ? `<error code="${content.code}">${escapeXml(content.message)}</error>`
      : `<${content.verb}>${content.body}</${content.verb}>`
  return `<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="${escapeXml(out.stylesheet)}"?>
<OAI-PMH xmlns="${oaiNamespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${oaiNamespace} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"><responseDate>${seconds(out.at)}</responseDate><request${attributes}>${escapeXml(out.baseUrl)}</request>${body}</OAI-PMH>
`
}
