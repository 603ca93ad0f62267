// Tags of what is chosen: set, taken off, or left as each has them; how many nodes change is said before.
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button, Dialog, DialogFoot, Empty, Fault, Skeleton } from '../parts/controls.tsx'
import { nodeTagsQuery, TagMark, tagsQuery } from '../parts/tags.tsx'
import type { TreeNode } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { useAct, type Whole } from './act.tsx'
import styles from './tag.module.css'

/** undefined: each keeps what it has */
type Wish = boolean | undefined
/** Where all have one state there are two; where they may differ, there is leaving them, too. */
const next = (wish: Wish, canLeave: boolean): Wish => (wish === undefined ? true : wish ? false : canLeave ? undefined : true)

export function TagDialog(props: {
  readonly nodes: readonly TreeNode[]
  readonly whole: Whole | undefined
  readonly domain: string | undefined
  readonly onClose: () => void
}) {
  const say = useSay()
  const api = useApi()
  const { nodes, whole } = props
  const [isBelow, setBelow] = useState(false)
  const [wishes, setWishes] = useState<ReadonlyMap<string, boolean>>(new Map())
  const one = nodes.length === 1 && !whole ? nodes[0] : undefined
  const { data: tags, error } = useQuery(tagsQuery(api, props.domain))
  const own = useQuery({ ...nodeTagsQuery(api, one?.id ?? 0), enabled: one !== undefined }).data?.own
  const isKnown = one !== undefined && !isBelow
  const stateOf = (name: string): Wish => wishes.get(name) ?? (isKnown ? (own ?? []).includes(name) : undefined)
  const changed = [...wishes].filter(([name, is]) => !isKnown || is !== own?.includes(name))
  const named = (is: boolean) => changed.filter(([, each]) => each === is).map(([name]) => name)
  const { preview, run } = useAct(
    { action: 'tag', ids: nodes.map(({ id }) => id), ...(whole ? { whole } : {}), tags: { add: named(true), remove: named(false), below: isBelow } },
    props.onClose,
    changed.length > 0,
  )
  const fault = error ?? run.error ?? preview.error
  const press = (name: string) =>
    setWishes(before => {
      const wish = next(stateOf(name), !isKnown)
      const after = new Map(before)
      if (wish === undefined) after.delete(name)
      else after.set(name, wish)
      return after
    })
  const canReachBelow = whole !== undefined || nodes.some(({ hasChildren }) => hasChildren === true)
  return (
    <Dialog title={one ? say('tree.tag.one', { name: one.caption ?? `#${one.id}` }) : whole ? say('tree.tag.whole') : say('tree.tag.many', { count: nodes.length })} isOpen onClose={props.onClose}>
      <form
        className={styles.form}
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          if (preview.data && preview.data.changed > 0) run.mutate()
        }}
      >
        {!tags || (one && !own) ? (
          <Skeleton lines={4} />
        ) : tags.length === 0 ? (
          <Empty title={say('tags.none')}>{say('tree.tag.none')}</Empty>
        ) : (
          <fieldset className={styles.tags}>
            <legend>{say(isKnown ? 'tree.tag.about' : 'tree.tag.leave')}</legend>
            {tags.map((tag, at) => (
              <label key={tag.name}>
                <input
                  type="checkbox"
                  autoFocus={at === 0}
                  checked={stateOf(tag.name) === true}
                  ref={box => {
                    if (box) box.indeterminate = stateOf(tag.name) === undefined
                  }}
                  onChange={() => press(tag.name)}
                />
                <TagMark tag={tag} />
              </label>
            ))}
          </fieldset>
        )}
        {canReachBelow && tags && tags.length > 0 ? (
          <label className={styles.below}>
            <input
              type="checkbox"
              checked={isBelow}
              onChange={event => {
                setBelow(event.target.checked)
                setWishes(new Map())
              }}
            />
            {say('tree.tag.below')}
          </label>
        ) : null}
        <p role="status" className={styles.count}>
          {changed.length > 0 && preview.data ? say('tree.tag.count', { count: preview.data.changed }) : ''}
        </p>
        {fault ? <Fault error={fault} /> : null}
        <DialogFoot onCancel={props.onClose}>
          <Button kind="primary" type="submit" isDisabled={!preview.data || preview.data.changed === 0} isBusy={run.isPending}>
            {say('tree.tag.store')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
