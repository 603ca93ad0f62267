// The viewer: one page, zoomed and turned; the strip of all pages; outline, text and words beside it. Page, camera, panel and words stand in the
// address, so that a view can be cited and the way back leads there. Without scripts it turns pages by links.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useRouteContext, useSearch } from '@tanstack/react-router'
import type { Viewer } from 'openseadragon'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Head, useAddress, useInstallation } from '../app/room.tsx'
import { useLogIn } from '../shared/log-in.ts'
import { Copy } from '../shared/components/copy.tsx'
import { Loan } from '../shared/components/loan.tsx'
import { useLending } from '../shared/loan.ts'
import { objectQuery } from '../shared/queries.ts'
import { useText } from '../shared/text.ts'
import { readRotation } from './camera.ts'
import { Filmstrip } from './filmstrip.tsx'
import { findQuery } from './find.ts'
import { FindPanel, OutlinePanel, TextPanel } from './panels.tsx'
import { Scan } from './scan.tsx'
import styles from './viewer.module.css'

const panels = ['outline', 'text', 'find'] as const
type PanelName = (typeof panels)[number]

export default function ViewerPage() {
  const say = useText()
  const logIn = useLogIn()
  const at = useAddress()
  const { origin } = useInstallation()
  const { api } = useRouteContext({ from: '__root__' })
  const { id } = useParams({ from: '/id/$id/view' })
  const asked = useSearch({ from: '/id/$id/view' })
  const navigate = useNavigate({ from: '/id/$id/view' })
  const { data: object } = useSuspenseQuery(objectQuery(api, Number(id)))
  const lending = useLending(object)
  const { pages } = object
  const place = Math.max(0, pages.findIndex(page => String(page.id) === asked['page']))
  const page = pages[place]
  const query = asked['q'] ?? ''
  const panel: PanelName | undefined = panels.find(name => name === asked['panel']) ?? (query === '' ? undefined : 'find')
  const { data: found = [], isPending } = useQuery({
    ...findQuery(at(`/iiif/search/2/${id}?q=${encodeURIComponent(query)}`)),
    enabled: query !== '' && lending.isOpen && typeof document !== 'undefined',
  })
  const marks = useMemo(() => found.find(each => each.page === page?.id)?.boxes ?? [], [found, page?.id])
  const viewer = useRef<Viewer>(undefined)
  const [isReady, setReady] = useState(false)
  useEffect(() => setReady(true), [])

  /** What stays of the address when a page is turned. */
  const kept = { q: asked['q'], panel: asked['panel'], r: asked['r'] }
  const change = (part: Readonly<Record<string, string | undefined>>) =>
    void navigate({ search: { ...asked, ...part }, replace: true, resetScroll: false })
  const turn = (target: number) => {
    const to = pages[Math.min(Math.max(target, 0), pages.length - 1)]
    if (to && to.id !== page?.id) change({ page: String(to.id), at: undefined })
  }
  const rotate = () => {
    const next = (readRotation(asked['r']) + 90) % 360
    change({ r: next === 0 ? undefined : String(next), at: undefined })
  }
  const toggle = (name: PanelName) => change({ panel: panel === name ? undefined : name, ...(name === 'find' && panel === 'find' ? { q: undefined } : {}) })
  const zoom = (factor: number) => {
    viewer.current?.viewport.zoomBy(factor)
    viewer.current?.viewport.applyConstraints()
  }
  const keys: Readonly<Record<string, () => void>> = {
    ArrowRight: () => turn(place + 1),
    PageDown: () => turn(place + 1),
    ArrowLeft: () => turn(place - 1),
    PageUp: () => turn(place - 1),
    Home: () => turn(0),
    End: () => turn(pages.length - 1),
    '+': () => zoom(1.4),
    '-': () => zoom(1 / 1.4),
    '0': () => viewer.current?.viewport.goHome(),
    r: rotate,
    o: () => toggle('outline'),
    t: () => toggle('text'),
    '/': () => toggle('find'),
    f: () => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  }
  const onKey = useRef(keys)
  onKey.current = keys
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      const { target } = event
      const isTyping = target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]')
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return
      const act = onKey.current[event.key]
      if (!act) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  }, [])
  const next = pages[place + 1]
  const following = next?.width && lending.isOpen ? at(`/download/webcache/1000/${next.id}`) : undefined
  // the page that will most likely be turned to is fetched while this one is read
  useEffect(() => {
    if (following !== undefined) new Image().src = following
  }, [following])

  const step = (target: number, text: 'view.previous' | 'view.next') => {
    const to = pages[target]
    return to ? (
      <Link
        to="/id/$id/view"
        params={{ id }}
        search={{ ...kept, page: String(to.id) }}
        rel={target < place ? 'prev' : 'next'}
        replace
      >
        {say(text)}
      </Link>
    ) : (
      <span aria-hidden="true">{say(text)}</span>
    )
  }
  return (
    <div className={styles.viewer}>
      <Head title={object.title.title} canonical={`${origin}/id/${id}`} />
      <header className={styles.top}>
        <Link to="/id/$id" params={{ id }} search={{}}>
          ‹ {say('view.back')}
        </Link>
        <h1 className={styles.title} dir="auto">
          {object.title.title}
        </h1>
        <nav className={styles.turn} aria-label={say('view.turn')}>
          {step(place - 1, 'view.previous')}
          <span>{say('view.place', { label: page?.label ?? String(place + 1), count: pages.length })}</span>
          {step(place + 1, 'view.next')}
        </nav>
        {isReady ? (
          <div className={styles.tools} role="toolbar" aria-label={say('view.tools')}>
            <button type="button" onClick={() => zoom(1.4)} aria-label={say('view.zoomIn')} title={`${say('view.zoomIn')} (+)`}>
              +
            </button>
            <button type="button" onClick={() => zoom(1 / 1.4)} aria-label={say('view.zoomOut')} title={`${say('view.zoomOut')} (-)`}>
              −
            </button>
            <button type="button" onClick={keys['0']} title="0">
              {say('view.whole')}
            </button>
            <button type="button" onClick={rotate} title="R">
              {say('view.rotate')}
            </button>
            {object.outline.some(part => part.page !== null) ? (
              <button type="button" aria-pressed={panel === 'outline'} onClick={() => toggle('outline')} title="O">
                {say('view.outline')}
              </button>
            ) : null}
            {page?.hasText ? (
              <button type="button" aria-pressed={panel === 'text'} onClick={() => toggle('text')} title="T">
                {say('view.text')}
              </button>
            ) : null}
            {object.title.hasText ? (
              <button type="button" aria-pressed={panel === 'find'} onClick={() => toggle('find')} title="/">
                {say('view.find')}
              </button>
            ) : null}
            <Copy text={location.href}>{say('view.link')}</Copy>
          </div>
        ) : null}
      </header>
      <Loan object={object} lending={lending} />
      <div className={styles.room}>
        {panel === 'outline' ? <OutlinePanel id={id} object={object} place={place} search={kept} /> : null}
        {panel === 'text' && page && lending.isOpen ? <TextPanel page={page} /> : null}
        {panel === 'find' ? (
          <FindPanel
            id={id}
            pages={pages}
            query={query}
            found={found}
            isPending={isPending}
            search={kept}
            onQuery={words => change({ q: words === '' ? undefined : words, panel: 'find' })}
          />
        ) : null}
        <main id="main" className={styles.stage}>
          {!lending.isOpen ? null : page?.width && page.height ? (
            <Scan
              page={{ ...page, width: page.width, height: page.height }}
              place={place}
              camera={asked['at']}
              rotation={asked['r']}
              marks={marks}
              onCamera={camera => camera !== asked['at'] && change({ at: camera })}
              onViewer={opened => {
                viewer.current = opened
              }}
            />
          ) : (
            <div className={styles.noImage}>
              <p>{say(page?.isClosed ? 'view.closed' : 'view.noImage')}</p>
              {page?.isClosed ? <a href={logIn}>{say('restriction.logIn')}</a> : null}
            </div>
          )}
        </main>
      </div>
      {pages.length > 1 && lending.isOpen ? <Filmstrip id={id} pages={pages} place={place} search={kept} /> : null}
    </div>
  )
}
