// Identifiers of a title: what it has and whether its agency knows it; added, taken off, given out.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { type FormEvent, useRef } from 'react'
import { taken } from '../../shared/api.ts'
import { Button, Dialog, Empty, Fault, Field, IconButton, Skeleton } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Table } from '../parts/table.tsx'
import { useApi, useMay } from '../session/session.ts'
import { batchOf, note, withOperation } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import styles from './title.module.css'

export function Identifiers({ id, onChanged, onClose }: { readonly id: number; readonly onChanged: () => void; readonly onClose: () => void }) {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const queries = useQueryClient()
  const { exact } = useMoments()
  const form = useRef<HTMLFormElement>(null)
  const path = { id }
  const asked = useQuery({
    queryKey: ['titles', 'identifiers', id],
    queryFn: async () => (await taken(api.GET('/api/v1/titles/{id}/identifiers', { params: { path } }))).items,
  })
  const after = async (batch: number | undefined, text: string) => {
    note({ batch, text })
    onChanged()
    await queries.invalidateQueries({ predicate: ({ queryKey }) => ['titles', 'log'].includes(String(queryKey[0])) && queryKey[1] !== 'mods' })
  }
  const add = useMutation({
    mutationFn: (body: { readonly scheme: string; readonly value: string }) =>
      withOperation(api.POST('/api/v1/titles/{id}/identifiers', { params: { path }, body })),
    onSuccess: async (batch, { value }) => {
      form.current?.reset()
      await after(batch, say('identifiers.added', { value }))
    },
  })
  const remove = useMutation({
    mutationFn: ({ id: identifier }: { readonly id: number; readonly value: string }) =>
      withOperation(api.DELETE('/api/v1/titles/{id}/identifiers/{identifier}', { params: { path: { id, identifier } } })),
    onSuccess: async (batch, { value }) => {
      await after(batch, say('identifiers.removed', { value }))
      // the button is gone with its line, and the keys would go nowhere
      form.current?.querySelector('input')?.focus()
    },
  })
  const assign = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/titles/{id}/identifiers/assign', { params: { path } })),
    onSuccess: answer => after(batchOf(answer), say('identifiers.assigned')),
  })
  const fault = asked.error ?? add.error ?? remove.error ?? assign.error
  const canWrite = may('meta:write')
  return (
    <Dialog title={say('identifiers.title')} isOpen isWide onClose={onClose}>
      {asked.isPending ? (
        <Skeleton lines={3} />
      ) : asked.data?.length === 0 ? (
        <Empty title={say('identifiers.none')} />
      ) : (
        <Table label={say('identifiers.title')} columns={[say('identifiers.scheme'), say('identifiers.value'), say('identifiers.state')]}>
          {asked.data?.map(each => (
            <tr key={each.id}>
              <td>{each.scheme}</td>
              <td>
                <code className={styles.value}>{each.value}</code>
              </td>
              <td>{each.registeredAt === null ? '–' : say('identifiers.registered', { at: exact(each.registeredAt) })}</td>
              <td>
                {canWrite ? (
                  <IconButton label={say('identifiers.remove', { value: each.value })} onPress={() => remove.mutate(each)}>
                    <X size={16} aria-hidden />
                  </IconButton>
                ) : null}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {fault ? <Fault error={fault} /> : null}
      {canWrite ? (
        <form
          ref={form}
          data-undo
          className={styles.elsewhere}
          onSubmit={(event: FormEvent<HTMLFormElement>) => {
            event.preventDefault()
            const given = new FormData(event.currentTarget)
            add.mutate({ scheme: String(given.get('scheme')).trim(), value: String(given.get('value')).trim() })
          }}
        >
          <Field label={say('identifiers.scheme')} name="scheme" isRequired autoFocus maxLength={60} placeholder="doi" />
          <Field label={say('identifiers.value')} name="value" isRequired maxLength={500} />
          <Button type="submit" isBusy={add.isPending}>
            {say('identifiers.add')}
          </Button>
        </form>
      ) : null}
      {may('release') ? (
        <div className={styles.assign}>
          <p className={styles.soft}>{say('identifiers.assign.text')}</p>
          <Button isBusy={assign.isPending} onPress={() => assign.mutate()}>
            {say('identifiers.assign')}
          </Button>
        </div>
      ) : null}
    </Dialog>
  )
}
