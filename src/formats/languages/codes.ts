// Codes of languages: records write ISO 639-2/B, IIIF and HTML want BCP 47, which takes the two-letter code where there is one.
import { tableOf } from '../../codes.ts'
const twoLetters: Readonly<Record<string, string>> = tableOf({
  alb: 'sq', ara: 'ar', arm: 'hy', baq: 'eu', bel: 'be', bos: 'bs', bre: 'br', bul: 'bg', bur: 'my', cat: 'ca', chi: 'zh', cze: 'cs',
  dan: 'da', dut: 'nl', eng: 'en', epo: 'eo', est: 'et', fin: 'fi', fre: 'fr', geo: 'ka', ger: 'de', gle: 'ga', gre: 'el', heb: 'he',
  hin: 'hi', hrv: 'hr', hun: 'hu', ice: 'is', ind: 'id', ita: 'it', jpn: 'ja', kaz: 'kk', kor: 'ko', kur: 'ku', lat: 'la', lav: 'lv',
  lit: 'lt', ltz: 'lb', mac: 'mk', may: 'ms', mlt: 'mt', mon: 'mn', nor: 'no', oci: 'oc', per: 'fa', pol: 'pl', por: 'pt', roh: 'rm',
  rum: 'ro', rus: 'ru', san: 'sa', slo: 'sk', slv: 'sl', spa: 'es', srp: 'sr', swe: 'sv', tat: 'tt', tib: 'bo', tur: 'tr', ukr: 'uk',
  uzb: 'uz', vie: 'vi', wel: 'cy', yid: 'yi',
}) // prettier-ignore
const threeLetters: ReadonlyMap<string, string> = new Map(
  Object.entries(twoLetters).map(([three, two]) => [two, three]),
)
/** Terminology codes and short forms that records write for bibliographic ones. */
const aliases: Readonly<Record<string, string>> = tableOf({
  deu: 'ger', fra: 'fre', nld: 'dut', zho: 'chi', ces: 'cze', ell: 'gre', fas: 'per', ron: 'rum', slk: 'slo', hye: 'arm', kat: 'geo',
  isl: 'ice', mkd: 'mac', msa: 'may', mya: 'bur', bod: 'tib', cym: 'wel', eus: 'baq', sqi: 'alb', scc: 'srp', scr: 'hrv',
}) // prettier-ignore
/** Languages of ISO 639-2 without a two-letter code that occur in collections of prints. */
const others = new Set(
  'und mul zxx mis dsb egy frm fro gmh goh grc gsw hsb nds non osp pro rom sla sux syr wen akk arc chu cop got gem enm ang dum odt frs frr fry sco lad mnc ota sam snd urd pus uig'.split(
    ' ',
  ),
)

/** Codes of ISO 639-2/B with their tags of BCP 47. */
export const languageCodes = (): { readonly three: string; readonly tag: string }[] =>
  [...Object.keys(twoLetters), ...others].map(three => ({ three, tag: twoLetters[three] ?? three }))

/** ISO 639-2/B of a code of two or three letters; undefined where it is none. */
export function iso6392(code: string): string | undefined {
  const lower = code.trim().toLowerCase().split('-')[0] as string
  const three = threeLetters.get(lower) ?? aliases[lower] ?? lower
  return three in twoLetters || others.has(three) ? three : undefined
}

/** BCP 47 of a code of two or three letters; undefined where it is none. */
export function bcp47(code: string | undefined): string | undefined {
  const three = code === undefined ? undefined : iso6392(code)
  return three && (twoLetters[three] ?? three)
}
