// Titles and persons of a MODS record in reading order.
import type { XmlElement } from '../xml/read.ts'

export interface Person {
  readonly name: string
  readonly roles: readonly string[]
  /** Whether it is a corporate body or a conference */
  readonly isBody: boolean
  /** Its address in an authority file, or its number there */
  readonly authority: string | undefined
}

export const textOf = (element: XmlElement | undefined): string | undefined => element?.text || undefined

/** What stands before a title without a blank: L’, al-. */
const isElided = (article: string | undefined): boolean => /['’ʼ-]$/.test(article ?? '')

/** `¬Das¬ Kapital`, and the same by control characters: what catalogues set around a word that is not filed. */
const marked = /[¬\u0098]([^¬\u009c]*)[¬\u009c]/g
const unmarked = (title: string | undefined, isFiled: boolean): string | undefined =>
  title
    ?.replace(marked, isFiled ? '' : '$1')
    .replace(/\s+/g, ' ')
    .trim() || undefined

/** `Ode / : Die`: a title of titleInfo in reading order; without its article, as it is filed. */
export function titleOf(info: XmlElement | undefined, isFiled = false): string | undefined {
  if (!info) return undefined
  const nonSort = isFiled ? undefined : textOf(info.first('nonSort'))
  const title = unmarked(textOf(info.first('title')), isFiled)
  const subTitle = textOf(info.first('subTitle'))
  const part = [textOf(info.first('partNumber')), textOf(info.first('partName'))]
    .filter(text => text !== undefined)
    .join(', ')
  const main = [nonSort, title].filter(text => text !== undefined).join(isElided(nonSort) ? '' : ' ')
  const lines = [main || undefined, subTitle].filter(text => text !== undefined).join(' : ')
  return [lines || undefined, part || undefined].filter(text => text !== undefined).join('. ') || undefined
}

/** The key that titles are sorted by: folded, lower case, articles aside. */
export function sortKey(title: string): string {
  return title
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, 500)
}

export function personOf(name: XmlElement): Person | undefined {
  const display = textOf(name.first('displayForm'))
  const parts = name.all('namePart')
  const of = (type: string | undefined) =>
    parts.filter(part => part.attribute('type') === type).map(part => part.text)
  const family = of('family').join(' ')
  const given = of('given').join(' ')
  const written =
    display ?? (family ? [family, given].filter(text => text !== '').join(', ') : of(undefined).join(' '))
  if (!written) return undefined
  const identifiers = name.all('nameIdentifier').map(identifier => identifier.text)
  return {
    isBody: ['corporate', 'conference'].includes(name.attribute('type') ?? ''),
    authority: name.attribute('valueURI') || identifiers.find(text => text !== ''),
    name: written,
    roles: name
      .all('role')
      .flatMap(role => role.all('roleTerm').map(term => term.text))
      .filter(text => text !== ''),
  }
}
