// The effective configuration of a domain: defaults of dconfigspec.ini, then down the domain tree the preset of each
// domain's type, its config.ini and its database overlay. Each value keeps where it came from.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../errors.ts'
import { root } from '../root.ts'
import { readIni } from './ini-file.ts'
import { checkedValue, readCheck } from './spec.ts'

export interface DomainLevel {
  readonly name: string
  readonly type: string | null
  /** Database overlay: `section.option` -> value */
  readonly overlay: ReadonlyMap<string, string>
}

export interface EffectiveValue {
  readonly key: string
  readonly value: string | number | string[]
  readonly origin: string
}

function specification(folder: string) {
  const checks = new Map<string, ReturnType<typeof readCheck>>()
  for (const [section, options] of readIni(join(folder, 'dconfigspec.ini')).sections)
    for (const [name, text] of options)
      checks.set(`${section}.${name}`, readCheck(String(text), `dconfigspec.ini, [${section}] ${name}`))
  return checks
}

/** The options that a domain may have. */
export const domainOptionKeys = (folder = join(root, 'config')): string[] => [...specification(folder).keys()]

/** @throws Refusal not-processable where the value does not pass the option's check */
export function checkDomainOption(key: string, value: string, folder = join(root, 'config')): void {
  const check = specification(folder).get(key)
  if (!check)
    throw new Refusal(
      'not-processable',
      `There is no domain option ‘${key}’; known are ${[...specification(folder).keys()].join(', ')}.`,
    )
  try {
    checkedValue(value, check, key)
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal('not-processable', error.message, {}, error)
    throw error
  }
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
  const values = new Map<string, { raw: unknown; origin: string }>()
  const merge = (file: string, origin: string) => {
    if (!existsSync(file)) return
    for (const [section, options] of readIni(file).sections)
      for (const [name, raw] of options) {
        if (!checks.has(`${section}.${name}`))
          throw new Refusal(
            'bad-request',
            `${origin}, [${section}] ${name}: dconfigspec.ini knows no such option.`,
          )
        values.set(`${section}.${name}`, { raw, origin })
      }
  }
  for (const level of levels) {
    if (level.type && /^[A-Za-z0-9_-]+$/.test(level.type))
      merge(join(folder, 'presets', `${level.type}.ini`), `presets/${level.type}.ini`)
    merge(join(domainFolder, level.name, 'config/config.ini'), `${level.name}/config/config.ini`)
    for (const [key, raw] of level.overlay)
      if (checks.has(key)) values.set(key, { raw, origin: `database, domain ${level.name}` })
  }
  return [...checks].map(([key, check]) => {
    const set = values.get(key)
    return {
      key,
      value: checkedValue(set?.raw, check, `${set?.origin ?? 'dconfigspec.ini'}, ${key}`),
      origin: set?.origin ?? 'default',
    }
  })
}
