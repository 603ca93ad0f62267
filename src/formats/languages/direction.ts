// Where a book is opened: by the scripts of its text, else by its languages, else by the letters of its title.
import { codes } from '../../codes.ts'
import { iso6392 } from './codes.ts'

/**
 * OC_ReadingDirection, OCF_ReadingDirection, by the words of IIIF.
 * @see https://iiif.io/api/presentation/3.0/#viewingdirection
 */
export const readingDirections = codes({ 'left-to-right': 1, 'right-to-left': 2 })
export type ReadingDirection = (typeof readingDirections.names)[number]

/** A language of a text, with its script where the record names one. */
export interface Writing {
  readonly language: string | undefined
  /** ISO 15924, or its English name */
  readonly script: string | undefined
}

const languagesFromTheRight = new Set(
  'ara heb per yid ota syr arc sam urd pus kur snd uig div lad nqo'.split(' '),
)
/** Languages that are written in more than one script: the title tells which. */
const eitherWay = new Set(['kur', 'ota', 'pus', 'snd', 'uig', 'arc', 'lad'])
/** @see https://www.unicode.org/iso15924/ */
const scriptsFromTheRight =
  /^(?:arab|aran|arabic|hebr|hebrew|syr[cenj]|syriac|thaa|thaana|samr|samaritan|nkoo|n’?ko|mand|mandai?c|adlm|adlam|rohg|armi|phnx|avst|phli|phlp|prti|sarb|narb)\b/i
const lettersFromTheRight =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Samaritan}\p{Script=Nko}\p{Script=Mandaic}\p{Script=Adlam}]/gu

/** @returns undefined where neither language nor title say anything */
export function readingDirection(
  writings: readonly Writing[],
  title: string | undefined,
): ReadingDirection | undefined {
  const turned = title?.match(lettersFromTheRight)?.length ?? 0
  const letters = title?.match(/\p{L}/gu)?.length ?? 0
  const isTurned = ({ language, script }: Writing): boolean => {
    if (script !== undefined) return scriptsFromTheRight.test(script)
    const code = language && (iso6392(language) ?? language)
    return code !== undefined && languagesFromTheRight.has(code) && (!eitherWay.has(code) || turned > 0)
  }
  if (turned * 2 > letters || writings.some(isTurned)) return 'right-to-left'
  return writings.length > 0 ? 'left-to-right' : undefined
}
