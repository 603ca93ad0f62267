// Names of images by the patterns of an installation: {n} and {m} numbers, {r} a Roman number, {a} letters, {s} a side, {*} anything.
import { romanValue } from './roman.ts'

export interface NamePattern {
  readonly parts: readonly ({ readonly text: string } | { readonly of: 'n' | 'm' | 'r' | 'a' | 's' | '*' })[]
  readonly label: string | undefined
}

export interface Matched {
  /** Which pattern it is: names of an earlier one come first */
  readonly at: number
  /** What the placeholders stand for, in the order of the pattern, so that names can be compared */
  readonly values: readonly (bigint | string)[]
  readonly label: string | undefined
}

const whole = /^(.{1,255})$/su
const runs = { n: /\d+/y, m: /\d+/y, r: /[ivxlcdm]+/y, a: /\p{L}+/uy, s: /recto|verso|[rv]/y } as const

/** Ends of what a placeholder may stand for from a place on, those first that are tried first. */
function endsOf(of: keyof typeof runs | '*', name: string, from: number, isBehindText: boolean): number[] {
  if (of === '*') return Array.from({ length: name.length - from + 1 }, (_, more) => from + more)
  const run = runs[of]
  run.lastIndex = from
  const longest = run.exec(name)?.[0].length ?? 0
  if (of === 's') return longest === 0 ? [] : longest === 1 ? [from + 1] : [from + longest, from + 1]
  const ends = Array.from({ length: longest }, (_, less) => from + longest - less)
  // a number is never divided, unless a pattern says so by the digits in front of it: 012 is no 01 with a 2 behind it
  if (of === 'n' || of === 'm') return ends.slice(0, !isBehindText && /\d/.test(name[from - 1] ?? '') ? 0 : 1)
  return of === 'r' ? ends.filter(end => romanValue(name.slice(from, end)) !== undefined) : ends
}

/** Where each placeholder begins and ends; each place of the name is tried once for each part of the pattern. */
function placesOf({ parts }: NamePattern, name: string): Map<string, string> | undefined {
  const failed = new Set<number>()
  const found = new Map<string, string>()
  const fits = (at: number, from: number): boolean => {
    const part = parts[at]
    if (!part) return from === name.length
    const state = at * (name.length + 1) + from
    if (failed.has(state)) return false
    const ends =
      'text' in part
        ? name.startsWith(part.text, from)
          ? [from + part.text.length]
          : []
        : endsOf(part.of, name, from, 'text' in (parts[at - 1] ?? {}))
    const end = ends.find(each => fits(at + 1, each))
    if (end === undefined) failed.add(state)
    else if ('of' in part) found.set(part.of, name.slice(from, end))
    return end !== undefined
  }
  return fits(0, 0) ? found : undefined
}

const valueOf = (of: string, text: string): bigint | string =>
  of === 'n' || of === 'm'
    ? BigInt(text)
    : of === 'r'
      ? BigInt(romanValue(text) ?? 0)
      : of === 's'
        ? (text[0] as string)
        : text

function labelOf(label: string, found: ReadonlyMap<string, string>): string {
  return label.replace(/\{(\w)\}/g, (all, name: string) => {
    const text = found.get(name.toLowerCase())
    if (text === undefined) return all
    if (name === 'n' || name === 'm') return BigInt(text).toString()
    return name === 's' ? (text[0] as string) : name === 'R' || name === 'A' ? text.toUpperCase() : text
  })
}

/** @param bare a name without folder and extension, in lower case */
export function matchName(patterns: readonly NamePattern[], bare: string): Matched | undefined {
  if (!whole.test(bare)) return undefined
  for (const [at, pattern] of patterns.entries()) {
    const found = placesOf(pattern, bare)
    if (!found) continue
    const order = pattern.parts.flatMap(part => ('of' in part && part.of !== '*' ? [part.of] : []))
    return {
      at,
      values: order.map(of => valueOf(of, found.get(of) as string)),
      label: pattern.label === undefined ? undefined : labelOf(pattern.label, found),
    }
  }
  return undefined
}

/** The order of two names: by their patterns, by what these tell apart; what fits one comes before what fits none. */
export function compareMatched(a: Matched | undefined, b: Matched | undefined): number {
  if (!a || !b) return a ? -1 : b ? 1 : 0
  for (const [at, x] of a.values.entries()) {
    const y = b.values[at]
    if (a.at !== b.at || y === undefined || x === y) continue
    return x < y ? -1 : 1
  }
  return a.at - b.at || a.values.length - b.values.length
}
