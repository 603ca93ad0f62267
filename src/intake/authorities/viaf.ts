// What VIAF suggests for the words of a name, as far as it says who is meant.
import { z } from 'zod'
import { type Authority, partsOf } from './lobid.ts'

const Suggestion = z.object({
  term: z.string(),
  nametype: z.string(),
  viafid: z.string().regex(/^\d{1,30}$/),
})

/** Without suggestions VIAF says null. */
export const Suggestions = z.object({ result: z.array(z.unknown()).nullable() })

/** `Mann, Thomas, 1875-1955` */
const withYears = /^(.*?),?\s*(\d{3,4})?\s*-\s*(\d{3,4})?\.?$/

export function suggestedOf(member: unknown): Authority | undefined {
  const read = Suggestion.safeParse(member)
  if (!read.success || read.data.nametype !== 'personal') return undefined
  const { term, viafid } = read.data
  const [, before, born = '', died = ''] = withYears.exec(term) ?? []
  const name = (born || died ? before : undefined) ?? term
  return {
    uri: `http://viaf.org/viaf/${viafid}`,
    identifier: viafid,
    name,
    ...partsOf(name),
    dates: born || died ? `${born}–${died}` : null,
    about: [],
    variants: [],
  }
}
