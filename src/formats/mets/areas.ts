// The files, and parts of files, that a div of a METS names itself.
import type { XmlElement } from '../xml/read.ts'
import type { MetsArea } from './model.ts'

/** COORDS of a rectangle: two corners, in any order. */
function rectangleOf(area: XmlElement): MetsArea['rectangle'] {
  const coordinates = (area.attribute('COORDS') ?? '').split(/[\s,]+/).map(Number)
  if (area.attribute('SHAPE')?.toUpperCase() !== 'RECT' || coordinates.length !== 4) return undefined
  if (!coordinates.every(value => Number.isFinite(value) && value >= 0)) return undefined
  const [x1, y1, x2, y2] = coordinates.map(Math.round) as [number, number, number, number]
  const [width, height] = [Math.abs(x2 - x1), Math.abs(y2 - y1)]
  return width < 1 || height < 1 ? undefined : { x: Math.min(x1, x2), y: Math.min(y1, y2), width, height }
}

/** The files that a logical div names itself, and the parts of them; the same once. */
export function areasOf(div: XmlElement): MetsArea[] {
  const found = new Map<string, MetsArea>()
  const visit = (element: XmlElement): void => {
    const fileId = element.attribute('FILEID')
    if (fileId) {
      const isReference = element.attribute('BETYPE')?.toUpperCase() === 'IDREF'
      const begin = (isReference && element.attribute('BEGIN')) || undefined
      const area = { fileId, begin, rectangle: rectangleOf(element) }
      found.set(JSON.stringify(area), area)
    }
    for (const child of element.children)
      if (child.name === 'area' || child.name === 'seq' || child.name === 'par') visit(child)
  }
  for (const pointer of div.all('fptr')) visit(pointer)
  return [...found.values()]
}
