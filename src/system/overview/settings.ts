// Options that somebody has set, as they can be handed on: secrets are masked, and so is what stands before the @ of an address.
import { type Config, declaredOptions, namedSections, optionsOf } from '../../config/options.ts'

/** Sections that the configuration has under another name. */
const renamed = new Map([
  ['server.http', 'http'],
  ['limits.rate', 'rate'],
])
const mask = '********'

export interface Setting {
  readonly section: string
  readonly name: string
  readonly value: string
}

const written = (value: unknown): string =>
  (Array.isArray(value) ? value.map(String).join(', ') : String(value)).replace(
    /(\/\/)[^/\s@]+@/g,
    `$1${mask}@`,
  )

export function settingsOf(config: Config): Setting[] {
  const all = config as unknown as Readonly<Record<string, Readonly<Record<string, unknown>>>>
  const once = declaredOptions.map(option => ({
    option,
    value: all[renamed.get(option.section) ?? option.section]?.[option.name],
  }))
  const providers = [...config.providers].flatMap(([name, provider]) =>
    optionsOf(`auth.${name}`, namedSections.auth).map(option => ({
      option,
      value: (provider as unknown as Readonly<Record<string, unknown>>)[option.name],
    })),
  )
  return [...once, ...providers]
    .filter(({ option, value }) => JSON.stringify(value) !== JSON.stringify(option.fallback))
    .map(({ option: { section, name, isSecret }, value }) => ({
      section,
      name,
      value: isSecret ? mask : written(value),
    }))
}
