// One page, or the two of an opening, in OpenSeadragon: tiles as they are needed, the camera kept in the address. Until they stand, and without
// scripts, the stored images are shown in their place.
import { useQueryClient } from '@tanstack/react-query'
import type { Viewer } from 'openseadragon'
import { useEffect, useRef, useState } from 'react'
import { createPortal, preload } from 'react-dom'
import { useAddress } from '../app/room.tsx'
import { useText } from '../shared/text.ts'
import { type Camera, readCamera, writeCamera } from './camera.ts'
import type { Hands } from './hands.ts'
import { infoAddress, infoQuery } from './info.ts'
import { keepLast } from './kept.ts'
import { PageLayer } from './layer.tsx'
import type { Look } from './view.ts'
import styles from './viewer.module.css'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface ScanPage {
  readonly id: number
  readonly label: string | null
  readonly width: number | null
  readonly height: number | null
  readonly hasText: boolean
}
/** A page that has an image, with its place in the book. */
export type Leaf = ScanPage & { readonly width: number; readonly height: number; readonly place: number }

/** Where a page lies: as high as the first one, whose width is 1. */
const layout = (leaves: readonly Leaf[]): { readonly x: number; readonly width: number }[] => {
  const height = leaves[0] ? leaves[0].height / leaves[0].width : 1
  let x = 0
  return leaves.map(leaf => {
    const width = (leaf.width / leaf.height) * height
    x += width
    return { x: x - width, width }
  })
}

/** What stands in the place of a page until its tiles do */
const storedImage = (page: number): string => `/download/webcache/1000/${page}`

/** A turn of the page by a finger: quick, and mostly sideways. */
const swipe = { speed: 250, angle: 0.6 }

export function Scan({
  title,
  leaves,
  following,
  look,
  camera,
  rotation,
  isMirrored,
  marks,
  hands,
  onCamera,
  onSwipe,
}: {
  readonly title: number
  /** From left to right */
  readonly leaves: readonly Leaf[]
  /** What will most likely be turned to */
  readonly following: readonly Leaf[]
  readonly look: Look
  readonly camera: string | undefined
  readonly rotation: number
  readonly isMirrored: boolean
  readonly marks: ReadonlyMap<number, readonly Box[]>
  readonly hands: Hands
  readonly onCamera: (camera: string | undefined) => void
  readonly onSwipe: (side: 'left' | 'right') => void
}) {
  const say = useText()
  const at = useAddress()
  const frame = useRef<HTMLDivElement>(null)
  const [viewer, setViewer] = useState<Viewer>()
  const [isShown, setShown] = useState(false)
  const [layers, setLayers] = useState<readonly HTMLElement[]>([])
  const told = useRef({ onCamera, onSwipe })
  told.current = { onCamera, onSwipe }
  const asked = useRef<string | undefined>(camera)
  const turned = useRef({ rotation, isMirrored })
  turned.current = { rotation, isMirrored }
  const queries = useQueryClient()
  const sources = leaves.map(({ id }) => at(infoAddress(id))).join(' ')
  const shown = useRef(leaves)
  shown.current = leaves
  // in the page as the service writes it: what the sizes of the tiles wait for otherwise is the whole program
  if (typeof document === 'undefined') for (const source of sources.split(' ')) preload(source, { as: 'fetch', crossOrigin: 'anonymous' })

  // the sizes of the tiles are asked for while the program that shows them is read
  useEffect(() => {
    for (const source of sources.split(' ')) void queries.prefetchQuery(infoQuery(source))
    for (const name of ['info', 'lines', 'text'] as const) keepLast(queries, name)
  }, [sources])

  useEffect(() => {
    let opened: Viewer | undefined
    let isGone = false
    void import('./deep.ts').then(({ openseadragon }) => {
      if (isGone || !frame.current) return
      const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
      opened = openseadragon({
        element: frame.current,
        showNavigationControl: false,
        drawer: 'canvas',
        animationTime: isStill ? 0 : 0.6,
        immediateRender: isStill,
        visibilityRatio: 0.5,
        maxZoomPixelRatio: 3,
        // marks and text lie on the page, whichever way it is seen
        overlayPreserveContentDirection: false,
        gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
        // the page has keys of its own
        keyboardNavEnabled: false,
      } as never)
      const current = opened
      current.addHandler('canvas-drag-end', ({ originalEvent, speed = 0, direction = 0 }) => {
        const isWhole = current.viewport.getZoom() <= current.viewport.getHomeZoom() * 1.05
        const sideways = Math.abs(Math.cos(direction))
        if (isWhole && (originalEvent as PointerEvent).pointerType === 'touch' && speed > swipe.speed && sideways > swipe.angle)
          told.current.onSwipe(Math.cos(direction) < 0 ? 'left' : 'right')
      })
      setViewer(current)
    })
    return () => {
      isGone = true
      hands.closed()
      opened?.destroy()
    }
  }, [])

  useEffect(() => {
    if (!viewer) return
    setShown(false)
    setLayers([])
    const places = layout(shown.current)
    let isGone = false
    // OpenSeadragon asks again for what could not be had, and says why
    const infos = sources.split(' ').map(source => queries.ensureQueryData(infoQuery(source)).catch(() => source))
    void Promise.all(infos).then(found => {
      if (isGone) return
      viewer.open(found.map((tileSource, n) => ({ tileSource, x: places[n]?.x ?? 0, width: places[n]?.width ?? 1 })) as never)
    })
    const onOpen = () => {
      viewer.viewport.setRotation(turned.current.rotation, true)
      viewer.viewport.setFlip(turned.current.isMirrored)
      const wanted = readCamera(asked.current)
      if (wanted) lookAt(viewer, wanted)
      hands.opened(viewer)
      setLayers(
        shown.current.map((leaf, n) => {
          const element = document.createElement('div')
          // what begins on the text marks it, and moves nothing
          for (const type of ['pointerdown', 'mousedown', 'dblclick'])
            element.addEventListener(type, event => event.target instanceof SVGTextElement && event.stopPropagation())
          const item = viewer.world.getItemAt(n)
          viewer.addOverlay({ element, location: item.imageToViewportRectangle(0, 0, leaf.width, leaf.height) })
          return element
        }),
      )
    }
    const onSeen = () => setShown(true)
    const onRest = () => {
      const home = viewer.viewport.getHomeBounds()
      const bounds = viewer.viewport.getBoundsNoRotate()
      const isHome = Math.abs(bounds.width - home.width) < 0.01 && Math.abs(bounds.x - home.x) < 0.01
      asked.current = isHome ? undefined : writeCamera({ x: bounds.x, y: bounds.y, width: bounds.width })
      told.current.onCamera(asked.current)
    }
    // a page that is seen whole stays so when a panel or the tools take room from it
    let isResized = false
    const onResize = () => {
      isResized = asked.current === undefined
    }
    // OpenSeadragon has settled the camera by then
    const onChange = () => {
      if (isResized) viewer.viewport.goHome(true)
      isResized = false
    }
    viewer.addHandler('after-resize', onResize)
    viewer.addHandler('viewport-change', onChange)
    viewer.addOnceHandler('open', onOpen)
    viewer.addOnceHandler('tile-drawn', onSeen)
    viewer.addHandler('animation-finish', onRest)
    return () => {
      isGone = true
      viewer.removeHandler('after-resize', onResize)
      viewer.removeHandler('viewport-change', onChange)
      viewer.removeHandler('open', onOpen)
      viewer.removeHandler('tile-drawn', onSeen)
      viewer.removeHandler('animation-finish', onRest)
      // the next page begins whole
      asked.current = undefined
      hands.closed()
    }
  }, [viewer, sources])

  useEffect(() => {
    hands.move(viewport => viewport.setRotation(rotation))
  }, [rotation])
  useEffect(() => {
    hands.move(viewport => viewport.setFlip(isMirrored))
  }, [isMirrored])

  // fetched while this page, which has come, is read
  const fetched = useRef(new Set<number>())
  useEffect(() => {
    if (!isShown) return
    for (const { id } of following.filter(({ id }) => !fetched.current.has(id))) {
      fetched.current.add(id)
      new Image().src = at(storedImage(id))
      void queries.prefetchQuery(infoQuery(at(infoAddress(id))))
    }
  }, [isShown, following])

  const label = leaves.map(leaf => say('view.image', { label: leaf.label ?? String(leaf.place + 1) })).join(', ')
  return (
    <div className={styles.scan} data-leaves={leaves.length}>
      {isShown
        ? null
        : leaves.map(leaf => (
            <img
              key={leaf.id}
              src={at(storedImage(leaf.id))}
              alt={say('view.image', { label: leaf.label ?? String(leaf.place + 1) })}
              width={leaf.width}
              height={leaf.height}
              fetchPriority="high"
            />
          ))}
      <div ref={frame} className={styles.canvas} {...(isShown ? { role: 'img', 'aria-label': label } : {})} />
      {layers.map((element, n) => {
        const leaf = leaves[n]
        return leaf
          ? createPortal(
              <PageLayer title={title} page={leaf} marks={marks.get(leaf.id) ?? []} isSelectable={look.isSelectable} />,
              element,
              String(leaf.id),
            )
          : null
      })}
    </div>
  )
}

function lookAt(viewer: Viewer, { x, y, width }: Camera): void {
  const home = viewer.viewport.getBoundsNoRotate()
  const bounds = home.clone()
  bounds.x = x
  bounds.y = y
  bounds.width = width
  bounds.height = (width * home.height) / home.width
  viewer.viewport.fitBounds(bounds, true)
}
