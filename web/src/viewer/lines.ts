// The lines of a page's text with their places, and the one that is pointed at: in the text beside the image or on the image, it is shown in both.
import { queryOptions } from '@tanstack/react-query'
import { createContext } from 'react'
import type { Box } from './scan.tsx'

export const linesAddress = (title: number, page: number): string => `/iiif/presentation/3/${title}/annotations/${page}`

export interface Line extends Box {
  readonly text: string
}
interface TextAnnotations {
  readonly items: readonly { readonly body: { readonly value: string }; readonly target: string }[]
}

export const linesQuery = (address: string) =>
  queryOptions({
    queryKey: ['lines', address],
    queryFn: async (): Promise<Line[]> => {
      const answer = await fetch(address)
      if (!answer.ok) return []
      const { items } = (await answer.json()) as TextAnnotations
      return items.flatMap(({ body, target }) => {
        const [x, y, width, height] = (/#xywh=([\d.,]+)$/.exec(target)?.[1] ?? '').split(',').map(Number)
        return x !== undefined && y !== undefined && width && height ? [{ x, y, width, height, text: body.value }] : []
      })
    },
  })

export interface Pointed {
  readonly page: number
  /** Place of the line on it */
  readonly line: number
}
export interface Pointing {
  /** Text stands beside the image */
  readonly isOn: boolean
  readonly at: Pointed | undefined
  readonly set: (at: Pointed | undefined) => void
}
export const PointingContext = createContext<Pointing>({ isOn: false, at: undefined, set: () => {} })
