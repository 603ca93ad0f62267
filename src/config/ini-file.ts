// Reads an ini file with the package ini and keeps what it drops: the line of each option. It also refuses what ini
// misreads in silence: an unquoted value that contains # or ; is cut there.
import { readFileSync } from 'node:fs'
import { parse } from 'ini'

export interface IniFault {
  readonly line: number
  readonly section: string
  readonly name: string
  readonly sentence: string
}

export interface IniFile {
  /** Section (dots as written) -> option -> value. */
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, unknown>>
  /** `section\0option` -> line, 1-based. */
  readonly lines: ReadonlyMap<string, number>
  readonly faults: readonly IniFault[]
}

export const lineKey = (section: string, name: string): string => `${section}\0${name}`

/** Flattens what ini nests at the dots of a section name. */
function flatten(
  tree: Record<string, unknown>,
  prefix: string,
  into: Map<string, Map<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(tree)) {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      const section = prefix ? `${prefix}.${name}` : name
      if (!into.has(section)) into.set(section, new Map())
      flatten(value as Record<string, unknown>, section, into)
    } else {
      if (!into.has(prefix)) into.set(prefix, new Map())
      into.get(prefix)?.set(name, value)
    }
  }
}

export function parseIni(source: string): IniFile {
  const lines = new Map<string, number>()
  const faults: IniFault[] = []
  let section = ''
  source.split(/\r?\n/).forEach((text, index) => {
    const line = index + 1
    const trimmed = text.trim()
    if (trimmed === '' || /^[;#]/.test(trimmed)) return
    const header = /^\[(.*)\]$/.exec(trimmed)
    if (header) {
      section = header[1] as string
      if (section.startsWith('['))
        faults.push({
          line,
          section,
          name: '',
          sentence: 'sub-sections are written [server.http], not [[http]]',
        })
      lines.set(lineKey(section, ''), line)
      return
    }
    const at = trimmed.indexOf('=')
    const name = (at < 0 ? trimmed : trimmed.slice(0, at)).trim()
    const value = at < 0 ? '' : trimmed.slice(at + 1).trim()
    if (lines.has(lineKey(section, name)))
      faults.push({ line, section, name, sentence: 'is set a second time' })
    lines.set(lineKey(section, name), line)
    if (!/^(["']).*\1$/.test(value) && /[#;]/.test(value))
      faults.push({ line, section, name, sentence: 'contains # or ;, so it must stand in double quotes' })
  })
  const sections = new Map<string, Map<string, unknown>>()
  flatten(parse(source) as Record<string, unknown>, '', sections)
  return { sections, lines, faults }
}

/** The file's text, without a byte order mark. */
export const readIni = (file: string): IniFile => parseIni(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
