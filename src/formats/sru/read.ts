// Answers of SRU 1.1, 1.2 and 2.0: the records as documents of their own, whether they came as XML or as text.
// @see https://www.loc.gov/standards/sru/, OASIS searchRetrieve 1.0
import { Refusal } from '../../errors.ts'
import { cutOut, readXml, type XmlElement, type XmlOptions } from '../xml/read.ts'

const namespaces: readonly string[] = [
  'http://www.loc.gov/zing/srw/',
  'http://docs.oasis-open.org/ns/search-ws/sruResponse',
]

export interface SruAnswer {
  /** Hits, of which the answer may hold fewer */
  readonly total: number
  readonly records: readonly string[]
}

/** A diagnostic as a sentence: message, details and number. */
function sentenceOf(diagnostic: XmlElement): string {
  const part = (name: string) => diagnostic.first(name)?.text ?? ''
  const details = part('details')
  const text = [part('message') || 'no message', details === '' ? '' : `(${details})`, part('uri')]
  return text.filter(each => each !== '').join(' ')
}

/** @throws Refusal bad-xml where it is no answer of SRU; not-processable with the diagnostic of the server */
export function readSearchRetrieve(
  source: string,
  options: XmlOptions & { readonly name: string },
): SruAnswer {
  const { name } = options
  const root = readXml(source, options)
  const isAnswer = root.name === 'searchRetrieveResponse' && namespaces.includes(root.namespace)
  // some servers answer a fault with the diagnostic alone
  const diagnostic = [root, ...root.descendants()].find(element => element.name === 'diagnostic')
  const records = isAnswer ? (root.first('records')?.all('record') ?? []) : []
  if (diagnostic && records.length === 0)
    throw new Refusal('not-processable', `${name} refused the query: ${sentenceOf(diagnostic)}.`)
  if (!isAnswer) throw new Refusal('bad-xml', `${name} does not speak SRU: its answer is a ${root.name}.`)
  const documents = records.flatMap(record => {
    const data = record.first('recordData')
    const [element] = data?.children ?? []
    const document = element ? cutOut(source, element) : (data?.ownText.trim() ?? '')
    return document === '' ? [] : [document]
  })
  const total = Number(root.first('numberOfRecords')?.text)
  return { total: Number.isInteger(total) && total >= 0 ? total : documents.length, records: documents }
}
