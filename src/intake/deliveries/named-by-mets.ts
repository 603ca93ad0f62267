// Which files of a delivery its METS name, told by their names alone, before any of them is read: as widely as files are looked for (imports/files.ts),
// so that what is said not to be taken is not.
import { readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { tableOf } from '../../codes.ts'
import { folded } from '../plans/index.ts'
import { asText } from './kinds.ts'

/** xlink:href and OWNERID of files; prefixes are as the document has them. */
const naming = /\s(?:[\w.-]+:)?(?:href|OWNERID)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const entities: Readonly<Record<string, string>> = tableOf({
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
})

function decoded(text: string): string {
  const plain = text
    .replace(/&#(x[0-9a-f]+|\d+);/gi, (_all, code: string) =>
      String.fromCodePoint(Math.min(0x10ffff, Number(code.replace(/^x/i, '0x')))),
    )
    .replace(/&(amp|quot|apos|lt|gt);/g, (_all, name: string) => entities[name] ?? '')
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}

const withoutExtension = (name: string): string => name.slice(0, name.length - extname(name).length)

/** Names of files without folder and extension, as they are compared. */
export function namesOfMets(path: string): Set<string> {
  const names = new Set<string>()
  for (const [, double, single] of asText(readFileSync(path)).matchAll(naming)) {
    const written = double ?? single ?? ''
    for (const form of [written, written.replace(/[?#].*$/, '')]) {
      const name = folded(basename(decoded(form).replaceAll('\\', '/')))
      names.add(name)
      names.add(withoutExtension(name))
    }
  }
  return names
}

export const isNamed = (names: ReadonlySet<string>, file: string): boolean =>
  names.has(folded(file)) || names.has(withoutExtension(folded(file)))
