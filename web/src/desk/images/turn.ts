// Turns the images of pages, one after the other; each is an operation, and they are taken back together.
import { type Api, ApiProblem, taken } from '../../shared/api.ts'
import { batchOf } from '../shell/operations.ts'

/** @returns what was turned, the way back, and what stopped it, where something did */
export async function turnPages(api: Api, pages: readonly number[], by: 90 | 180 | 270) {
  const done: number[] = []
  const batches: number[] = []
  let error: unknown
  try {
    for (const id of pages) {
      const answer = await taken(api.POST('/api/v1/pages/{id}/rotate', { params: { path: { id }, header: { 'if-match': '*' } as never }, body: { by } }))
      done.push(id)
      batches.unshift(batchOf(answer) as number)
    }
  } catch (fault) {
    error = fault
  }
  const back = async () => {
    for (const batch of batches) await taken(api.POST('/api/v1/operations/{batch}/undo', { params: { path: { batch } } }))
  }
  return { done, error, back }
}

const wait = 1000
const tries = 120

/** Ends when the images of pages have been made anew, or when that takes too long to be waited for; a page that has been taken back meanwhile is not. */
export async function made(api: Api, pages: readonly number[]): Promise<void> {
  let open = [...pages]
  for (let n = 0; n < tries && open.length > 0; n++) {
    const [first] = open as [number, ...number[]]
    const image = await taken(api.GET('/api/v1/pages/{id}/pack', { params: { path: { id: first } }, cache: 'no-store' })).catch((error: unknown) => {
      if (error instanceof ApiProblem && error.status === 404) return undefined
      throw error
    })
    if (image?.state === 'wanted') await new Promise(resolve => setTimeout(resolve, wait))
    else open = open.slice(1)
  }
}
