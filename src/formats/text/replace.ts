// Finding and replacing in texts, as people ask for it: literally or by a pattern. Patterns run on RE2's algorithm, whose time grows with
// the length of the text alone, so that no pattern can stop the service ((a+)+$ and the like).
import type * as Re2 from 're2js'
import { Refusal } from '../../errors.ts'
import { lazily } from '../../lazily.ts'

const re2js = lazily<typeof Re2>('re2js')

export interface Replacing {
  readonly find: string
  readonly with: string
  /** `find` is a regular expression, and $1 in `with` stands for its first group */
  readonly isPattern: boolean
  readonly ignoreCase: boolean
}

export interface Replacer {
  readonly matches: (text: string) => boolean
  readonly replace: (text: string) => string
}

const longestPattern = 1000

/** @throws Refusal not-processable where the pattern is none of RE2, or names a group that it does not have */
export function replacerOf({ find, with: by, isPattern, ignoreCase }: Replacing): Replacer {
  if (find === '') throw new Refusal('not-processable', 'What is to be found is empty.')
  if (find.length > longestPattern)
    throw new Refusal('not-processable', `The pattern is longer than ${longestPattern} characters.`)
  const { RE2JS } = re2js()
  let pattern: Re2.RE2JS
  try {
    pattern = RE2JS.compile(isPattern ? find : RE2JS.quote(find), ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  } catch (error) {
    throw new Refusal('not-processable', `‘${find}’ is no pattern: ${(error as Error).message}.`)
  }
  const groups = pattern.groupCount()
  const unknown = isPattern ? [...by.matchAll(/\$(\d+)/g)].find(([, n]) => Number(n) > groups) : undefined
  if (unknown) throw new Refusal('not-processable', `‘${find}’ has no group ${unknown[0]}.`)
  return {
    matches: text => pattern.matcher(text).find(),
    replace: text => {
      const matcher = pattern.matcher(text)
      let result = ''
      let at = 0
      while (matcher.find()) {
        const found = isPattern
          ? by.replace(/\$(\d+)/g, (_, n: string) => matcher.group(Number(n)) ?? '')
          : by
        result += text.slice(at, matcher.start()) + found
        at = matcher.end()
      }
      return result + text.slice(at)
    },
  }
}
