// Options that somebody has set, as they can be handed on: secrets are masked, and so is what stands before the @ of an address.
import { namedSections } from '../../config/named-sections.ts'
import { type Config, declaredOptions, optionsOf } from '../../config/options.ts'

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
  const named = (kind: keyof typeof namedSections, sections: ReadonlyMap<string, object>) =>
    [...sections].flatMap(([name, values]) =>
      optionsOf(`${kind}.${name}`, namedSections[kind]).map(option => ({
        option,
        value: (values as Readonly<Record<string, unknown>>)[option.name],
      })),
    )
  return [...once, ...named('auth', config.providers), ...named('store', config.storesByName)]
    .filter(({ option, value }) => JSON.stringify(value) !== JSON.stringify(option.fallback))
    .map(({ option: { section, name, isSecret }, value }) => ({
      section,
      name,
      value: isSecret ? mask : written(value),
    }))
}
