import type { ReadingDirection } from '../languages/direction.ts'
import type { XmlElement } from '../xml/read.ts'

const xlink = 'http://www.w3.org/1999/xlink'

/** Where a PHYSICAL map says that its pages begin: RTLBoundManuscript, RTLScannedResource … of Princeton's Plum and Figgy; ours beside the type that the profile asks for */
export const directionOf = (div: XmlElement): ReadingDirection | undefined =>
  [div.attribute('TYPE'), div.attribute('label', xlink)].some(type =>
    /^(?:RTL|right-to-left$)/i.test(type ?? ''),
  )
    ? 'right-to-left'
    : div.attribute('label', xlink) === 'left-to-right'
      ? 'left-to-right'
      : undefined
