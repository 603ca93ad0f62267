// What is wrong with the pages that are open, told to those who look after them.
import type { ReadingObject } from '../shared/api.ts'
import { FaultForm } from '../shared/components/fault.tsx'
import { usePageName, useText } from '../shared/text.ts'
import { Panel } from './panels.tsx'

export function FaultPanel(props: {
  readonly object: ReadingObject
  /** Those that are open */
  readonly pages: ReadingObject['pages']
  /** The images are shown, so that a part can be marked */
  readonly isShown: boolean
}) {
  const say = useText()
  const pageName = usePageName()
  const { object, pages } = props
  // of a reduced image the pixels of the full one are not known
  const canMark = props.isShown && object.restriction === null
  const places = pages.map(page => ({
    id: page.id,
    name: pageName(page.label, object.pages.indexOf(page)),
    image: canMark && page.width && page.height ? { width: page.width, height: page.height } : undefined,
  }))
  return (
    <Panel title={say('fault.title')}>
      <FaultForm places={places.length > 0 ? places : [{ id: object.id, name: object.title.title }]} />
    </Panel>
  )
}
