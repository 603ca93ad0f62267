// Codes of languages: records write ISO 639-2/B, IIIF and HTML want BCP 47, which takes the two-letter code where there is one.
import { iso6392 as registered } from 'iso-639-2'
import { tableOf } from '../../codes.ts'

/** Languages of ISO 639-2; what is reserved for local use (qaa-qtz) is none. */
const languages = registered.filter(({ iso6392B }) => iso6392B.length === 3)
const twoLetters: ReadonlyMap<string, string | undefined> = new Map(
  languages.map(({ iso6392B, iso6391 }) => [iso6392B, iso6391]),
)
/** Codes that are no longer given, and records still write. */
const withdrawn: Readonly<Record<string, string>> = tableOf({
  scc: 'srp', scr: 'hrv', mol: 'rum', iw: 'heb', in: 'ind', ji: 'yid', mo: 'rum', sh: 'srp',
}) // prettier-ignore
/** ISO 639-2/B by codes of two letters and by terminology codes. */
const bibliographic: ReadonlyMap<string, string> = new Map([
  ...languages.flatMap(({ iso6392B, iso6391 }) =>
    iso6391 === undefined ? [] : [[iso6391, iso6392B] as const],
  ),
  ...languages.flatMap(({ iso6392B, iso6392T }) =>
    iso6392T === undefined ? [] : [[iso6392T, iso6392B] as const],
  ),
])

/** Codes of ISO 639-2/B with their tags of BCP 47 and their names in English. */
export const languageCodes = (): {
  readonly three: string
  readonly tag: string
  readonly names: readonly string[]
}[] =>
  languages.map(({ iso6392B, iso6391, name }) => ({
    three: iso6392B,
    tag: iso6391 ?? iso6392B,
    names: name.split(';').map(each => each.trim()),
  }))

/** ISO 639-2/B of a code of two or three letters; undefined where it is none. */
export function iso6392(code: string): string | undefined {
  const lower = code.trim().toLowerCase().split('-')[0] as string
  const three = bibliographic.get(lower) ?? withdrawn[lower] ?? lower
  return twoLetters.has(three) ? three : undefined
}

/** ISO 639-2/B of codes, each once; what is none is left out. */
export const iso6392Of = (codes: readonly string[]): string[] => [
  ...new Set(codes.flatMap(code => iso6392(code) ?? [])),
]

/** BCP 47 of a code of two or three letters; undefined where it is none. */
export function bcp47(code: string | undefined): string | undefined {
  const three = code === undefined ? undefined : iso6392(code)
  return three && (twoLetters.get(three) ?? three)
}
