// The record as bytes: read with its version, stored only where nobody was there before.
import { headerText } from '../session/confirm.ts'
import { ApiProblem, type Schemas } from '../../shared/api.ts'
import { credentialHeaders } from '../session/session.ts'

export interface Stored {
  readonly xml: string
  readonly etag: string
}

async function answered(asked: Promise<Response>): Promise<Response> {
  const answer = await asked.catch(() => {
    throw new ApiProblem(0, 'offline')
  })
  if (answer.ok) return answer
  const problem = (await answer.json().catch(() => ({}))) as Partial<Schemas['Problem']>
  const places = problem.errors?.map(({ detail }) => detail).join(' ')
  throw new ApiProblem(answer.status, problem.title ?? answer.statusText, [problem.detail, places].filter(Boolean).join(' '))
}

const addressOf = (prefix: string, id: number) => `${prefix}/api/v1/titles/${id}/mods`

export async function load(prefix: string, id: number): Promise<Stored> {
  const answer = await answered(fetch(addressOf(prefix, id), { headers: credentialHeaders(), cache: 'no-store' }))
  return { xml: await answer.text(), etag: answer.headers.get('etag') ?? '' }
}

/** @throws ApiProblem 412 where the record has changed since it was read */
export async function store(prefix: string, id: number, record: Stored, reason: string): Promise<Schemas['Title']> {
  const answer = await answered(
    fetch(addressOf(prefix, id), {
      method: 'PUT',
      headers: {
        ...credentialHeaders(),
        'content-type': 'application/mods+xml',
        'if-match': record.etag,
        ...(reason === '' ? {} : { 'x-change-reason': headerText(reason) }),
      },
      body: record.xml,
    }),
  )
  return (await answer.json()) as Schemas['Title']
}

/** What was typed and not stored yet, with what it began from. */
export interface Draft {
  readonly base: Stored
  readonly xml: string
  readonly at: string
}
const placeOf = (id: number) => `desk-draft-${id}`

export function draftOf(id: number): Draft | undefined {
  try {
    const text = localStorage.getItem(placeOf(id))
    return text === null ? undefined : (JSON.parse(text) as Draft)
  } catch {
    return undefined
  }
}

/** @returns whether this browser keeps it */
export function keepDraft(id: number, draft: Draft | undefined): boolean {
  try {
    if (draft) localStorage.setItem(placeOf(id), JSON.stringify(draft))
    else localStorage.removeItem(placeOf(id))
    return true
  } catch {
    return false
  }
}
