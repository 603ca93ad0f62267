// The effective configuration of a domain: defaults of dconfigspec.ini, then down the domain tree the preset of each
// domain's type, its config.ini and its database overlay. Each value keeps where it came from.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableOf } from '../codes.ts'
import { Refusal } from '../errors.ts'
import { root } from '../root.ts'
import { readIni } from './ini-file.ts'
import { keptFile } from './kept-files.ts'
import { recognitionLanguages } from './recognition-options.ts'
import { checkedValue, readCheck, type SpecCheck } from './spec.ts'
import { colourPattern, typefacePattern, typefaceWords } from './web-options.ts'

export interface DomainLevel {
  readonly name: string
  readonly type: string | null
  /** Database overlay: `section.option` -> value */
  readonly overlay: ReadonlyMap<string, string>
}

/** Where a value comes from; the nearest one wins. */
export interface Origin {
  readonly kind: 'default' | 'preset' | 'file' | 'database'
  /** Name of the domain whose preset, file or overlay it is */
  readonly domain: string | null
}

type Value = string | number | string[]

export interface EffectiveValue {
  readonly key: string
  readonly value: Value
  readonly origin: string
  readonly from: Origin
}

/** What an option may be, as dconfigspec.ini writes it, with the comment above it. */
export interface DomainOption extends SpecCheck {
  readonly key: string
  readonly about: string
}

interface Checked extends SpecCheck {
  readonly about: string
}

/** Comment lines directly above an option: `section.option` -> text */
function commentsOf(file: string): Map<string, string> {
  const found = new Map<string, string>()
  let section = ''
  let comment: string[] = []
  for (const line of readFileSync(file, 'utf8').split(/\r?\n/)) {
    if (/^[#;]/.test(line)) {
      comment.push(line.replace(/^[#;]\s*/, ''))
      continue
    }
    section = /^\[(.+)\]$/.exec(line)?.[1] ?? section
    const name = /^([^=[]+)=/.exec(line)?.[1]?.trim()
    if (name !== undefined) found.set(`${section}.${name}`, comment.join(' '))
    comment = []
  }
  return found
}

const keptIni = keptFile(readIni)
const keptSpecification = keptFile(file => {
  const checks = new Map<string, Checked>()
  const comments = commentsOf(file)
  for (const [section, options] of readIni(file).sections)
    for (const [name, text] of options) {
      const key = `${section}.${name}`
      const check = readCheck(String(text), `dconfigspec.ini, [${section}] ${name}`)
      checks.set(key, { ...check, about: comments.get(key) ?? '' })
    }
  return checks as ReadonlyMap<string, Checked>
})

function specification(folder: string): ReadonlyMap<string, Checked> {
  const file = join(folder, 'dconfigspec.ini')
  const checks = keptSpecification(file)
  if (!checks) throw new Error(`${file} is missing.`)
  return checks
}

/** The options that a domain may have. */
export const domainOptionKeys = (folder = join(root, 'config')): string[] => [...specification(folder).keys()]

/** The options that a domain may have, with what each may be. */
export const domainOptions = (folder = join(root, 'config')): DomainOption[] =>
  [...specification(folder)].map(([key, check]) => ({ key, ...check }))

/** Names of the presets that the type of a domain may name. */
export const presetNames = (folder = join(root, 'config')): string[] =>
  readdirSync(join(folder, 'presets'))
    .filter(file => file.endsWith('.ini'))
    .map(file => file.slice(0, -'.ini'.length))
    .sort()

/** What dconfigspec.ini cannot say of a value; a sentence where it is wrong. */
const rules: Readonly<Record<string, (value: string) => string | undefined>> = tableOf({
  'image.widths': value => {
    const parts = value.split(',').map(part => part.trim())
    const wrong = parts.find(part => !/^\d{2,5}$/.test(part))
    return wrong === undefined || value.trim() === ''
      ? undefined
      : `expected widths from 10 to 99999 joined by commas, got ‘${wrong}’.`
  },
  'web.accent': value =>
    value === '' || colourPattern.test(value) ? undefined : `expected a colour like #8a2b1f, got ‘${value}’.`,
  'web.typeface': value =>
    value === '' || typefacePattern.test(value) ? undefined : `expected ${typefaceWords}, got ‘${value}’.`,
  'ocr.languages': value =>
    value === '' || recognitionLanguages.test(value)
      ? undefined
      : `expected codes joined by +, e.g. deu+frk, got ‘${value}’.`,
})

/** What is wrong with values for the options of a domain, each with its key. */
export function domainOptionFaults(
  values: Readonly<Record<string, string>>,
  folder = join(root, 'config'),
): { readonly key: string; readonly sentence: string }[] {
  const checks = specification(folder)
  return Object.entries(values).flatMap(([key, value]) => {
    const check = checks.get(key)
    if (!check)
      return [
        { key, sentence: `There is no domain option ‘${key}’; known are ${[...checks.keys()].join(', ')}.` },
      ]
    try {
      checkedValue(value, check, key)
    } catch (error) {
      if (error instanceof Refusal) return [{ key, sentence: error.message }]
      throw error
    }
    const sentence = rules[key]?.(value)
    return sentence === undefined ? [] : [{ key, sentence: `${key}: ${sentence}` }]
  })
}

/**
 * @param levels the domain and those above it, from the root down
 * @throws Refusal bad-request naming the file and option that cannot be read
 */
export function effectiveDomainConfig(
  levels: readonly DomainLevel[],
  domainFolder: string,
  folder = join(root, 'config'),
): EffectiveValue[] {
  const checks = specification(folder)
  const values = new Map<string, { raw: unknown; origin: string; from: Origin }>()
  const merge = (file: string, origin: string, from: Origin) => {
    for (const [section, options] of keptIni(file)?.sections ?? [])
      for (const [name, raw] of options) {
        if (!checks.has(`${section}.${name}`))
          throw new Refusal(
            'bad-request',
            `${origin}, [${section}] ${name}: dconfigspec.ini knows no such option.`,
          )
        const key = `${section}.${name}`
        const sentence = rules[key]?.(typeof raw === 'string' ? raw : '')
        if (sentence !== undefined) throw new Refusal('bad-request', `${origin}, ${key}: ${sentence}`)
        values.set(key, { raw, origin, from })
      }
  }
  for (const level of levels) {
    const from = (kind: Origin['kind']): Origin => ({ kind, domain: level.name })
    if (level.type && /^[A-Za-z0-9_-]+$/.test(level.type))
      merge(join(folder, 'presets', `${level.type}.ini`), `presets/${level.type}.ini`, from('preset'))
    merge(
      join(domainFolder, level.name, 'config/config.ini'),
      `${level.name}/config/config.ini`,
      from('file'),
    )
    for (const [key, raw] of level.overlay)
      if (checks.has(key))
        values.set(key, { raw, origin: `database, domain ${level.name}`, from: from('database') })
  }
  return [...checks].map(([key, check]) => {
    const set = values.get(key)
    return {
      key,
      value: checkedValue(set?.raw, check, `${set?.origin ?? 'dconfigspec.ini'}, ${key}`),
      origin: set?.origin ?? 'default',
      from: set?.from ?? { kind: 'default', domain: null },
    }
  })
}
