// Answers of repositories that are no XML as they come: what can be read of them is read, and what cannot is told.
import { Refusal } from '../../errors.ts'
import { readXml, type XmlElement } from '../../formats/xml/read.ts'

export interface ReadAnswer {
  readonly source: string
  readonly root: XmlElement
  /** Of records that were left out, and characters that were replaced */
  readonly faults: readonly { readonly identifier: string; readonly sentence: string }[]
}

/** Whether XML 1.0 has the character (2.2). */
const isForbidden = (code: number): boolean =>
  (code < 0x20 && code !== 0x9 && code !== 0xa && code !== 0xd) ||
  (code >= 0xd800 && code <= 0xdfff) ||
  code === 0xfffe ||
  code === 0xffff ||
  code > 0x10ffff

/** Forbidden characters, as they are and as references, replaced by the sign for what cannot be shown. */
function withoutForbidden(source: string): { text: string; count: number } {
  let count = 0
  const replace = (): string => {
    count++
    return '\uFFFD'
  }
  let text = ''
  let from = 0
  for (let at = 0; at < source.length; at++) {
    const code = source.codePointAt(at) as number
    if (code > 0xffff) at++
    else if (isForbidden(code)) {
      text += source.slice(from, at) + replace()
      from = at + 1
    }
  }
  text += source.slice(from)
  return {
    text: text.replace(/&#(?:x([0-9a-f]{1,8})|(\d{1,10}));/gi, (whole, hex?: string, decimal?: string) =>
      isForbidden(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)) ? replace() : whole,
    ),
    count,
  }
}

export const nameless = 'a record without identifier'

const identifierOf = (record: string): string =>
  /<(?:[\w.-]+:)?identifier>\s*([^<]{1,500}?)\s*<\//.exec(record)?.[1] ?? nameless

const sentenceOf = (error: Refusal): string => error.message.split('\n')[0] as string

/** Where a last record without an end is followed by what ends the list. */
function endOfRecords(piece: string, prefix: string): number {
  const at = piece.search(new RegExp(`<${prefix}resumptionToken[\\s/>]|</${prefix}ListRecords>`))
  return at < 0 ? piece.length : at
}

/** @throws Refusal bad-xml where it cannot be read even without the records that are at fault */
export function readAnswer(received: string): ReadAnswer {
  const faults: { identifier: string; sentence: string }[] = []
  const { text, count } = withoutForbidden(received)
  if (count > 0)
    faults.push({
      identifier: 'the list',
      sentence: `${count} ${count === 1 ? 'character' : 'characters'} that XML does not allow were replaced.`,
    })
  try {
    return { source: text, root: readXml(text, { name: 'The answer' }), faults }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const open = /<(?:[\w.-]+:)?OAI-PMH[^>]*>/.exec(text)?.[0]
    if (open === undefined) throw error
    const prefix = /^<([\w.-]+:)?/.exec(open)?.[1] ?? ''
    // a record that does not end must not take the next one with it, and MARCXML has records within
    const [before = '', ...pieces] = text.split(
      new RegExp(`(?=<${prefix}record(?:\\s[^>]*)?>\\s*<${prefix}header[\\s>]|<${prefix}record\\s*/>)`),
    )
    const end = `</${prefix}record>`
    const kept = pieces.map((piece, at) => {
      const ended = piece.lastIndexOf(end)
      const isLast = at === pieces.length - 1
      const behind = ended >= 0 ? ended + end.length : isLast ? endOfRecords(piece, prefix) : piece.length
      const record = piece.slice(0, behind)
      const rest = isLast ? piece.slice(behind) : ''
      try {
        readXml(`${open}${record}</${prefix}OAI-PMH>`, { name: 'The record' })
        return record + rest
      } catch (fault) {
        if (!(fault instanceof Refusal)) throw fault
        faults.push({ identifier: identifierOf(record), sentence: sentenceOf(fault) })
        return rest
      }
    })
    const source = before + kept.join('')
    if (faults.length === 0) throw error
    return { source, root: readXml(source, { name: 'The answer' }), faults }
  }
}
