// The image of a page in OpenSeadragon: tiles as they are needed, the camera kept in the address. Until it stands, and without scripts, the
// stored image is shown in its place.
import type { Viewer } from 'openseadragon'
import { useEffect, useRef, useState } from 'react'
import { useAddress } from '../app/room.tsx'
import { useText } from '../shared/text.ts'
import { type Camera, readCamera, readRotation, writeCamera } from './camera.ts'
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
}

export function Scan({
  page,
  place,
  camera,
  rotation,
  marks,
  onCamera,
  onViewer,
}: {
  readonly page: ScanPage & { readonly width: number; readonly height: number }
  readonly place: number
  readonly camera: string | undefined
  readonly rotation: string | undefined
  readonly marks: readonly Box[]
  readonly onCamera: (camera: string | undefined) => void
  readonly onViewer: (viewer: Viewer | undefined) => void
}) {
  const say = useText()
  const at = useAddress()
  const frame = useRef<HTMLDivElement>(null)
  const [viewer, setViewer] = useState<Viewer>()
  const [isShown, setShown] = useState(false)
  const told = useRef({ onCamera, onViewer })
  told.current = { onCamera, onViewer }
  const asked = useRef<string | undefined>(camera)
  const source = at(`/iiif/image/3/${page.id}/info.json`)

  useEffect(() => {
    let opened: Viewer | undefined
    let isGone = false
    void import('openseadragon').then(({ default: openseadragon }) => {
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
        gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
        // the page has keys of its own
        keyboardNavEnabled: false,
      } as never)
      setViewer(opened)
      told.current.onViewer(opened)
    })
    return () => {
      isGone = true
      opened?.destroy()
      told.current.onViewer(undefined)
    }
  }, [])

  useEffect(() => {
    if (!viewer) return
    setShown(false)
    viewer.open({ tileSource: source })
    const onOpen = () => {
      const wanted = readCamera(asked.current)
      if (wanted) lookAt(viewer, wanted)
    }
    const onSeen = () => setShown(true)
    const onRest = () => {
      const home = viewer.viewport.getHomeBounds()
      const bounds = viewer.viewport.getBoundsNoRotate()
      const isHome = Math.abs(bounds.width - home.width) < 0.01 && Math.abs(bounds.x - home.x) < 0.01
      asked.current = isHome ? undefined : writeCamera({ x: bounds.x, y: bounds.y, width: bounds.width })
      told.current.onCamera(asked.current)
    }
    viewer.addOnceHandler('open', onOpen)
    viewer.addOnceHandler('tile-drawn', onSeen)
    viewer.addHandler('animation-finish', onRest)
    return () => {
      viewer.removeHandler('open', onOpen)
      viewer.removeHandler('tile-drawn', onSeen)
      viewer.removeHandler('animation-finish', onRest)
      // the next page begins whole
      asked.current = undefined
    }
  }, [viewer, source])

  useEffect(() => {
    viewer?.viewport?.setRotation(readRotation(rotation))
  }, [viewer, rotation, page.id, isShown])

  useEffect(() => {
    if (!viewer || !isShown) return
    viewer.clearOverlays()
    for (const box of marks) {
      const element = document.createElement('div')
      element.className = styles.mark ?? ''
      viewer.addOverlay({
        element,
        location: viewer.viewport.imageToViewportRectangle(box.x, box.y, box.width, box.height),
      })
    }
  }, [viewer, isShown, marks])

  const label = say('view.image', { label: page.label ?? String(place + 1) })
  return (
    <div className={styles.scan}>
      {isShown ? null : (
        <img
          key={page.id}
          src={at(`/download/webcache/1000/${page.id}`)}
          alt={label}
          width={page.width}
          height={page.height}
        />
      )}
      <div ref={frame} className={styles.canvas} {...(isShown ? { role: 'img', 'aria-label': label } : {})} />
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
