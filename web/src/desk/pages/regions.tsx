// The parts of pages that an article is made of: drawn and moved on the pictures of its pages, by hand or by keys.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schemas } from '../../shared/api.ts'
import { taken } from '../../shared/api.ts'
import { middleOf, RegionFrame } from '../../shared/components/region.tsx'
import { Button, Dialog, DialogFoot, Empty, Fault, Skeleton } from '../parts/controls.tsx'
import { Scan } from '../parts/scan.tsx'
import { useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import styles from './pages.module.css'

type Region = Schemas['MarkedRegion']

export function Regions({ id, name, onClose }: { readonly id: number; readonly name: string; readonly onClose: () => void }) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const queryKey = ['tree', 'regions', id]
  const stored = useQuery({
    queryKey,
    // what was there when they were marked last is nothing to begin with
    gcTime: 0,
    queryFn: async () => {
      const answer = await api.GET('/api/v1/tree/{id}/regions', { params: { path: { id } } })
      return { ...(await taken(Promise.resolve(answer))), etag: answer.response.headers.get('etag') ?? '*' }
    },
  })
  /** With the version that they are changes of: what others store meanwhile is not written over */
  const [changed, setChanged] = useState<{ readonly regions: readonly Region[]; readonly etag: string }>()
  const [at, setAt] = useState(0)
  const [of, setOf] = useState<number>()
  const pages = stored.data?.pages ?? []
  const regions = changed?.regions ?? stored.data?.regions ?? []
  const region = regions[at]
  const page = pages.find(each => each.id === (region?.page ?? of)) ?? pages[0]
  const labelOf = (pageId: number) => pages.find(each => each.id === pageId)?.label ?? `[${pages.findIndex(each => each.id === pageId) + 1}]`
  const put = (next: readonly Region[], open: number) => {
    setChanged({ regions: next, etag: changed?.etag ?? stored.data?.etag ?? '*' })
    setAt(open)
  }
  const show = (pageId: number) => {
    setOf(pageId)
    const first = regions.findIndex(each => each.page === pageId)
    setAt(first < 0 ? regions.length : first)
  }
  const save = useMutation({
    mutationFn: () =>
      taken(
        api.PUT('/api/v1/tree/{id}/regions', {
          params: { path: { id }, header: { 'If-Match': changed?.etag ?? '*' } },
          body: { regions: [...regions] },
        }),
      ),
    onSuccess: answer => {
      note({ batch: batchOf(answer), text: say('regions.done', { name, count: regions.length }) })
      onClose()
    },
    onSettled: () => queries.invalidateQueries({ queryKey }),
  })
  return (
    <Dialog title={say('regions.title', { name })} isOpen isWide onClose={onClose}>
      {stored.error ? (
        <Fault error={stored.error} />
      ) : stored.isPending ? (
        <Skeleton lines={8} />
      ) : page === undefined ? (
        <Empty title={say('regions.nowhere')}>{say('regions.nowhere.text')}</Empty>
      ) : (
        <form
          className={styles.regions}
          onSubmit={event => {
            event.preventDefault()
            save.mutate()
          }}
        >
          <RegionFrame
            image={page}
            region={region ?? null}
            label={say('regions.keys', { label: labelOf(page.id) })}
            onRegion={drawn => {
              if (drawn === null) put(regions.filter(each => each !== region), Math.max(0, at - 1))
              else if (region) put(regions.with(at, { ...drawn, page: page.id }), at)
              else put([...regions, { ...drawn, page: page.id }], regions.length)
            }}
          >
            <Scan key={page.id} path={`/titlepage/${page.id}/1000`} alt="" isEager />
          </RegionFrame>
          <div>
            <p className={styles.soft}>{say('regions.hint')}</p>
            <label className={styles.size}>
              {say('regions.page')}
              <select value={page.id} onChange={event => show(Number(event.target.value))}>
                {pages.map(each => (
                  <option key={each.id} value={each.id}>
                    {labelOf(each.id)}
                  </option>
                ))}
              </select>
            </label>
            <ol className={styles.elements}>
              {regions.map((each, n) => (
                <li key={n}>
                  <span className={styles.element}>
                    <button type="button" aria-pressed={n === at} onClick={() => setAt(n)}>
                      {say('regions.one', { label: labelOf(each.page), at: n + 1 })}
                    </button>
                    <Button kind="quiet" onPress={() => put(regions.filter((_, other) => other !== n), 0)}>
                      {say('regions.remove', { at: n + 1 })}
                    </Button>
                  </span>
                </li>
              ))}
            </ol>
            <Button onPress={() => put([...regions, { ...middleOf(page), page: page.id }], regions.length)}>{say('regions.add', { label: labelOf(page.id) })}</Button>
            {save.error ? <Fault error={save.error} /> : null}
            <DialogFoot onCancel={onClose}>
              <Button kind="primary" type="submit" isDisabled={changed === undefined} isBusy={save.isPending}>
                {say('regions.save')}
              </Button>
            </DialogFoot>
          </div>
        </form>
      )}
    </Dialog>
  )
}
