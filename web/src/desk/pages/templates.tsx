// What recurs from title to title, numbers and outlines, kept in this browser under a name, for others of their kind.
import { BookmarkPlus, Trash2 } from 'lucide-react'
import { useRef, useState } from 'react'
import { Button, Field } from '../parts/controls.tsx'
import { read, write } from '../parts/kept.ts'
import { note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import styles from './pages.module.css'

interface Named {
  readonly name: string
}
export interface Kept<Template extends Named> {
  readonly kept: readonly Template[]
  readonly add: (template: Template) => void
  readonly remove: (name: string) => void
}

/** @param place where those of a kind are kept */
export function useTemplates<Template extends Named>(place: string): Kept<Template> {
  const now = () => read<readonly Template[]>(place) ?? []
  const [kept, setKept] = useState(now)
  const set = (next: readonly Template[]) => {
    write(place, next)
    setKept(next)
  }
  return {
    kept,
    // as they are kept now: another window, or an undo, may come later than what was read here
    add: template => set([...now().filter(({ name }) => name !== template.name), template].sort((a, b) => a.name.localeCompare(b.name))),
    remove: name => set(now().filter(each => each.name !== name)),
  }
}

export function Templates<Template extends Named>(props: {
  readonly templates: Kept<Template>
  /** What the title that is open would be as one, still without a name; undefined where it would be none */
  readonly made: Template | undefined
  /** What the button says that keeps it */
  readonly keep: string
  /** The one that is to be used */
  readonly chosen: Template | undefined
  readonly onGone: () => void
}) {
  const say = useSay()
  const { templates, chosen, made } = props
  const [name, setName] = useState<string>()
  const opener = useRef<HTMLSpanElement>(null)
  const close = () => {
    setName(undefined)
    // the field goes, and keys with it
    requestAnimationFrame(() => opener.current?.querySelector('button')?.focus())
  }
  const before = templates.kept.find(each => each.name === name?.trim())
  const keep = () => {
    if (!made || !name?.trim()) return
    templates.add({ ...made, name: name.trim() })
    note({ batch: undefined, back: async () => (before ? templates.add(before) : templates.remove(name.trim())), text: say('template.kept', { name: name.trim() }) })
    close()
  }
  if (chosen)
    return (
      <Button
        kind="quiet"
        onPress={() => {
          templates.remove(chosen.name)
          note({ batch: undefined, back: async () => templates.add(chosen), text: say('template.removed', { name: chosen.name }) })
          props.onGone()
        }}
      >
        <Trash2 size={15} aria-hidden /> {say('template.remove', { name: chosen.name })}
      </Button>
    )
  if (!made) return null
  return name === undefined ? (
    <span ref={opener}>
      <Button kind="quiet" onPress={() => setName('')}>
        <BookmarkPlus size={15} aria-hidden /> {props.keep}
      </Button>
    </span>
  ) : (
    <div
      className={styles.keep}
      onKeyDown={event => {
        if (event.key === 'Escape') close()
        if (event.key !== 'Enter') return
        // the form around is not what is meant
        event.preventDefault()
        keep()
      }}
    >
      <Field label={say('template.name')} value={name} onChange={setName} maxLength={60} autoFocus />
      <Button isDisabled={name.trim() === ''} onPress={keep}>
        {say(before ? 'template.replace' : 'template.go')}
      </Button>
    </div>
  )
}
