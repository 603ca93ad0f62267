// How orval's functions ask: by fetch, with a key, and with bodies of bytes as they are.
import type { Problem } from './orval/index.ts'

const [base = '', key = ''] = process.argv.slice(2)

/** The ETag of each document that was read: orval's functions answer documents alone. */
export const tags = new WeakMap<object, string>()

export class Declined extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title)
  }
}

export interface Request {
  readonly url: string
  readonly method: string
  readonly params?: object | undefined
  readonly headers?: object | undefined
  readonly data?: unknown
  readonly responseType?: string
}

export async function request<T>({ url, method, params = {}, headers, data }: Request): Promise<T> {
  const query = new URLSearchParams(
    Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
  const isBlob = data instanceof Blob
  const answer = await fetch(`${base}${url}?${query}`, {
    method,
    // orval names no media type where the address takes several
    headers: {
      authorization: `Bearer ${key}`,
      ...(data === undefined || isBlob ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: data === undefined ? null : isBlob ? data : JSON.stringify(data),
  })
  const document: unknown = await answer.json()
  if (!answer.ok) throw new Declined(document as Problem)
  tags.set(document as object, answer.headers.get('etag') ?? '')
  return document as T
}
