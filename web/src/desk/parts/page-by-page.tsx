// Pages of a title one after the other: which one the address names, and the controls that turn.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { taken } from '../../shared/api.ts'
import { pagesQuery, type Page } from '../pages/queries.ts'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { IconButton } from './controls.tsx'
import styles from './page-by-page.module.css'

/** @param where the page of the desk that shows one page of a title at a time */
export function usePageByPage(where: '/desk/title/$id/texts' | '/desk/title/$id/images') {
  const say = useSay()
  const api = useApi()
  const go = useNavigate()
  const id = Number((useParams({ strict: false }) as { id?: string }).id)
  const { page } = useSearch({ strict: false }) as { page?: string }
  const asked = useQuery(pagesQuery(api, id))
  const title = useQuery({
    queryKey: ['titles', 'one', id],
    queryFn: () => taken(api.GET('/api/v1/titles/{id}', { params: { path: { id } } })),
  })
  const pages = asked.data ?? []
  const at = Math.max(0, page === undefined ? 0 : pages.findIndex(each => each.id === Number(page)))
  return {
    id,
    asked,
    pages,
    at,
    shown: pages[at],
    name: title.data?.title ?? title.data?.caption ?? `#${id}`,
    nameOf: (n: number) => say('pages.one', { at: n + 1, label: pages[n]?.pagination.label ?? '–' }),
    turnTo: (to: number) => {
      const next = pages[to]
      if (next) void go({ to: where, params: { id: String(id) }, search: { page: String(next.id) } })
    },
  }
}

/** @param more what the list says of a page behind its name */
export function PageTurner({ of, more = () => '' }: { readonly of: ReturnType<typeof usePageByPage>; readonly more?: (page: Page) => string }) {
  const say = useSay()
  const { pages, at, shown, nameOf, turnTo } = of
  return (
    <div className={styles.turner}>
      <IconButton label={say('pages.previous')} shortcut="PgUp" isDisabled={at === 0} onPress={() => turnTo(at - 1)}>
        <ChevronLeft size={18} aria-hidden />
      </IconButton>
      <select aria-label={say('texts.page')} value={shown?.id ?? ''} onChange={event => turnTo(pages.findIndex(each => each.id === Number(event.target.value)))}>
        {pages.map((each, n) => (
          <option key={each.id} value={each.id}>
            {nameOf(n)}
            {more(each)}
          </option>
        ))}
      </select>
      <IconButton label={say('pages.next')} shortcut="PgDn" isDisabled={at >= pages.length - 1} onPress={() => turnTo(at + 1)}>
        <ChevronRight size={18} aria-hidden />
      </IconButton>
    </div>
  )
}
