import { iso6392 } from '../languages/codes.ts'
import type { Writing } from '../languages/direction.ts'
import { languageNamed } from '../languages/names.ts'
import type { XmlElement } from '../xml/read.ts'

/** Undetermined is none. */
const isLanguage = (code: string): boolean => code !== '' && code !== 'und'

/** Languages of one element of MODS, each with the script that it names: by a scriptTerm, or in the tag itself (tr-Arab). */
function writingsOf(element: XmlElement): Writing[] {
  const terms = (name: string) => element.all(name).filter(({ text }) => text !== '')
  const coded = terms('languageTerm').filter(term => term.attribute('type') !== 'text')
  const scripts = terms('scriptTerm')
  const script = (scripts.find(term => term.attribute('type') === 'code') ?? scripts[0])?.text
  // a name counts where there is no code, and only as a language that is known
  const named = coded.length > 0 ? [] : terms('languageTerm').flatMap(({ text }) => languageNamed(text) ?? [])
  const found = [...coded.map(({ text }) => text), ...named].map((text): Writing => ({
    language: iso6392(text) ?? text,
    script: script ?? /^[a-z]{2,3}-([A-Z][a-z]{3})\b/.exec(text)?.[1],
  }))
  return found.length === 0 && script !== undefined ? [{ language: undefined, script }] : found
}

/** Languages of a record with their scripts. */
export const writingsOfRecord = (record: XmlElement): Writing[] =>
  record
    .all('language')
    .flatMap(writingsOf)
    .filter(
      ({ language, script }) => script !== undefined || (language !== undefined && isLanguage(language)),
    )

/** Codes of the languages, each once. */
export const languagesOf = (writings: readonly Writing[]): string[] => [
  ...new Set(writings.flatMap(({ language }) => (language && isLanguage(language) ? [language] : []))),
]
