// Answers of OAI-PMH and SRU that were saved as files: what they deliver are the records in them.
import { Refusal } from '../../errors.ts'
import { readSearchRetrieve } from '../../formats/sru/read.ts'
import { cutOut, type XmlElement, type XmlOptions } from '../../formats/xml/read.ts'

/** Names of their first elements */
export const isEnvelope = (root: string): boolean => root === 'OAI-PMH' || root === 'searchRetrieveResponse'

/** A record in an envelope. */
export interface Enclosed {
  readonly document: string
  /** What its repository calls it */
  readonly identifier: string | undefined
}

const listing = ['GetRecord', 'ListRecords']

function enclosedInOai(source: string, root: XmlElement): Enclosed[] {
  return root.children
    .filter(child => listing.includes(child.name))
    .flatMap(list => list.all('record'))
    .flatMap(record => {
      const [element] = record.first('metadata')?.children ?? []
      const identifier = record.first('header')?.first('identifier')?.text
      // one that was deleted has none
      return element ? [{ document: cutOut(source, element), identifier }] : []
    })
}

/** @returns undefined where the document is no envelope. @throws Refusal not-processable where it holds no record */
export function enclosedIn(
  source: string,
  root: XmlElement,
  options: XmlOptions & { readonly name: string },
): Enclosed[] | undefined {
  if (!isEnvelope(root.name)) return undefined
  const found =
    root.name === 'OAI-PMH'
      ? enclosedInOai(source, root)
      : readSearchRetrieve(source, options).records.map(document => ({ document, identifier: undefined }))
  if (found.length === 0)
    throw new Refusal(
      'not-processable',
      `${options.name} is an answer of ${root.name === 'OAI-PMH' ? 'OAI-PMH' : 'SRU'} without a record.`,
    )
  return found
}
