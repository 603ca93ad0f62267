// The viewer: a page, an opening, or all pages below each other; the strip of all; outline, text and words beside them. Page,
// camera, view, panel and words stand in the address, so that a view can be cited and the way back leads there. Without scripts it turns pages by links.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useRouteContext, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Head, useAddress, useInstallation } from '../app/room.tsx'
import { Cover } from '../shared/components/cover.tsx'
import { Loan } from '../shared/components/loan.tsx'
import { isClosedWork, Restriction } from '../shared/components/restriction.tsx'
import { useLending } from '../shared/loan.ts'
import { objectQuery } from '../shared/queries.ts'
import { useText } from '../shared/text.ts'
import { readCamera, readRotation } from './camera.ts'
import { FaultPanel } from './fault-panel.tsx'
import { Filmstrip } from './filmstrip.tsx'
import { findQuery } from './find.ts'
import { Hands } from './hands.ts'
import { styleOf, useImage } from './image.ts'
import { ImagePanel } from './image-panel.tsx'
import { useKeys } from './keys.ts'
import { KeysPanel } from './keys-panel.tsx'
import { type Pointed, type Pointing, PointingContext } from './lines.ts'
import { FindPanel, OutlinePanel, TextPanel } from './panels.tsx'
import { PartsInstead } from './parts.tsx'
import { type Leaf, Scan } from './scan.tsx'
import { Print } from './print.tsx'
import { Scroll } from './scroll.tsx'
import { regionOf, type Sheet } from './share.ts'
import { SharePanel } from './share-panel.tsx'
import { spreadsOf } from './spreads.ts'
import { type PanelName, panels, Tools } from './tools.tsx'
import { Turn } from './turn.tsx'
import { type Mode, modes, readLook, writePercent } from './view.ts'
import styles from './viewer.module.css'

const noMarks = new Map<number, never>()

export default function ViewerPage() {
  const say = useText()
  const at = useAddress()
  const { origin } = useInstallation()
  const { api } = useRouteContext({ from: '__root__' })
  const { id } = useParams({ from: '/id/$id/view' })
  const asked = useSearch({ from: '/id/$id/view' })
  const navigate = useNavigate({ from: '/id/$id/view' })
  const { data: object } = useSuspenseQuery(objectQuery(api, Number(id)))
  const lending = useLending(object)
  const { pages } = object
  const isClosed = isClosedWork(object)
  const look = readLook(asked)
  const isReversed = object.viewingDirection === 'right-to-left'
  const place = Math.max(0, pages.findIndex(page => String(page.id) === asked['page']))
  const page = pages[place]
  const spreads = useMemo(
    () => (look.mode === 'two' ? spreadsOf(pages) : pages.map((_, n) => [n] as const)),
    [pages, look.mode],
  )
  const opening = Math.max(0, spreads.findIndex(spread => spread.includes(place)))
  const open = spreads[opening] ?? []
  const leavesOf = (places: readonly number[]): Leaf[] =>
    places.flatMap(n => {
      const each = pages[n]
      return each?.width && each.height ? [{ ...each, width: each.width, height: each.height, place: n }] : []
    })
  const leaves = leavesOf(open)

  const query = asked['q'] ?? ''
  const panel: PanelName | undefined = panels.find(name => name === asked['panel']) ?? (query === '' ? undefined : 'find')
  const { data: found = [], isPending } = useQuery({
    ...findQuery(at(`/iiif/search/2/${id}?q=${encodeURIComponent(query)}`)),
    enabled: query !== '' && lending.isOpen && typeof document !== 'undefined',
  })
  const marks = useMemo(() => (found.length === 0 ? noMarks : new Map(found.map(each => [each.page, each.boxes]))), [found])
  const [hands] = useState(() => new Hands())
  const [pointed, setPointed] = useState<Pointed>()
  const isTextOpen = panel === 'text'
  const pointing = useMemo<Pointing>(() => ({ isOn: isTextOpen, at: isTextOpen ? pointed : undefined, set: setPointed }), [isTextOpen, pointed])
  const [isReady, setReady] = useState(false)
  useEffect(() => setReady(true), [])

  /** What stays of the address when a page is turned. */
  const { page: _page, at: _at, lang: _lang, manifest: _manifest, canvas: _canvas, ...kept } = asked
  const change = (part: Readonly<Record<string, string | undefined>>) =>
    void navigate({ search: now => ({ ...now, ...part }), replace: true, resetScroll: false })
  const goTo = (target: number) => {
    const to = pages[Math.min(Math.max(target, 0), pages.length - 1)]
    if (to && to.id !== page?.id) change({ page: String(to.id), at: undefined })
  }
  /** Openings, forwards or back; in the other views pages. */
  const turn = (by: number) => {
    const to = spreads[Math.min(Math.max(opening + by, 0), spreads.length - 1)]?.[0]
    if (to !== undefined) goTo(to)
  }
  const rotation = readRotation(asked['r'])
  const rotate = () => {
    const next = (rotation + 90) % 360
    change({ r: next === 0 ? undefined : String(next), at: undefined })
  }
  const imageTools = useImage(asked, change)
  const { image } = imageTools
  const resetImage = () => {
    imageTools.reset()
    if (rotation !== 0) change({ r: undefined, at: undefined })
  }
  const toggle = (name: PanelName) => change({ panel: panel === name ? undefined : name, ...(name === 'find' && panel === 'find' ? { q: undefined } : {}) })
  const zoom = (factor: number) => {
    if (look.mode === 'scroll') change({ size: writePercent(Math.min(400, Math.max(25, Math.round(look.size * factor)))) })
    else hands.move(viewport => viewport.zoomBy(factor).applyConstraints())
  }
  const whole = () => (look.mode === 'scroll' ? change({ size: undefined }) : hands.move(viewport => viewport.goHome()))
  const select = () => change({ select: look.isSelectable ? undefined : '1' })
  const chooseMode = (mode: Mode) => change({ mode: mode === 'one' ? undefined : mode, at: undefined })
  /** From one page with hits to the next or the one before */
  const nextHit = (by: 1 | -1) => {
    const places = pages.flatMap((each, n) => (marks.has(each.id) ? [n] : []))
    const to = by > 0 ? places.find(n => n > place) : places.findLast(n => n < place)
    if (to !== undefined) goTo(to)
  }
  const [right, left] = isReversed ? [-1, 1] : [1, -1]
  useKeys({
    ArrowRight: () => turn(right),
    ArrowLeft: () => turn(left),
    PageDown: () => turn(1),
    PageUp: () => turn(-1),
    Home: () => goTo(0),
    End: () => goTo(pages.length - 1),
    '+': () => zoom(1.4),
    '-': () => zoom(1 / 1.4),
    '0': whole,
    ...Object.fromEntries(modes.map((mode, n) => [String(n + 1), () => chooseMode(mode)])),
    r: rotate,
    i: () => toggle('image'),
    b: () => imageTools.step('brightness', 1),
    B: () => imageTools.step('brightness', -1),
    k: () => imageTools.step('contrast', 1),
    K: () => imageTools.step('contrast', -1),
    g: () => imageTools.toggle('isGrey'),
    v: () => imageTools.toggle('isInverted'),
    m: () => imageTools.toggle('isMirrored'),
    x: resetImage,
    c: () => toggle('share'),
    e: () => object.takesFaults && toggle('fault'),
    o: () => toggle('outline'),
    t: () => toggle('text'),
    s: select,
    n: () => nextHit(1),
    p: () => nextHit(-1),
    '?': () => toggle('keys'),
    '/': () => toggle('find'),
    Escape: () => panel && toggle(panel),
    f: () => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  })
  const stage = useRef<HTMLElement>(null)
  const [sheets, setSheets] = useState<readonly Sheet[]>()
  const seen = leaves[0]
  const region =
    look.mode !== 'scroll' && leaves.length === 1 && seen && rotation === 0 && stage.current
      ? regionOf(readCamera(asked['at']), seen, { width: stage.current.clientWidth, height: stage.current.clientHeight })
      : undefined
  const isEmbedded = asked['embed'] === '1'

  return (
    <div className={styles.viewer} style={styleOf(image)}>
      <Head title={object.title.title} canonical={`${origin}/id/${id}`} noIndex={isEmbedded} />
      <header className={styles.top}>
        {isEmbedded ? (
          <a href={at(`/id/${id}/view${page ? `?page=${page.id}` : ''}`)} target="_blank" rel="noopener">
            {say('view.openWhole')}
          </a>
        ) : (
          <Link to="/id/$id" params={{ id }} search={{}}>
            ‹ {say('view.back')}
          </Link>
        )}
        <h1 className={styles.title} dir="auto">
          {object.title.title}
        </h1>
        {pages.length === 0 ? null : <Turn
          id={id}
          pages={pages}
          open={open}
          previous={spreads[opening - 1]?.[0]}
          next={spreads[opening + 1]?.[0]}
          kept={kept}
          isReady={isReady}
          onGo={goTo}
        />}
        {isReady && pages.length > 0 ? (
          <Tools
            object={object}
            hasText={open.some(n => pages[n]?.hasText)}
            mode={look.mode}
            panel={panel}
            isSelectable={look.isSelectable}
            onMode={chooseMode}
            onZoom={zoom}
            onWhole={whole}
            onRotate={rotate}
            onSelect={select}
            onPanel={toggle}
          />
        ) : null}
      </header>
      {lending.isOpen ? <Loan object={object} lending={lending} /> : null}
      <PointingContext value={pointing}>
      <div className={styles.room}>
        {panel === 'outline' ? <OutlinePanel id={id} object={object} place={place} search={kept} /> : null}
        {panel === 'text' && lending.isOpen ? <TextPanel title={Number(id)} pages={open.flatMap(n => pages[n] ?? [])} /> : null}
        {panel === 'keys' ? <KeysPanel /> : null}
        {panel === 'share' && isReady ? (
          <SharePanel object={object} leaves={lending.isOpen ? leaves : []} all={leavesOf([...pages.keys()])} region={region} onPrint={setSheets} />
        ) : null}
        {panel === 'fault' && isReady && object.takesFaults ? <FaultPanel object={object} pages={open.flatMap(n => pages[n] ?? [])} isShown={lending.isOpen} /> : null}
        {panel === 'image' ? <ImagePanel tools={imageTools} rotation={rotation} onRotate={rotate} onReset={resetImage} /> : null}
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
        <main id="main" className={styles.stage} ref={stage}>
          {!lending.isOpen ? (
            <div className={styles.lent}>
              <Cover id={Number(id)} isFirst />
              <Loan object={object} lending={lending} />
            </div>
          ) : look.mode === 'scroll' ? (
            <Scroll title={Number(id)} pages={pages} place={place} look={look} rotation={rotation} isMirrored={image.isMirrored} marks={marks} onPlace={goTo} />
          ) : leaves.length > 0 ? (
            <Scan
              title={Number(id)}
              leaves={isReversed ? leaves.toReversed() : leaves}
              look={look}
              following={leavesOf(spreads[opening + 1] ?? [])}
              hands={hands}
              camera={asked['at']}
              rotation={rotation}
              isMirrored={image.isMirrored}
              marks={marks}
              onCamera={camera => camera !== asked['at'] && change({ at: camera })}
              onSwipe={side => turn(side === 'left' ? right : left)}
            />
          ) : pages.length === 0 ? (
            <PartsInstead object={object} />
          ) : (
            <div className={styles.noImage}>
              {isClosed ? null : <p>{say(page?.isClosed ? 'view.closed' : 'view.noImage')}</p>}
              {page?.isClosed ? <Restriction object={object} /> : null}
            </div>
          )}
        </main>
      </div>
      </PointingContext>
      {sheets ? <Print sheets={sheets} onDone={() => setSheets(undefined)} /> : null}
      {pages.length > 1 && lending.isOpen && !isEmbedded && !isClosed ? <Filmstrip id={id} pages={pages} place={place} isReversed={isReversed} search={kept} /> : null}
    </div>
  )
}
