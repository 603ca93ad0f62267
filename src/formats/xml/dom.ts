// Editing of XML as a tree, for records that are mended on their way out. Slimdom keeps what it does not know as it is.
import { type Element, type Node, parseXmlDocument, serializeToWellFormedString } from 'slimdom'

export type { Document, Element } from 'slimdom'
export { parseXmlDocument, serializeToWellFormedString }

export const isElement = (node: Node): node is Element => node.nodeType === 1
/** Child elements, of a name where one is given; a list of its own, so that they may be removed. */
export const elements = (parent: Element, name?: string): Element[] =>
  parent.children.filter(child => name === undefined || child.localName === name)
export const first = (parent: Element, name: string): Element | undefined => elements(parent, name)[0]

/** All elements below, in document order. */
export function descendants(parent: Element): Element[] {
  return parent.children.flatMap(child => [child, ...descendants(child)])
}

export const textOf = (element: Element | undefined): string =>
  (element?.textContent ?? '').replace(/\s+/g, ' ').trim()
export const remove = (element: Element): void => void element.parentNode?.removeChild(element)

export function setText(element: Element, text: string): void {
  while (element.firstChild) element.removeChild(element.firstChild)
  element.appendChild(
    (element.ownerDocument as NonNullable<typeof element.ownerDocument>).createTextNode(text),
  )
}

/** Adds an element of the parent's namespace and prefix, at its end or before another child. */
export function add(
  parent: Element,
  name: string,
  text?: string,
  attributes: Readonly<Record<string, string>> = {},
  before: Element | null = null,
): Element {
  const document = parent.ownerDocument as NonNullable<typeof parent.ownerDocument>
  const element = document.createElementNS(
    parent.namespaceURI,
    parent.prefix ? `${parent.prefix}:${name}` : name,
  )
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  if (text !== undefined) element.appendChild(document.createTextNode(text))
  parent.insertBefore(element, before)
  return element
}
