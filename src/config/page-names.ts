// Patterns of [import] pageNames: what names of images look like here, and what labels they give. A language of its own, as small as that of
// config/paginate.xml: its matching is bounded by the lengths of pattern and name, which that of regular expressions is not.
import { tableOf } from '../codes.ts'

export type Placeholder = 'n' | 'm' | 'r' | 'a' | 's' | '*'
export type PagePatternPart = { readonly text: string } | { readonly of: Placeholder }

export interface PagePattern {
  readonly parts: readonly PagePatternPart[]
  /** With placeholders, R and A for capitals; or front, back, spine, chart */
  readonly label: string | undefined
}

const placeholders: Readonly<Record<Placeholder, string>> = tableOf({
  n: 'digits',
  m: 'digits',
  r: 'letters',
  a: 'letters',
  s: 'side',
  '*': 'anything',
})
const known = '{n}, {m}, {r}, {a}, {s} and {*}'
const mostCharacters = 200

const split = (text: string): string[] => text.split(/(\{[^{}]*\})/).filter(part => part !== '')
const nameIn = (part: string): string | undefined => /^\{([^{}]*)\}$/.exec(part)?.[1]

/** @throws Error with a sentence */
export function parsePagePattern(entry: string): PagePattern {
  const refuse = (why: string): never => {
    throw new Error(`‘${entry}’ ${why}`)
  }
  const colon = entry.indexOf(':')
  const pattern = (colon < 0 ? entry : entry.slice(0, colon)).trim()
  const label = colon < 0 ? undefined : entry.slice(colon + 1).trim()
  if (entry.length > mostCharacters) refuse(`has more than ${mostCharacters} characters`)
  if (pattern === '') refuse('has no pattern before its colon')
  if (label === '') refuse('has no label behind its colon')
  const parts = split(pattern).map((part): PagePatternPart => {
    const name = nameIn(part)
    if (name === undefined)
      return /[{}]/.test(part)
        ? refuse('has a brace that is not closed or not opened')
        : { text: part.normalize('NFC').toLowerCase() }
    return name in placeholders
      ? { of: name as Placeholder }
      : refuse(`has {${name}}, which there is not; there are ${known}`)
  })
  const names = parts.flatMap(part => ('of' in part ? [part.of] : []))
  for (const name of names)
    if (name !== '*' && names.indexOf(name) !== names.lastIndexOf(name)) refuse(`has {${name}} twice`)
  parts.forEach((part, at) => {
    const next = parts[at + 1]
    if (next && 'of' in part && 'of' in next && placeholders[part.of] === placeholders[next.of])
      refuse(`has {${part.of}} and {${next.of}} side by side, so that nobody can tell where the one ends`)
  })
  if (label === undefined && names.every(name => name === '*'))
    refuse('says nothing: it has neither {n}, {m}, {r}, {a} or {s} nor a label')
  for (const part of split(label ?? '')) {
    const name = nameIn(part)
    if (name === undefined && /[{}]/.test(part))
      refuse('has a brace in its label that is not closed or not opened')
    if (name === undefined) continue
    const meant = name === 'R' || name === 'A' ? name.toLowerCase() : name
    if (meant === '*' || !names.includes(meant as Placeholder))
      refuse(`has {${name}} in its label and not in its pattern`)
  }
  return { parts, label }
}
