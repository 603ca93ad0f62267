// The files of an order: letters, quotations, lists. They go with it, and are no part of what is digitised.
import { useMutation, useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useRef } from 'react'
import { FileTrigger } from 'react-aria-components'
import { useInstallation } from '../../app/room.tsx'
import { type Schemas, taken } from '../../shared/api.ts'
import { Button, Fault, IconButton, Skeleton } from '../parts/controls.tsx'
import { useAmounts, useMoments } from '../parts/formats.ts'
import { sendFile } from '../parts/sending.ts'
import { useApi, useMay } from '../session/session.ts'
import { note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { type Order, orderFilesQuery, useOrdersChanged, usePersonName } from './queries.ts'
import styles from './orders.module.css'

type OrderFile = Schemas['OrderFile']

export function Files({ order }: { readonly order: Order }) {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const { prefix } = useInstallation()
  const changed = useOrdersChanged()
  const personName = usePersonName()
  const { bytes } = useAmounts()
  const { ago, exact } = useMoments()
  const place = useRef<HTMLDivElement>(null)
  const asked = useQuery(orderFilesQuery(api, order.id))
  const sending = useMutation({
    mutationFn: async (files: readonly File[]) => {
      for (const file of files) {
        await sendFile(`${prefix}/api/v1/orders/${order.id}/files`, file)
        note({ batch: undefined, text: say('files.added', { count: 1 }) })
      }
    },
    onSettled: () => changed(),
  })
  const removing = useMutation({
    mutationFn: ({ id: file }: OrderFile) => taken(api.DELETE('/api/v1/orders/{order}/files/{file}', { params: { path: { order: order.id, file } } })),
    onSuccess: (_, { name }) => {
      note({ batch: undefined, text: say('files.removed', { name }) })
      // the button is gone with its line, and the keys would go nowhere
      place.current?.querySelector('button')?.focus()
    },
    onSettled: () => changed(),
  })
  const fault = sending.error ?? removing.error
  const files = asked.data ?? []
  return (
    <section className={styles.part} aria-labelledby="files-of-order">
      <h2 id="files-of-order">{say('files.title')}</h2>
      {asked.error ? (
        <Fault error={asked.error} again={say('again')} onAgain={() => void asked.refetch()} />
      ) : asked.isPending ? (
        <Skeleton lines={2} />
      ) : files.length === 0 ? (
        <p className={styles.soft}>{say('orders.files.none')}</p>
      ) : (
        <ul className={styles.titles}>
          {files.map(file => (
            <li key={file.id}>
              <span>
                <a href={`${prefix}${file.links['content']}`} dir="auto">
                  {file.name}
                </a>{' '}
                <small title={exact(file.at)}>
                  {bytes(file.bytes)} · {personName(file.by)} · {ago(file.at)}
                </small>
              </span>
              {may('order') ? (
                <IconButton label={say('files.remove', { name: file.name })} onPress={() => removing.mutate(file)}>
                  <X size={16} aria-hidden />
                </IconButton>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {fault ? <Fault error={fault} /> : null}
      {may('order') ? (
        <div ref={place} className={styles.adding}>
          <FileTrigger allowsMultiple onSelect={chosen => sending.mutate([...(chosen ?? [])])}>
            <Button isBusy={sending.isPending}>{say('files.add')}</Button>
          </FileTrigger>
        </div>
      ) : null}
    </section>
  )
}
