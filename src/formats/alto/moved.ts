// ALTO whose boxes are of one image, brought onto another: what a program read from the image that is served, as a text of the master.
import { descendants, parseXmlDocument, serializeToWellFormedString } from '../xml/dom.ts'
import type { Box } from '../ocr/page-text.ts'

const names = ['HPOS', 'VPOS', 'WIDTH', 'HEIGHT'] as const

/**
 * @param size of the other image, in pixels
 * @param move a box of the one image on the other
 * @param language said of the blocks that say none
 */
export function movedAlto(
  source: string,
  size: { readonly width: number; readonly height: number },
  move: (box: Box) => Box,
  language: string | undefined,
): string {
  const document = parseXmlDocument(source)
  const root = document.documentElement
  for (const element of root ? descendants(root) : []) {
    const { localName } = element
    if (localName === 'Page') {
      element.setAttribute('WIDTH', String(size.width))
      element.setAttribute('HEIGHT', String(size.height))
      continue
    }
    if (localName === 'TextBlock' && language !== undefined && !element.hasAttribute('LANG'))
      element.setAttribute('LANG', language)
    // outlines and baselines are of the other image; the boxes say where a word is
    if (localName === 'Shape') {
      element.parentNode?.removeChild(element)
      continue
    }
    element.removeAttribute('BASELINE')
    const [x, y, width, height] = names.map(name => Number(element.getAttribute(name) ?? Number.NaN))
    if (x === undefined || y === undefined || Number.isNaN(x) || Number.isNaN(y)) continue
    const box = move({ x, y, width: width || 0, height: height || 0 })
    const values = [box.x, box.y, box.width, box.height]
    for (const [n, name] of names.entries())
      if (element.hasAttribute(name)) element.setAttribute(name, String(Math.round(values[n] as number)))
  }
  return serializeToWellFormedString(document)
}
