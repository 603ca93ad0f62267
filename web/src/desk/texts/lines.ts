// The text of a page as lines: what is stored, what is typed over it and kept in this browser, and how the two come together again.
import { queryOptions } from '@tanstack/react-query'
import { type Api, ApiProblem, type Schemas, taken } from '../../shared/api.ts'

export type Lines = Schemas['TextLines']
export type Line = Lines['items'][number]
export type Box = Schemas['TextBox']
export interface Stored {
  readonly lines: Lines
  readonly etag: string
  /** The words where there are no lines */
  readonly plain: string
}

export const linesQuery = (api: Api, page: number) =>
  queryOptions({
    queryKey: ['texts', page],
    // what is being edited is not changed from outside; a save finds out
    staleTime: Infinity,
    refetchOnMount: 'always',
    queryFn: () => loadLines(api, page),
  })

export async function loadLines(api: Api, page: number): Promise<Stored> {
  let etag = ''
  const lines = await taken(
    api.GET('/api/v1/pages/{id}/lines', { params: { path: { id: page } }, cache: 'no-store' }).then(answer => {
      etag = answer.response.headers.get('etag') ?? ''
      return answer
    }),
  )
  if (lines.form === 'lines') return { lines, etag, plain: '' }
  const text = await api.GET('/api/v1/pages/{id}/text', { params: { path: { id: page } }, parseAs: 'text', cache: 'no-store' })
  return { lines, etag, plain: text.data ?? '' }
}

/** What is typed over a line, with what it began from. */
export interface Edit {
  readonly base: string
  readonly text: string
}
/** By number of the line; `whole` where a page has no lines */
export type Edits = Readonly<Record<string, Edit>>
export const whole = 'whole'

export const textOf = ({ n, text }: Line, edits: Edits): string => edits[n]?.text ?? text
export const isRead = ({ n, isConfirmed }: Line, edits: Edits): boolean => isConfirmed || edits[n] !== undefined

/** Below this a word is looked at again */
const sure = 0.8
/** Numbers of the words of a line that the program was not sure of; none where somebody has read it. */
export const doubtful = (line: Line): number[] =>
  line.isConfirmed ? [] : line.words.flatMap(({ confidence }, at) => (confidence !== null && confidence < sure ? [at] : []))

export const confidenceOf = ({ words }: Pick<Line, 'words'>): number | undefined => {
  const known = words.flatMap(({ confidence }) => (confidence === null ? [] : [confidence]))
  return known.length === 0 ? undefined : known.reduce((sum, each) => sum + each, 0) / known.length
}

export interface Conflict {
  readonly key: string
  readonly base: string
  readonly mine: string
  readonly theirs: string
}

export const textNow =
  ({ lines, plain }: Stored) =>
  (key: string): string | undefined =>
    key === whole ? (lines.form === 'lines' ? undefined : plain) : lines.items[Number(key)]?.text

/** What I typed over what is stored now: lines that nobody else changed stay mine, others are to be decided. */
export function merged(edits: Edits, textNow: (key: string) => string | undefined): { readonly edits: Edits; readonly conflicts: readonly Conflict[] } {
  const kept: Record<string, Edit> = {}
  const conflicts: Conflict[] = []
  for (const [key, { base, text }] of Object.entries(edits)) {
    const now = textNow(key)
    if (now === base || now === text) kept[key] = { base: now, text }
    else conflicts.push({ key, base, mine: text, theirs: now ?? '' })
  }
  return { edits: kept, conflicts }
}

const placeOf = (page: number) => `desk-text-${page}`
export function draftOf(page: number): Edits {
  try {
    return JSON.parse(localStorage.getItem(placeOf(page)) ?? '{}') as Edits
  } catch {
    return {}
  }
}
export function keepDraft(page: number, edits: Edits): void {
  try {
    if (Object.keys(edits).length > 0) localStorage.setItem(placeOf(page), JSON.stringify(edits))
    else localStorage.removeItem(placeOf(page))
  } catch {
    // a browser that keeps nothing has it until the window is closed
  }
}

export const isStale = (error: unknown): boolean => error instanceof ApiProblem && error.status === 412
