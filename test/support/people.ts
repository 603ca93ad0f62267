import { createUser, type UserInput } from '../../src/people/accounts/index.ts'
import type { Answer, TestApp } from './start.ts'

export const password = 'a long enough secret'

/** A user who can log in. @returns PU_ID and UUID */
export async function aUser(
  app: TestApp,
  input: UserInput & { login: string },
): Promise<{ id: number; uuid: string }> {
  const actor = { name: 'test', application: 'test' }
  return await app.services.database.inTransaction({ actor }, trx =>
    createUser(trx, actor, { password, ...input, name: input.name ?? `User ${input.login}` }),
  )
}

export interface TestSession {
  (method: string, url: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  readonly cookie: string
  readonly token: string
}

/** Logs in; the session asks as a page of ours does. */
export async function aSession(app: TestApp, login: string, as = password): Promise<TestSession> {
  const answer = await app.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    payload: { login, password: as },
  })
  if (answer.statusCode !== 200) throw new Error(`log-in of ${login}: ${answer.statusCode} ${answer.body}`)
  const cookie = [answer.headers['set-cookie']]
    .flat()
    .map(each => String(each).split(';')[0])
    .join('; ')
  const token = answer.json().csrfToken as string
  const ask = async (method: string, url: string, body?: unknown, headers: Record<string, string> = {}) => {
    const found = await app.app.inject({
      method: method as 'GET',
      url,
      headers: { cookie, 'x-csrf-token': token, 'sec-fetch-site': 'same-origin', ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    return {
      status: found.statusCode,
      headers: found.headers as Answer['headers'],
      body: /json/.test(String(found.headers['content-type'])) ? found.json() : found.body,
      raw: found.rawPayload,
    }
  }
  return Object.assign(ask, { cookie, token })
}
