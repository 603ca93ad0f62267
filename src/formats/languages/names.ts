// Languages by their names in German and English, as records write them that have no code.
import { tableOf } from '../../codes.ts'
import { iso6392, languageCodes } from './codes.ts'

/** Names besides those of the runtime: as ISO 639-2 has them, and as older records do. */
const otherNames: Readonly<Record<string, string>> = tableOf({
  greek: 'gre', neugriechisch: 'gre', plattdeutsch: 'nds', holländisch: 'dut', flämisch: 'dut', flemish: 'dut', castilian: 'spa',
  kastilisch: 'spa', valencian: 'cat', farsi: 'per', sorbisch: 'wen', sorbian: 'wen', tschechoslowakisch: 'cze', altkirchenslawisch: 'chu',
  'church slavonic': 'chu', provenzalisch: 'pro', multilingual: 'mul', 'greek, ancient': 'grc', 'greek, modern': 'gre',
  'german, middle high': 'gmh', 'german, old high': 'goh', 'german, low': 'nds', 'french, middle': 'frm', 'french, old': 'fro',
  'english, middle': 'enm', 'english, old': 'ang', 'norse, old': 'non', 'dutch, middle': 'dum', 'turkish, ottoman': 'ota',
}) // prettier-ignore
/** What speaks of no language, or of several. */
const unnamed = new Set(['und', 'zxx', 'mis'])

function namesOfRuntime(): Map<string, string> {
  const known = new Map<string, string>()
  for (const { three, names: registered } of languageCodes())
    if (!unnamed.has(three)) for (const name of registered) known.set(name.toLowerCase(), three)
  for (const locale of ['en', 'de']) {
    const display = new Intl.DisplayNames(locale, { type: 'language', fallback: 'none' })
    for (const { three, tag } of languageCodes())
      if (!unnamed.has(three)) known.set(display.of(tag)?.toLowerCase() ?? three, three)
  }
  return known
}
let names: ReadonlyMap<string, string> | undefined

const lookUp = (name: string): string | undefined => {
  names ??= namesOfRuntime()
  // ‘Französische Sprache’, ‘Latin language’
  const bare = name.replace(/(sch)e sprache$/, '$1').replace(/ language$/, '')
  return otherNames[name] ?? names.get(bare)
}

/** ISO 639-2/B of a language by its name, by one of several (‘Spanish; Castilian’), or by its code; undefined where it is none. */
export function languageNamed(text: string): string | undefined {
  // years of a stage: ‘German, Middle High (ca. 1050-1500)’
  const name = text
    .replace(/\([^)]*\)/g, '')
    .trim()
    .toLowerCase()
  for (const each of [name, ...name.split(/[;/]/).map(part => part.trim())]) {
    const found = lookUp(each) ?? iso6392(each)
    if (found !== undefined) return found
  }
  return undefined
}
