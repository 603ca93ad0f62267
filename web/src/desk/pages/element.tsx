// The element of the outline that is marked: its type and heading, its place in the hierarchy, and how it is put together or taken apart.
import { useEffect, useState } from 'react'
import { Button, Choice, Field } from '../parts/controls.tsx'
import { useActions } from '../shell/actions.ts'
import { useSay } from '../texts.ts'
import { dissolved, joined, lifted, nested, type OutlineElement, type OutlineNode, renamed } from './outline.ts'
import type { Outline } from './use-outline.ts'
import styles from './pages.module.css'

const toName = () => {
  const field = document.getElementById('element-caption')
  if (field instanceof HTMLInputElement) field.select()
}

export function Element(props: {
  readonly outline: Outline
  readonly all: readonly OutlineNode[]
  readonly node: OutlineNode
  readonly name: string
  readonly types: readonly { readonly name: string; readonly text: string }[]
  /** The button that is pressed may go with the change; keys go on at the line of the element then */
  readonly onFollow: () => void
}) {
  const say = useSay()
  const { outline, all, node, name } = props
  const [type, setType] = useState(node.type)
  const [caption, setCaption] = useState(node.caption ?? '')
  useEffect(() => {
    setType(node.type)
    setCaption(node.caption ?? '')
  }, [node.type, node.caption])
  const isChanged = type !== node.type || caption.trim() !== (node.caption ?? '')
  const ways = (
    [
      ['structure.nest', '>', nested(all, node.id)],
      ['structure.lift', '<', lifted(all, node.id)],
      ['structure.join', 'j', joined(all, node.id)],
      ['structure.dissolve', undefined, dissolved(all, node.id)],
    ] as const
  ).flatMap(([key, shortcut, after]) => (after ? [{ key, shortcut, after: after as OutlineElement[] }] : []))
  const done = { 'structure.nest': 'structure.nested', 'structure.lift': 'structure.lifted', 'structure.join': 'structure.joined', 'structure.dissolve': 'structure.dissolved' } as const
  useActions('structure', [
    { id: 'structure.name', label: say('structure.name', { name }), shortcut: 'F2', run: toName },
    ...ways.map(({ key, shortcut, after }) => ({
      id: key,
      label: say(key, { name }),
      ...(shortcut === undefined ? {} : { shortcut }),
      run: () => outline.save(say(done[key], { name }), after),
    })),
  ])
  return (
    <form
      className={styles.edit}
      aria-label={say('structure.element', { name })}
      onSubmit={event => {
        event.preventDefault()
        if (isChanged) outline.save(say('structure.named', { name: caption.trim() || name }), renamed(all, node.id, { type, caption: caption.trim() || null }))
      }}
    >
      <Choice label={say('structure.type')} value={type} onChange={event => setType(event.target.value)}>
        {props.types.map(each => (
          <option key={each.name} value={each.name}>
            {each.text}
          </option>
        ))}
      </Choice>
      <Field label={say('structure.caption')} id="element-caption" value={caption} onChange={setCaption} maxLength={2000} />
      <div className={styles.ways}>
        <Button type="submit" isDisabled={!isChanged} isBusy={outline.isSaving}>
          {say('structure.store')}
        </Button>
        {ways
          .filter(({ key }) => key !== 'structure.dissolve')
          .map(({ key, after }) => (
            <Button
              key={key}
              kind="quiet"
              onPress={() => {
                props.onFollow()
                outline.save(say(done[key], { name }), after)
              }}
            >
              {say(`${key}.short` as 'structure.nest.short')}
            </Button>
          ))}
      </div>
    </form>
  )
}
