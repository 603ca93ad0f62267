// Page labels: the kinds of pagination of config/paginate.xml, writing a counter as a kind writes it, and recognising the
// kind and the counter of a label that came with an import.
import { tableOf } from '../../codes.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../../errors.ts'
import { readXml } from '../../formats/xml/read.ts'
import { root } from '../../root.ts'

export interface PaginationKind {
  /** OP_PaginationType */
  readonly id: number
  readonly name: string
  /** Pattern of OP_PaginationCaption with {n}, {m}, {r}, {R}, {a}, {A} and {s} */
  readonly caption: string
  /** Pattern of the bare label (METS ORDERLABEL) */
  readonly label: string | undefined
  /** How far the counter advances from page to page, where the request does not say */
  readonly step: number
  readonly en: string
  readonly de: string
}

const romanDigits: readonly (readonly [number, string])[] = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
]

/** 1 to 3999 as a Roman number; others in Arabic digits. */
export function roman(value: number): string {
  if (value < 1 || value > 3999) return String(value)
  let rest = value
  let text = ''
  for (const [unit, letters] of romanDigits)
    while (rest >= unit) {
      text += letters
      rest -= unit
    }
  return text
}

function fromRoman(text: string): number | undefined {
  const upper = text.toUpperCase()
  let value = 0
  let rest = upper
  for (const [unit, letters] of romanDigits)
    while (rest.startsWith(letters)) {
      value += unit
      rest = rest.slice(letters.length)
    }
  // IIII and the like are no Roman numbers: writing the value again must give the text
  return rest === '' && value > 0 && roman(value) === upper ? value : undefined
}

/** 1 = a, 26 = z, 27 = aa. */
export function letters(value: number): string {
  let text = ''
  for (let rest = value; rest > 0; rest = Math.floor((rest - 1) / 26))
    text = String.fromCharCode(97 + ((rest - 1) % 26)) + text
  return text || String(value)
}

const fromLetters = (text: string): number =>
  Array.from(text.toLowerCase()).reduce((value, letter) => value * 26 + letter.charCodeAt(0) - 96, 0)

const counter = /\{[nmrRaA]\}/

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

const placeholders: Readonly<Record<string, string>> = tableOf({
  '{n}': String.raw`(?<n>\d{1,6})`,
  '{r}': '(?<r>[ivxlcdm]{1,15})',
  '{R}': '(?<R>[IVXLCDM]{1,15})',
  '{m}': String.raw`(?<m>\d{1,6})`,
  // two letters at most: longer ones are words
  '{a}': '(?<a>[a-z]{1,2})',
  '{A}': '(?<A>[A-Z]{1,2})',
  '{s}': '(?<s>[rv])',
})

export class Pagination {
  readonly kinds: readonly PaginationKind[]
  readonly #patterns: readonly { readonly kind: PaginationKind; readonly pattern: RegExp }[]

  constructor(kinds: readonly PaginationKind[]) {
    this.kinds = kinds
    this.#patterns = kinds.map(kind => {
      const source = kind.caption
        .split(/(\{[nmrRaAs]\})/)
        .map(part => placeholders[part] ?? escape(part))
        .join('')
      return { kind, pattern: new RegExp(`^${source}$`, 'u') }
    })
  }

  /** @throws Refusal not-processable */
  get(type: number | string): PaginationKind {
    const kind = this.kinds.find(candidate => candidate.id === type || candidate.name === type)
    if (!kind)
      throw new Refusal(
        'not-processable',
        `There is no kind of pagination ‘${type}’; known are ${this.kinds.map(candidate => candidate.name).join(', ')}.`,
      )
    return kind
  }

  /** A kind of one request, from a pattern of its own. @throws Refusal not-processable where a place holder is unknown */
  free(pattern: string): PaginationKind {
    const unknown = /\{(?![nmrRaAs]\})[^}]*\}?/.exec(pattern)
    if (unknown)
      throw new Refusal(
        'not-processable',
        `The pattern ‘${pattern}’ has ‘${unknown[0]}’; known are {n}, {m}, {r}, {R}, {a}, {A} and {s}.`,
      )
    const step = pattern.includes('{m}') ? 2 : 1
    const counters = /\{[nmrRaA]\}.*\{[nmrRaAs]\}|\{[nmrRaA]\}/.exec(pattern)?.[0]
    return { id: 0, name: 'free', caption: pattern, label: counters, step, en: pattern, de: pattern }
  }

  /** The caption of a page: `[Seite 6]`. @param side r or v, for kinds with recto and verso */
  write(kind: PaginationKind, value: number, side: 'r' | 'v' = 'r', pattern = kind.caption): string {
    return pattern
      .replaceAll('{n}', String(value))
      .replaceAll('{m}', String(value + 1))
      .replaceAll('{a}', letters(value))
      .replaceAll('{A}', letters(value).toUpperCase())
      .replaceAll('{r}', roman(value).toLowerCase())
      .replaceAll('{R}', roman(value))
      .replaceAll('{s}', side)
  }

  /** Kind and counter of a label; undefined where no kind fits. */
  recognise(caption: string): { kind: PaginationKind; value: number | undefined } | undefined {
    for (const { kind, pattern } of this.#patterns) {
      const groups = pattern.exec(caption)
      if (!groups) continue
      const { n, m, r, R, a, A } = groups.groups ?? {}
      const [inRoman, inLetters] = [r ?? R, a ?? A]
      const value =
        n !== undefined
          ? Number(n)
          : inRoman !== undefined
            ? fromRoman(inRoman)
            : inLetters !== undefined
              ? fromLetters(inLetters)
              : undefined
      if (inRoman !== undefined && value === undefined) continue
      if (m !== undefined && Number(m) !== Number(n) + 1) continue
      return { kind, value }
    }
    return undefined
  }

  /** The bare label of a caption (METS ORDERLABEL): 6 of ‘Seite 6’; undefined where no kind fits or its kind has none. */
  orderLabel(caption: string): string | undefined {
    for (const { kind, pattern } of this.#patterns) {
      if (kind.label === undefined || !pattern.test(caption)) continue
      const [before = '', ...after] = kind.caption.split(/\{.*\}/)
      const counter = caption.slice(before.length, caption.length - after.join('').length)
      return kind.label.replace(/\{.*\}/, counter)
    }
    return undefined
  }

  /** Captions of consecutive pages from a start; recto and verso share one counter. */
  range(
    kind: PaginationKind,
    count: number,
    options: {
      readonly start: number
      readonly step?: number | undefined
      readonly side?: 'r' | 'v' | undefined
      readonly prefix?: string | undefined
    },
  ): { caption: string; value: number | null; label: string | null }[] {
    const step = options.step ?? kind.step
    const isCounted = counter.test(kind.caption)
    const isSided = kind.caption.includes('{s}')
    const first = isSided && options.side === 'v' ? 1 : 0
    return Array.from({ length: count }, (_, at) => {
      const value = isSided ? options.start + Math.floor((at + first) / 2) * step : options.start + at * step
      const side = (at + first) % 2 === 0 ? 'r' : 'v'
      const caption = this.write(kind, value, side)
      return {
        caption: options.prefix ? `${options.prefix}${caption}` : caption,
        value: isCounted ? value : null,
        label: kind.label === undefined ? null : this.write(kind, value, side, kind.label),
      }
    })
  }
}

/** @throws Refusal bad-request naming the place in config/paginate.xml */
export function readPagination(file = join(root, 'config/paginate.xml')): Pagination {
  const document = readXml(readFileSync(file, 'utf8'), { name: 'paginate.xml' })
  const seen = new Set<number | string>()
  const kinds = document.all('type').map(element => {
    const fail = (sentence: string): never => {
      throw new Refusal('bad-request', `paginate.xml, line ${element.line}: ${sentence}`, {
        line: element.line,
      })
    }
    const required = (name: string) => element.attribute(name) || fail(`type has no ${name}.`)
    const id = Number(required('id'))
    const name = required('name')
    if (!Number.isInteger(id) || id < 1 || id > 32_767)
      fail(`the id ‘${element.attribute('id')}’ is no number from 1 to 32767.`)
    if (seen.has(id) || seen.has(name)) fail(`the kind ${id} ‘${name}’ stands here a second time.`)
    seen.add(id).add(name)
    const step = Number(element.attribute('step') ?? 1)
    if (!Number.isInteger(step)) fail(`the step ‘${element.attribute('step')}’ is no whole number.`)
    return {
      id,
      name,
      caption: required('caption'),
      label: element.attribute('label'),
      step,
      en: required('en'),
      de: required('de'),
    }
  })
  if (kinds.length === 0) throw new Refusal('bad-request', 'paginate.xml holds no type.')
  return new Pagination(kinds)
}
