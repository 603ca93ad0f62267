// Turns the images of pages, one after the other; taken back by turning them back.
import { type Api, taken } from '../../shared/api.ts'

type By = 90 | 180 | 270
const back = { 90: 270, 180: 180, 270: 90 } as const

async function turnAll(api: Api, pages: readonly number[], by: By, onDone: (page: number) => void): Promise<void> {
  for (const id of pages) {
    await taken(api.POST('/api/v1/pages/{id}/rotate', { params: { path: { id }, header: { 'if-match': '*' } as never }, body: { by } }))
    onDone(id)
  }
}

/** @returns what was turned, the way back, and what stopped it, where something did */
export async function turnPages(api: Api, pages: readonly number[], by: By) {
  const done: number[] = []
  let error: unknown
  try {
    await turnAll(api, pages, by, page => done.push(page))
  } catch (fault) {
    error = fault
  }
  return { done, error, back: () => turnAll(api, done, back[by], () => {}) }
}

const wait = 1000
const tries = 120

/** Ends when the images of pages have been made anew, or when that takes too long to be waited for. */
export async function made(api: Api, pages: readonly number[]): Promise<void> {
  let open = [...pages]
  for (let n = 0; n < tries && open.length > 0; n++) {
    const [first] = open as [number, ...number[]]
    const image = await taken(api.GET('/api/v1/pages/{id}/pack', { params: { path: { id: first } }, cache: 'no-store' }))
    if (image.state === 'wanted') await new Promise(resolve => setTimeout(resolve, wait))
    else open = open.slice(1)
  }
}
