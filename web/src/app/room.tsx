// What every page knows of where it is: the installation, its addresses, and where the head of the document is written down.
import { useMatches } from '@tanstack/react-router'
import { createContext, useContext, useEffect } from 'react'
import { useFormats } from '../shared/text.ts'
import { type Face, faceOf, givenBy } from './face.ts'

export interface Installation extends Face {
  /** Sentence of the first page */
  readonly welcome: string
  readonly prefix: string
  readonly canEmbed: boolean
  readonly origin: string
  readonly ways: readonly { readonly label: string; readonly href: string }[]
}

export interface HeadFacts {
  readonly title: string
  readonly description?: string | undefined
  readonly canonical?: string | undefined
  readonly image?: string | undefined
  readonly alternates?: readonly (readonly [type: string, href: string])[] | undefined
  readonly meta?: readonly (readonly [name: string, content: string])[] | undefined
  readonly structured?: unknown
  readonly noIndex?: boolean | undefined
}

export interface Room {
  readonly installation: Installation
  /** On the server: takes what the page says of itself */
  readonly collect?: (head: HeadFacts) => void
}

export const RoomContext = createContext<Room>({ installation: {} as Installation })

export const useInstallation = (): Installation => useContext(RoomContext).installation

/** Addresses of the service that are no pages: images, downloads. */
export function useAddress(): (path: string) => string {
  const { prefix } = useInstallation()
  return path => (path.startsWith('/') && !path.startsWith(`${prefix}/`) ? `${prefix}${path}` : path)
}

export function useFace(): Face {
  const installation = useInstallation()
  const { locale } = useFormats()
  const own = useMatches({ select: givenBy })
  return faceOf(installation, own, locale)
}

/** Dresses the document when a link leads to another domain; the first time the service has done it. */
export function useDress({ accent, typeface }: Face): void {
  const at = useAddress()
  useEffect(() => {
    const { style } = document.documentElement
    style.setProperty('--accent-light', accent)
    if (typeface === '') style.setProperty('--house', 'initial')
    else {
      const family = JSON.stringify(typeface)
      if (![...document.fonts].some(each => each.family === family || each.family === typeface))
        document.fonts.add(new FontFace(family, `url(${JSON.stringify(at(typeface))})`, { display: 'swap' }))
      style.setProperty('--house', family)
    }
  }, [accent, typeface])
}

/** What the document says of itself. The server writes it into the page; the browser keeps the title in step. */
export function Head(facts: HeadFacts): null {
  const { collect } = useContext(RoomContext)
  const { name } = useFace()
  collect?.(facts)
  const title = facts.title === name ? facts.title : `${facts.title} · ${name}`
  useEffect(() => {
    document.title = title
  }, [title])
  return null
}
