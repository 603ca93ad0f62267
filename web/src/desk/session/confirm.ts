// A change that a transition wants confirmed or explained is answered 428. Whoever made it is asked, and it is sent again with what they say;
// this holds for every request of the desk, so that no page asks by itself.
import { useSyncExternalStore } from 'react'

export interface Demand {
  readonly missing: readonly ('confirm' | 'comment')[]
  readonly transitions: readonly {
    readonly name: string
    readonly captions: Readonly<Record<string, string>> | null
    readonly change: string
    readonly count: number
    readonly nodes: readonly { readonly id: number; readonly caption: string | null }[]
  }[]
}
interface Open extends Demand {
  /** @param comment undefined where the change is given up */
  readonly answer: (comment: string | undefined) => void
}

let open: readonly Open[] = []
const listeners = new Set<() => void>()
const set = (next: typeof open): void => {
  open = next
  for (const listener of listeners) listener()
}

/** The comment, '' where none is wanted; undefined where the change is given up. */
const ask = (demand: Demand): Promise<string | undefined> =>
  new Promise(resolve => {
    const one: Open = {
      ...demand,
      answer: comment => {
        set(open.filter(each => each !== one))
        resolve(comment)
      },
    }
    set([...open, one])
  })

/** What is asked first; changes made at once are asked about one after the other. */
export const useDemand = (): Open | undefined =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => open[0],
    () => undefined,
  )

/** A value of a header: what its bytes cannot carry is encoded as RFC 8187 says. */
export const headerText = (text: string): string => (/^[\x20-\x7e]*$/.test(text) ? text : `UTF-8''${encodeURIComponent(text)}`)

const demandOf = async (response: Response): Promise<Demand | undefined> => {
  const problem = (await response
    .clone()
    .json()
    .catch(() => undefined)) as Partial<Demand> | undefined
  return problem?.missing && problem.transitions ? (problem as Demand) : undefined
}

/** @param request as it was sent, with a body that can still be read */
export async function confirmed(request: Request, refused: Response): Promise<Response> {
  let response = refused
  while (response.status === 428) {
    const demand = await demandOf(response)
    const comment = demand && (await ask(demand))
    if (!demand || comment === undefined) return response
    const again = request.clone()
    const names = demand.transitions.map(({ name }) => name).join(', ')
    if (demand.missing.includes('confirm')) again.headers.set('x-confirm', names)
    if (comment !== '') again.headers.set('x-change-reason', headerText(comment))
    response = await fetch(again)
  }
  return response
}
