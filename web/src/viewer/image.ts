// Light and side of the images, as they stand in the address. The stylesheet applies them, so that they cost no request and hold for all views.
import { type CSSProperties, useEffect, useState } from 'react'
import { percent, writePercent } from './view.ts'

type Search = Readonly<Record<string, string | undefined>>

export interface ImageLook {
  /** Percent, each from 20 to 300 */
  readonly brightness: number
  readonly contrast: number
  readonly isGrey: boolean
  readonly isInverted: boolean
  readonly isMirrored: boolean
}
export const lightRange = { least: 20, most: 300, step: 10 } as const
export const lights = ['brightness', 'contrast'] as const
export type Light = (typeof lights)[number]
export const switches = { isGrey: 'grey', isInverted: 'invert', isMirrored: 'mirror' } as const
export type Switch = keyof typeof switches

export const readImage = (asked: Search): ImageLook => ({
  brightness: percent(asked['brightness'], lightRange.least, lightRange.most),
  contrast: percent(asked['contrast'], lightRange.least, lightRange.most),
  isGrey: asked['grey'] === '1',
  isInverted: asked['invert'] === '1',
  isMirrored: asked['mirror'] === '1',
})

/** What of it is not as the scan is, for the stylesheet. */
export function styleOf(image: ImageLook): CSSProperties {
  const filters = [
    ...lights.flatMap(light => (image[light] === 100 ? [] : [`${light}(${image[light]}%)`])),
    ...(image.isGrey ? ['grayscale(1)'] : []),
    ...(image.isInverted ? ['invert(1)'] : []),
  ]
  return filters.length === 0 ? {} : ({ '--image-filter': filters.join(' ') } as CSSProperties)
}

export interface ImageTools {
  readonly image: ImageLook
  readonly set: (light: Light, value: number) => void
  readonly step: (light: Light, by: 1 | -1) => void
  readonly toggle: (name: Switch) => void
  readonly reset: () => void
}

/** A pause after which what was tried goes into the address: browsers refuse an address that changes with each movement of a slider. */
const pause = 200

export function useImage(asked: Search, change: (part: Search) => void): ImageTools {
  const [tried, setTried] = useState<Search>({})
  const isSettled = Object.entries(tried).every(([name, value]) => asked[name] === value)
  useEffect(() => {
    if (isSettled) {
      setTried(now => (Object.keys(now).length === 0 ? now : {}))
      return undefined
    }
    const timer = setTimeout(() => change(tried), pause)
    return () => clearTimeout(timer)
  }, [tried, isSettled])
  const image = readImage({ ...asked, ...tried })
  const attempt = (part: Search) => setTried(now => ({ ...now, ...part }))
  const set = (light: Light, value: number) =>
    attempt({ [light]: writePercent(Math.min(lightRange.most, Math.max(lightRange.least, value))) })
  return {
    image,
    set,
    step: (light, by) => set(light, image[light] + by * lightRange.step),
    toggle: name => attempt({ [switches[name]]: image[name] ? undefined : '1' }),
    reset: () =>
      attempt(Object.fromEntries([...lights, ...Object.values(switches)].map(name => [name, undefined]))),
  }
}
