// server.ini.sample and docs/options.md, rendered from the declaration of the options.
import { declaredOptions, environmentName, type SectionName, sections } from './options.ts'
import type { EffectiveOption } from './read.ts'

const written = (value: unknown): string => {
  const text = Array.isArray(value) ? value.join(', ') : String(value)
  return /[#;]/.test(text) ? `"${text}"` : text
}

export function renderSample(): string {
  const out = [
    '# Configuration of Firefolio. Copy this file to server.ini; remove the ; in front of what you change.',
    '# Values with # or ; must stand in double quotes. The environment wins over this file: [database] password is',
    `# ${environmentName('database', 'password')}.`,
  ]
  for (const section of Object.keys(sections) as SectionName[]) {
    out.push('', `# ${sections[section].description ?? ''}`, `[${section}]`)
    for (const option of declaredOptions.filter(candidate => candidate.section === section)) {
      out.push(`# ${option.description} (${option.kind})`)
      out.push(`;${option.name} = ${written(option.fallback)}`.trimEnd())
    }
  }
  return `${out.join('\n')}\n`
}

export function renderDocument(): string {
  const out = [
    '# Options',
    '',
    'Written by `npm run docs` from `src/config/options.ts`. Options stand in `server.ini`; the environment variable wins over the file.',
    '',
  ]
  for (const section of Object.keys(sections) as SectionName[]) {
    out.push(
      `## [${section}]`,
      '',
      sections[section].description ?? '',
      '',
      '| option | type | default | meaning | environment |',
      '|---|---|---|---|---|',
    )
    for (const option of declaredOptions.filter(candidate => candidate.section === section)) {
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
