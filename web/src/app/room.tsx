// What every page knows of where it is: the installation, its addresses, and where the head of the document is written down.
import { createContext, useContext, useEffect } from 'react'

export interface Installation {
  readonly name: string
  readonly accent: string
  readonly logo: string
  readonly imprint: string
  readonly privacy: string
  readonly contact: string
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

/** What the document says of itself. The server writes it into the page; the browser keeps the title in step. */
export function Head(facts: HeadFacts): null {
  const { collect, installation } = useContext(RoomContext)
  collect?.(facts)
  const title = facts.title === installation.name ? facts.title : `${facts.title} · ${installation.name}`
  useEffect(() => {
    document.title = title
  }, [title])
  return null
}
