// Jobs of a cataloguer's morning, counted at the desk and by hand over the API; docs/desk.md has the figures.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { root } from '../../src/root.ts'
import type { TestApp } from './start.ts'

/** What somebody does at the keyboard: a key with those held beside it, or words that are typed, are one action each. */
export const handsOn = (tab: Page) => {
  let count = 0
  return {
    async press(...keys: string[]) {
      for (const key of keys) {
        count++
        await tab.keyboard.press(key)
      }
    },
    async type(words: string) {
      count++
      await tab.keyboard.type(words)
    },
    count: () => count,
  }
}

const leaves = (value: unknown): number =>
  Array.isArray(value)
    ? value.reduce((sum: number, each) => sum + leaves(each), 0)
    : typeof value === 'object' && value !== null
      ? Object.values(value).reduce((sum: number, each) => sum + 1 + leaves(each), 0)
      : 1

/** The same over the API by hand, counted as the words of the command line; what is read in an answer and typed again is one more. */
export const byHand = (app: TestApp) => {
  let count = 0
  return {
    /** curl -H key address, [-X method], [-H header …], [-H type -d body] */
    async call(
      method: string,
      path: string,
      body?: object | string | Buffer,
      headers: Record<string, string> = {},
    ) {
      const isNamed = method !== 'GET' && !(method === 'POST' && body)
      const others = Object.keys(headers).filter(name => name !== 'content-type').length
      const sent = body === undefined ? 0 : 3 + (Buffer.isBuffer(body) ? 1 : leaves(body))
      count += 4 + (isNamed ? 2 : 0) + 2 * others + sent
      const answer = await app.call(method, path, body, headers)
      if (answer.status >= 400) throw new Error(JSON.stringify(answer.body))
      return answer.body
    },
    look: () => void count++,
    /** The last command again, with one word changed */
    async again(path: string, body: object) {
      count += 2
      return (await app.call('POST', path, body)).body
    },
    count: () => count,
  }
}

/** A job takes at most a third at the desk, and the document has its figures. */
export function compare(
  t: { ok(value: unknown, name: string): unknown },
  job: string,
  atDesk: number,
  hand: number,
): void {
  t.ok(atDesk * 3 <= hand, `${job}: ${atDesk} at the desk, ${hand} by hand`)
  const line = `| ${job} | ${atDesk} | ${hand} |`
  t.ok(readFileSync(join(root, 'docs/desk.md'), 'utf8').includes(line), `docs/desk.md says ${line}`)
}
