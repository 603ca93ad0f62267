// A page that was missed: its scan is seen, its place and label are said, and it stands in the book.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { useAddress } from '../../app/room.tsx'
import { Button, Choice, Dialog, DialogFoot, Fault, Field } from '../parts/controls.tsx'
import { addScan } from '../images/upload.ts'
import { useMay } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import type { Page } from './queries.ts'
import styles from './pages.module.css'

/** Where pages before and after are counted and one is missing between them, it is that one. */
function missingLabel(before: Page | undefined, after: Page | undefined): string {
  const [one, other] = [before?.pagination, after?.pagination]
  if (!one || !other || one.value === null || other.value === null || one.type !== other.type) return ''
  if (other.value - one.value !== 2 || one.label !== String(one.value)) return ''
  return (one.caption ?? one.label).replace(one.label, String(one.value + 1))
}

const sides = ['after', 'before'] as const

export function AddScan(props: {
  readonly id: number
  readonly file: File
  readonly pages: readonly Page[]
  /** The page that is marked; without one the new page is the last */
  readonly beside: number | undefined
  readonly onAdded: (page: number) => void
  readonly onClose: () => void
}) {
  const say = useSay()
  const address = useAddress()
  const may = useMay()
  const queries = useQueryClient()
  const { file, pages } = props
  const at = pages.findIndex(({ id }) => id === props.beside)
  const neighbour = pages[at]
  const [side, setSide] = useState<(typeof sides)[number]>('after')
  const [label, setLabel] = useState(() => missingLabel(neighbour, pages[at + 1]))
  const [gone, setGone] = useState<number>()
  const key = useMemo(() => crypto.getRandomValues(new Uint32Array(4)).join('-'), [file])
  // browsers draw no TIFF: then its name stands there alone
  const [picture, setPicture] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(file)
    setPicture(made)
    return () => URL.revokeObjectURL(made)
  }, [file])
  const isReleased = neighbour?.isReleased === true && may('release')
  const add = useMutation({
    mutationFn: () => {
      setGone(0)
      const query = new URLSearchParams({
        ...(neighbour ? { [side]: String(neighbour.id) } : {}),
        ...(label.trim() === '' ? {} : { pagination: label.trim() }),
        ...(isReleased ? { release: 'true' } : {}),
      })
      return addScan(address(`/api/v1/titles/${props.id}/scans?${query}`), file, `${key}-${query}`, setGone)
    },
    onSuccess: async page => {
      note({ batch: batchOf(page), text: say('pages.added', { label: page.pagination.caption ?? `#${page.id}` }) })
      await queries.invalidateQueries({ predicate: ({ queryKey }) => ['pages', 'tree', 'titles', 'log'].includes(String(queryKey[0])) })
      props.onAdded(page.id)
    },
    onSettled: () => setGone(undefined),
  })
  const nameOf = (page: Page) => page.pagination.label ?? page.pagination.caption ?? `[${pages.indexOf(page) + 1}]`
  return (
    <Dialog title={say('pages.add')} isOpen onClose={props.onClose}>
      <form
        className={styles.add}
        onSubmit={event => {
          event.preventDefault()
          if (!add.isPending) add.mutate()
        }}
      >
        <figure>
          {picture === undefined ? null : <img src={picture} alt="" height={220} onError={() => setPicture(undefined)} />}
          <figcaption>{file.name}</figcaption>
        </figure>
        <div className={styles.said}>
          <Field label={say('pages.add.label')} value={label} onChange={setLabel} maxLength={250} autoFocus />
          {neighbour ? (
            <Choice label={say('pages.add.place')} value={side} onChange={event => setSide(event.target.value as typeof side)}>
              {sides.map(each => (
                <option key={each} value={each}>
                  {say(`pages.add.${each}`, { page: nameOf(neighbour) })}
                </option>
              ))}
            </Choice>
          ) : (
            <p className={styles.soft}>{say('pages.add.last')}</p>
          )}
          {isReleased ? null : <p className={styles.soft}>{say('pages.add.hidden')}</p>}
        </div>
        {gone === undefined ? null : <progress max={1} value={gone} aria-label={say('images.replace.progress')} />}
        {add.error ? <Fault error={add.error} /> : null}
        <DialogFoot onCancel={props.onClose}>
          <Button kind="primary" type="submit" isBusy={add.isPending}>
            {say('pages.add.go')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
