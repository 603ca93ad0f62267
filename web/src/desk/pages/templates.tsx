// The numbering of a book, kept in this browser under a name, for others of its kind.
import { BookmarkPlus, Trash2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Button, Field } from '../parts/controls.tsx'
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
    add: (template: Template) => set([...kept.filter(({ name }) => name !== template.name), template].sort((a, b) => a.name.localeCompare(b.name))),
    remove: (name: string) => set(kept.filter(each => each.name !== name)),
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
  const keep = () => {
    if (made && name?.trim()) templates.add({ ...made, name: name.trim() })
    setName(undefined)
  }
  if (chosen)
    return (
      <Button
        kind="quiet"
        onPress={() => {
          templates.remove(chosen.name)
          props.onGone()
        }}
      >
        <Trash2 size={15} aria-hidden /> {say('paginate.template.remove', { name: chosen.name })}
      </Button>
    )
  if (!made) return null
  return name === undefined ? (
    <Button kind="quiet" onPress={() => setName('')}>
      <BookmarkPlus size={15} aria-hidden /> {say('paginate.template.keep')}
    </Button>
  ) : (
    <div
      className={styles.keep}
      onKeyDown={event => {
        if (event.key === 'Escape') setName(undefined)
        if (event.key !== 'Enter') return
        // the numbers are not what is meant
        event.preventDefault()
        keep()
      }}
    >
      <Field label={say('paginate.template.name')} value={name} onChange={setName} maxLength={60} autoFocus />
      <Button isDisabled={name.trim() === ''} onPress={keep}>
        {say('paginate.template.go')}
      </Button>
    </div>
  )
}
