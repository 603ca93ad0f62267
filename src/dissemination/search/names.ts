// Names as lists of them show and compare them: cataloguing signs around them are left out, spellings of one sound fall together.
import { foldWord, wordsOf } from '../../formats/text/fold.ts'
import { type IndexedTitle, type NameKind, nameKinds } from '../../search-index/query.ts'

const longest = 200

/** `[Leipzig] :` is Leipzig. */
const shown = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .replace(/[\s:;,]+$/, '')
    .replace(/^\s*\[([^[\]]*)\]$/, '$1')
    .trim()

/** How a name is compared; empty where there is nothing to compare. */
export const comparedName = (text: string): string => wordsOf(text).map(foldWord).join(' ').slice(0, longest)

export function namesOf(texts: Readonly<Record<NameKind, readonly string[]>>): IndexedTitle['names'] {
  const names = new Map<string, IndexedTitle['names'][number]>()
  for (const kind of nameKinds)
    for (const text of texts[kind]) {
      const name = shown(text).slice(0, longest)
      const folded = comparedName(name)
      if (folded !== '') names.set(`${kind} ${folded}`, { kind, name, folded })
    }
  return [...names.values()]
}
