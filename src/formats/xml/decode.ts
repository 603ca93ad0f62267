// The text of an XML document in the encoding that it names, by byte order mark or declaration.
// @see https://www.w3.org/TR/xml/#sec-guessing
import { Refusal } from '../../errors.ts'
import { tableOf } from '../../codes.ts'

const declaration = /^(\uFEFF?<\?xml[^>]*?\sencoding\s*=\s*["'])([A-Za-z][\w.-]*)(["'])/

/** Encodings by their first bytes: a mark, or `<` in two bytes. */
function encodingOfBytes([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first === 0x3c && second === 0) return 'utf-16le'
  if (first === 0 && second === 0x3c) return 'utf-16be'
  return undefined
}

/** What documents of libraries declare beside UTF-8, as decoders call it. */
const decoders: Readonly<Record<string, string>> = tableOf({
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'iso-8859-1': 'windows-1252',
  latin1: 'windows-1252',
  'windows-1252': 'windows-1252',
  cp1252: 'windows-1252',
  'iso-8859-2': 'iso-8859-2',
  'windows-1250': 'windows-1250',
  'iso-8859-15': 'iso-8859-15',
  'utf-16': 'utf-16le',
})

/** 0x80 to 0x9F of windows-1252, which decoders of some versions of Node take for control characters. */
const highQuotes = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ'
const withQuotes = (text: string): string =>
  text.replace(/[\u0080-\u009F]/g, letter => highQuotes.charAt(letter.charCodeAt(0) - 0x80))

/**
 * The text of a document; its declaration says UTF-8, in which we keep it.
 * @throws Refusal unsupported-media-type for an encoding that we do not know, or bytes that are not in it
 */
export function decodeXml(bytes: Uint8Array, name = 'The document'): string {
  const marked = encodingOfBytes(bytes)
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, 200)).replace(/^ï»¿/, '')
  const declared = marked ? undefined : declaration.exec(head)?.[2]
  const encoding = marked ?? (declared === undefined ? 'utf-8' : decoders[declared.toLowerCase()])
  if (encoding === undefined)
    throw new Refusal(
      'unsupported-media-type',
      `${name} declares the encoding ${declared}; UTF-8, UTF-16, ISO-8859-1, ISO-8859-2, ISO-8859-15, windows-1250 and windows-1252 are read.`,
    )
  let source: string
  try {
    source = new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Refusal('unsupported-media-type', `${name} is not in ${encoding.toUpperCase()}.`, {}, error)
  }
  if (encoding === 'utf-8') return source
  return (encoding === 'windows-1252' ? withQuotes(source) : source).replace(declaration, '$1UTF-8$3')
}
