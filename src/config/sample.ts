// server.ini.sample and docs/options.md, rendered from the declaration of the options.
import { type DeclaredOption, declaredOptions, environmentName, optionsOf, sections } from './options.ts'
import { namedSections } from './named-sections.ts'
import type { EffectiveOption } from './read.ts'
import { fileOption } from './secret-files.ts'

const written = (value: unknown): string => {
  const text = Array.isArray(value) ? value.join(', ') : String(value)
  return /[#;]/.test(text) ? `"${text}"` : text
}

/** Sections that may be there several times, under the name that stands for theirs. */
const named = (): { section: string; description: string; options: readonly DeclaredOption[] }[] =>
  Object.entries(namedSections).map(([kind, schema]) => ({
    section: `${kind}.NAME`,
    description: schema.description ?? '',
    options: optionsOf(`${kind}.NAME`, schema),
  }))

export function renderSample(): string {
  const out = [
    '# Configuration of Firefolio. Copy this file to server.ini; remove the ; in front of what you change.',
    '# Values with # or ; must stand in double quotes. The environment wins over this file: [database] password is',
    `# ${environmentName('database', 'password')}. A secret may stand in a file of its own: ${fileOption('password')} = /run/secrets/database instead of`,
    `# password, ${environmentName('database', fileOption('password'))} instead of ${environmentName('database', 'password')}.`,
  ]
  for (const [section, schema] of Object.entries(sections)) {
    out.push('', `# ${schema.description ?? ''}`, `[${section}]`)
    for (const option of declaredOptions.filter(candidate => candidate.section === section)) {
      out.push(`# ${option.description} (${option.kind})`)
      out.push(`;${option.name} = ${written(option.fallback)}`.trimEnd())
    }
  }
  // commented out as a whole: a section of this kind is a provider or a store, and needs an address
  for (const { section, description, options } of named()) {
    out.push('', `# ${description}`, `# [${section}]`)
    for (const option of options)
      out.push(
        `# ${option.description} (${option.kind})`,
        `# ${option.name} = ${written(option.fallback)}`.trimEnd(),
      )
  }
  return `${out.join('\n')}\n`
}

export function renderDocument(): string {
  const out = [
    '# Options',
    '',
    'Written by `npm run docs` from `src/config/options.ts`. Options stand in `server.ini`; the environment variable wins over the file.',
    '',
    `A secret (type password) may stand in a file of its own, as systemd and containers hand them over: \`${fileOption('password')} = /run/secrets/database\` instead of \`password\`, \`${environmentName('database', fileOption('password'))}\` instead of \`${environmentName('database', 'password')}\`. The file is read at the start; the end of its last line does not count.`,
    '',
  ]
  const once = Object.entries(sections).map(([section, schema]) => ({
    section,
    description: schema.description ?? '',
    options: declaredOptions.filter(candidate => candidate.section === section),
  }))
  for (const { section, description, options } of [...once, ...named()]) {
    out.push(
      `## [${section}]`,
      '',
      description,
      '',
      '| option | type | default | meaning | environment |',
      '|---|---|---|---|---|',
    )
    for (const option of options) {
      const fallback = written(option.fallback)
      out.push(
        `| \`${option.name}\` | ${option.kind.replaceAll('|', '\\|')} | ${fallback === '' ? '(empty)' : `\`${fallback}\``} | ${option.description} | \`${environmentName(section, option.name)}\` |`,
      )
    }
    out.push('')
  }
  return `${out.join('\n').trimEnd()}\n`
}

/** `firefolio config show`: each value with its origin, secrets masked. */
export function renderEffective(effective: readonly EffectiveOption[]): string {
  const out: string[] = []
  let section = ''
  for (const option of effective) {
    if (option.section !== section) out.push(`${section ? '\n' : ''}[${(section = option.section)}]`)
    const value = option.isSecret ? (option.value === '' ? '' : '********') : written(option.value)
    out.push(`${option.name} = ${value}`.padEnd(50) + `  # ${option.origin}`)
  }
  return `${out.join('\n')}\n`
}
