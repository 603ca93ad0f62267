// Reads a whole XML document into a light tree that remembers where each element stands in the source, so that a
// record can be cut out byte for byte and a fault can name line and column. No DTD, no external entities, bounded depth.
// @see https://www.w3.org/TR/xml/ and https://www.w3.org/TR/xml-names/
import { SaxesParser } from 'saxes'
import { Refusal } from '../../errors.ts'
import { tableOf } from '../../codes.ts'

export interface XmlAttribute {
  readonly name: string
  readonly namespace: string
  readonly value: string
}

export class XmlElement {
  /** Local name. */
  readonly name: string
  readonly namespace: string
  readonly attributes: readonly XmlAttribute[]
  readonly parent: XmlElement | undefined
  readonly children: XmlElement[] = []
  /** Character data of this element alone, in order, without that of its children. */
  ownText = ''
  /** Place of `<` and of the character after the end tag, in UTF-16 units of the source. */
  readonly start: number
  end = 0
  readonly line: number
  readonly column: number
  /** Namespace declarations of this very tag: prefix ('' for the default) -> name. */
  readonly declarations: ReadonlyMap<string, string>
  readonly prefix: string

  constructor(
    fields: Pick<
      XmlElement,
      'name' | 'namespace' | 'prefix' | 'attributes' | 'parent' | 'start' | 'line' | 'column' | 'declarations'
    >,
  ) {
    this.name = fields.name
    this.namespace = fields.namespace
    this.prefix = fields.prefix
    this.attributes = fields.attributes
    this.parent = fields.parent
    this.start = fields.start
    this.line = fields.line
    this.column = fields.column
    this.declarations = fields.declarations
  }

  /** An attribute without namespace, or of the given one. */
  attribute(name: string, namespace = ''): string | undefined {
    return this.attributes.find(attribute => attribute.name === name && attribute.namespace === namespace)
      ?.value
  }

  /** Children with that local name in this element's namespace, or in the given one. */
  all(name: string, namespace = this.namespace): XmlElement[] {
    return this.children.filter(child => child.name === name && child.namespace === namespace)
  }

  first(name: string, namespace = this.namespace): XmlElement | undefined {
    return this.children.find(child => child.name === name && child.namespace === namespace)
  }

  /** The first child along a path of local names. */
  at(...names: string[]): XmlElement | undefined {
    let element: XmlElement | undefined = this as XmlElement
    for (const name of names) element = element?.first(name)
    return element
  }

  /** Text with runs of white space as one blank, '' where there is none. */
  get text(): string {
    return this.ownText.replace(/\s+/g, ' ').trim()
  }

  /** All below this element, in document order; by a stack, as generators within each other cost each element its depth. */
  *descendants(): Generator<XmlElement> {
    const stack = this.children.toReversed()
    for (let element = stack.pop(); element; element = stack.pop()) {
      yield element
      for (let at = element.children.length - 1; at >= 0; at--) stack.push(element.children[at] as XmlElement)
    }
  }

  /** Namespaces in scope: prefix -> name. */
  get scope(): Map<string, string> {
    const scope = this.parent ? this.parent.scope : new Map<string, string>()
    for (const [prefix, name] of this.declarations) scope.set(prefix, name)
    return scope
  }
}

export interface XmlOptions {
  /** How the document is called in faults. */
  readonly name?: string
  readonly maxDepth?: number
  /** Of one element, declarations of namespaces included: libraries look for each among all others */
  readonly maxAttributes?: number
  readonly maxElements?: number
  /** Of one record of metadata */
  readonly maxRecordElements?: number
  readonly maxIdentifiers?: number
  readonly maxNames?: number
  /** Takes `<!DOCTYPE alto>` as programs write it; one that declares anything is refused all the same */
  readonly plainDoctype?: boolean
}

/** What holds where nothing else is said; the options of [limits] have these as defaults. */
export const xmlLimits = {
  maxDepth: 256,
  maxAttributes: 200,
  maxElements: 2_000_000,
  maxRecordElements: 20_000,
  maxIdentifiers: 1000,
  maxNames: 5000,
} as const

function excerptOf(source: string, line: number, column: number): string {
  const text = (source.split(/\r\n|\n|\r/, line)[line - 1] ?? '').replace(/\t/g, ' ')
  const from = Math.max(0, column - 40)
  const shown = text.slice(from, from + 80)
  return `${shown}\n${' '.repeat(Math.max(0, column - 1 - from))}^`
}

/** Decodes UTF-8 and refuses everything else (decision 17), a byte order mark aside. */
export function decodeUtf8(bytes: Uint8Array, name = 'The document'): string {
  if ((bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0xff && bytes[1] === 0xfe))
    throw new Refusal('unsupported-media-type', `${name} is in UTF-16; only UTF-8 is accepted.`)
  let source: string
  try {
    source = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Refusal('unsupported-media-type', `${name} is not in UTF-8.`, {}, error)
  }
  const declared = /^<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)["']/.exec(source)?.[1]
  if (declared && !/^(utf-?8|us-ascii)$/i.test(declared))
    throw new Refusal(
      'unsupported-media-type',
      `${name} declares the encoding ${declared}; only UTF-8 is accepted.`,
    )
  return source
}

/**
 * @throws Refusal bad-xml with line, column (1-based) and excerpt
 */
export function readXml(source: string, options: XmlOptions = {}): XmlElement {
  const name = options.name ?? 'The document'
  const { maxDepth, maxAttributes, maxElements } = { ...xmlLimits, ...options }
  const parser = new SaxesParser({ xmlns: true, position: true })
  let root: XmlElement | undefined
  let current: XmlElement | undefined
  let depth = 0
  let elements = 0
  const fail = (sentence: string, line = parser.line, column = parser.column): never => {
    throw new Refusal('bad-xml', `${name}, line ${line}, column ${column}: ${sentence}`, {
      line,
      column,
      excerpt: excerptOf(source, line, column),
    })
  }
  parser.on('error', error =>
    fail(error.message.replace(/^(?:[^:\n]*:)?\d+:\d+:\s*/, '').replace(/\.?$/, '.')),
  )
  // counted as they come: what is too much is not gathered first
  let attributesOfTag = 0
  parser.on('opentagstart', () => {
    attributesOfTag = 0
  })
  parser.on('attribute', () => {
    if (++attributesOfTag > maxAttributes)
      fail(`an element has more than ${maxAttributes} attributes ([limits] xmlAttributes).`)
  })
  // a declaration without a subset of its own declares nothing: nothing is fetched, and entities stay unknown
  parser.on('doctype', declaration => {
    if (options.plainDoctype !== true || declaration.includes('['))
      fail('document type declarations are not accepted.')
  })
  parser.on('opentag', tag => {
    if (++depth > maxDepth) fail(`elements are nested deeper than ${maxDepth} levels ([limits] xmlDepth).`)
    if (++elements > maxElements) fail(`there are more than ${maxElements} elements ([limits] xmlElements).`)
    // '<' cannot stand inside a tag, so the last one before the tag's end is its start
    const start = source.lastIndexOf('<', parser.position - 1)
    const attributes: XmlAttribute[] = []
    for (const attribute of Object.values(tag.attributes))
      if (attribute.prefix !== 'xmlns' && attribute.name !== 'xmlns')
        attributes.push({ name: attribute.local, namespace: attribute.uri, value: attribute.value })
    const element = new XmlElement({
      name: tag.local,
      namespace: tag.uri,
      prefix: tag.prefix,
      attributes,
      parent: current,
      start,
      line: parser.line,
      column: parser.column,
      declarations: new Map(Object.entries(tag.ns ?? {})),
    })
    if (current) current.children.push(element)
    else root = element
    current = element
    if (tag.isSelfClosing) element.end = parser.position
  })
  parser.on('closetag', () => {
    depth--
    if (!current) return
    current.end = parser.position
    current = current.parent
  })
  const addText = (text: string) => {
    if (current) current.ownText += text
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.write(source).close()
  return root ?? fail('there is no root element.')
}

const escapes: Record<string, string> = tableOf({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })
// what no XML document may hold, not even as a reference
const forbidden =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g // oxlint-disable-line no-control-regex
/** Text as XML character data or as an attribute value in double quotes; what XML cannot hold becomes U+FFFD. */
export const escapeXml = (text: string): string =>
  text.replace(forbidden, '\ufffd').replace(/[&<>"]/g, character => escapes[character] as string)

/**
 * The element's own bytes as a document of its own: declarations that stood above it and that it may need are added
 * to its start tag, everything else stays as it is written.
 */
export function cutOut(source: string, element: XmlElement): string {
  const own = source.slice(element.start, element.end)
  const missing = [...(element.parent?.scope ?? [])].filter(
    ([prefix, name]) => name !== '' && prefix !== 'xml' && !element.declarations.has(prefix),
  )
  const used = missing.filter(([prefix]) =>
    prefix === '' ? usesDefault(element) : new RegExp(`[<\\s/"']${escapePattern(prefix)}:`).test(own),
  )
  if (used.length === 0) return own
  const declarations = used
    .map(([prefix, name]) => ` xmlns${prefix ? `:${prefix}` : ''}="${escapeXml(name)}"`)
    .join('')
  return own.replace(/^<[^\s/>]+/, tag => tag + declarations)
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

function usesDefault(element: XmlElement): boolean {
  if (element.prefix === '' && !element.declarations.has('')) return true
  for (const below of element.descendants()) if (below.prefix === '') return true
  return false
}
