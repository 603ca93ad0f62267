// The numbering of a book, kept in this browser under a name, for others of its kind.
import { BookmarkPlus, Trash2 } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { Button, Field } from '../parts/controls.tsx'
import { note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { keepTemplates, keptTemplates, type Template, templateOf } from './numbering.ts'
import type { Kind, Page } from './queries.ts'
import styles from './pages.module.css'

export function useTemplates() {
  const [kept, setKept] = useState(keptTemplates)
  const set = (next: readonly Template[]) => {
    keepTemplates(next)
    setKept(next)
  }
  return {
    kept,
    // as they are kept now: another window, or an undo, may come later than what was read here
    add: (template: Template) => set([...keptTemplates().filter(({ name }) => name !== template.name), template].sort((a, b) => a.name.localeCompare(b.name))),
    remove: (name: string) => set(keptTemplates().filter(each => each.name !== name)),
  }
}

export function Templates(props: {
  readonly templates: ReturnType<typeof useTemplates>
  readonly pages: readonly Page[]
  readonly kinds: readonly Kind[]
  /** The one that is to be used */
  readonly chosen: Template | undefined
  readonly onGone: () => void
}) {
  const say = useSay()
  const { templates, chosen } = props
  const [name, setName] = useState<string>()
  const made = useMemo(() => templateOf('', props.pages, props.kinds), [props.pages, props.kinds])
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
    note({ batch: undefined, back: async () => (before ? templates.add(before) : templates.remove(name.trim())), text: say('paginate.template.kept', { name: name.trim() }) })
    close()
  }
  if (chosen)
    return (
      <Button
        kind="quiet"
        onPress={() => {
          templates.remove(chosen.name)
          note({ batch: undefined, back: async () => templates.add(chosen), text: say('paginate.template.removed', { name: chosen.name }) })
          props.onGone()
        }}
      >
        <Trash2 size={15} aria-hidden /> {say('paginate.template.remove', { name: chosen.name })}
      </Button>
    )
  if (!made) return null
  return name === undefined ? (
    <span ref={opener}>
      <Button kind="quiet" onPress={() => setName('')}>
        <BookmarkPlus size={15} aria-hidden /> {say('paginate.template.keep')}
      </Button>
    </span>
  ) : (
    <div
      className={styles.keep}
      onKeyDown={event => {
        if (event.key === 'Escape') close()
        if (event.key !== 'Enter') return
        // the numbers are not what is meant
        event.preventDefault()
        keep()
      }}
    >
      <Field label={say('paginate.template.name')} value={name} onChange={setName} maxLength={60} autoFocus />
      <Button isDisabled={name.trim() === ''} onPress={keep}>
        {say(before ? 'paginate.template.replace' : 'paginate.template.go')}
      </Button>
    </div>
  )
}
