// The text of a page in any form that programs of recognition write: ALTO, PAGE-XML or hOCR, told apart by what the document is, not by
// its name.
import { Refusal } from '../../errors.ts'
import { altoText, type AltoOptions, isAlto } from '../alto/read.ts'
import { hocrText, isHocr } from '../hocr/read.ts'
import { isPageXml, pageXmlText } from '../page-xml/read.ts'
import { decodeXml } from '../xml/decode.ts'
import { readXml } from '../xml/read.ts'
import type { PageText } from './page-text.ts'

/** How a document begins that is no XML of ours: HTML, with or without its type and comments before it. */
const beginsAsHtml =
  /^\uFEFF?\s*(?:<\?xml[^>]*\?>|<!DOCTYPE[^>]*>|<!--[^]*?-->|\s)*<(?:html|head|body|div)[\s>]/i

/**
 * @param bytes of the file, in the encoding that it declares
 * @throws Refusal bad-xml, with line and column; unsupported-media-type for an encoding that is not read
 */
export function readPageText(bytes: Uint8Array, options: AltoOptions = {}): PageText {
  const source = decodeXml(bytes, options.name)
  if (beginsAsHtml.test(source) && isHocr(source)) return hocrText(source, options)
  const root = readXml(source, { ...options, plainDoctype: true })
  if (isAlto(root)) return altoText(root, options)
  if (isPageXml(root)) return pageXmlText(root, options)
  throw new Refusal(
    'bad-xml',
    `${options.name ?? 'The document'}, line ${root.line}: the root element is ${root.name}${root.namespace === '' ? '' : ` of ${root.namespace}`}; a text is ALTO, PAGE-XML or hOCR.`,
    { line: root.line, column: root.column },
  )
}
