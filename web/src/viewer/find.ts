// Words within the book: IIIF Content Search 2 with the boxes of the words, and what stands around them.
import { queryOptions } from '@tanstack/react-query'
import type { Box } from './scan.tsx'

interface Annotation {
  readonly id: string
  readonly target: string | readonly { readonly source: string; readonly selector: readonly Quote[] }[]
}
interface Quote {
  readonly prefix: string
  readonly exact: string
  readonly suffix: string
}
interface AnnotationPage {
  readonly items: readonly Annotation[]
  readonly annotations?: readonly { readonly items: readonly Annotation[] }[]
}

export interface FoundPage {
  readonly page: number
  readonly boxes: readonly Box[]
  readonly quotes: readonly Quote[]
}

const pageOf = (canvas: string): number => Number(/\/canvas\/(\d+)/.exec(canvas)?.[1] ?? 0)

/** Hits by page, in the order of the book. */
export function foundPages({ items, annotations }: AnnotationPage): FoundPage[] {
  const pages = new Map<number, { page: number; boxes: Box[]; quotes: Quote[] }>()
  const byAnnotation = new Map<string, number>()
  for (const { id, target } of items) {
    if (typeof target !== 'string') continue
    const page = pageOf(target)
    byAnnotation.set(id, page)
    const entry = pages.get(page) ?? { page, boxes: [], quotes: [] }
    pages.set(page, entry)
    const [x, y, width, height] = (/#xywh=([\d.,]+)$/.exec(target)?.[1] ?? '').split(',').map(Number)
    if (x !== undefined && y !== undefined && width && height) entry.boxes.push({ x, y, width, height })
  }
  for (const { target } of annotations?.flatMap(each => each.items) ?? []) {
    if (typeof target === 'string') continue
    const [first] = target
    const entry = first && pages.get(byAnnotation.get(first.source) ?? 0)
    const quote = first?.selector[0]
    if (entry && quote) entry.quotes.push(quote)
  }
  return [...pages.values()]
}

export const findQuery = (address: string) =>
  queryOptions({
    queryKey: ['find', address],
    queryFn: async (): Promise<FoundPage[]> => {
      const answer = await fetch(address)
      if (!answer.ok) throw new Error(String(answer.status))
      return foundPages((await answer.json()) as AnnotationPage)
    },
  })

export const textQuery = (address: string) =>
  queryOptions({
    queryKey: ['text', address],
    queryFn: async (): Promise<string> => {
      const answer = await fetch(address)
      return answer.ok ? await answer.text() : ''
    },
  })
