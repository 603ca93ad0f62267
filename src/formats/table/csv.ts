// Tables as text: comma, semicolon or tab between fields, quotes around them (RFC 4180), in UTF-8, UTF-16 or Windows-1252.
import type { TableRow } from './row.ts'

export function decodeTable(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 2)).toString('hex')
  if (start === 'fffe' || start === 'feff')
    return new TextDecoder(start === 'fffe' ? 'utf-16le' : 'utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // what spreadsheets write where nobody asks
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** The separator that the first line has most of, outside of quotes. */
function separatorOf(text: string): string {
  const line = text.replace(/"[^"]*"/g, '').split(/\r\n?|\n/, 1)[0] ?? ''
  const counts = ['\t', ';', ','].map(sign => ({ sign, count: line.split(sign).length }))
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).sign
}

/** Rows of fields; empty lines are left out, and keep their number. Lines end as on Windows, elsewhere, or on old Macintoshes. */
export function readCsv(source: string): readonly TableRow[] {
  const text = source.replace(/^\uFEFF/, '').replace(/^sep=.(\r\n?|\n)/, '')
  const separator = separatorOf(text)
  const rows: TableRow[] = []
  let fields: string[] = []
  let field = ''
  let isQuoted = false
  let number = 1
  const endField = () => {
    fields.push(field)
    field = ''
  }
  const endRow = () => {
    endField()
    if (fields.some(value => value.trim() !== ''))
      rows.push({ number, fields, fault: faultOf(fields, rows[0]?.fields, isQuoted) })
    fields = []
    number++
  }
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] as string
    if (isQuoted) {
      if (sign !== '"') field += sign
      else if (text[at + 1] === '"') field += text[++at]
      else isQuoted = false
    } else if (sign === '"' && field === '') isQuoted = true
    else if (sign === separator) endField()
    else if (sign === '\n' || (sign === '\r' && text[at + 1] !== '\n')) endRow()
    else if (sign !== '\r') field += sign
  }
  if (field !== '' || fields.length > 0 || isQuoted) endRow()
  return rows
}

/** @param head fields of the first row */
function faultOf(
  fields: readonly string[],
  head: readonly string[] | undefined,
  isOpen: boolean,
): string | undefined {
  if (isOpen)
    return `A quote opens in field ${fields.length} and is not closed; all that follows was taken for that field.`
  if (head === undefined || fields.slice(head.length).every(value => value.trim() === '')) return undefined
  return `It has ${fields.length} fields, and the first line has ${head.length}: a separator within a field needs quotes around it.`
}
