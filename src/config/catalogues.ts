// Catalogues that records are fetched from: an ini file, a section for each. All faults are told at once, with file and line.
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { Refusal } from '../errors.ts'
import { lineKey, readIni } from './ini-file.ts'

/** Stands in a query where the identifier comes, already in quotes. */
const placeholder = '{identifier}'

const Section = z.strictObject({
  caption: z.string().max(200).optional(),
  url: z.url({ protocol: /^https?$/, error: 'expected an http or https address' }).max(500),
  version: z
    .preprocess(value => String(value), z.enum(['1.1', '1.2', '2.0'], { error: 'expected 1.1, 1.2 or 2.0' }))
    .default('1.1'),
  schema: z.string({ error: 'expected the name of a record schema' }).min(1).max(250),
  query: z
    .string({ error: `expected a CQL query with ${placeholder}` })
    .max(500)
    .refine(query => query.includes(placeholder), `has no ${placeholder}`),
})

export interface Catalogue extends z.output<typeof Section> {
  readonly name: string
}

/** The catalogues of a file, in its order. @throws Refusal bad-request with every fault */
export function readCatalogues(file: string): ReadonlyMap<string, Catalogue> {
  if (!existsSync(file)) throw new Refusal('bad-request', `There is no file ${file} ([catalogue] file).`)
  const ini = readIni(file)
  const faults = ini.faults.map(f => `${file}, line ${f.line}, [${f.section}] ${f.name}: ${f.sentence}.`)
  const found = new Map<string, Catalogue>()
  for (const [name, options] of ini.sections) {
    const lineOf = (option: string) =>
      ini.lines.get(lineKey(name, option)) ?? ini.lines.get(lineKey(name, '')) ?? 1
    if (name === '' && options.size === 0) continue
    if (!/^[a-z0-9-]{1,60}$/.test(name)) {
      const fault = 'the name of a catalogue has lower-case letters, digits and hyphens, at most 60'
      faults.push(`${file}, line ${lineOf('')}, [${name}]: ${fault}.`)
      continue
    }
    const read = Section.safeParse(Object.fromEntries(options))
    if (read.success) found.set(name, { ...read.data, name })
    else
      for (const { path, message } of read.error.issues)
        faults.push(
          `${file}, line ${lineOf(String(path[0] ?? ''))}, [${name}] ${path.join('.')}: ${message}.`,
        )
  }
  if (faults.length > 0) throw new Refusal('bad-request', `Catalogues:\n  ${faults.join('\n  ')}`)
  return found
}

/** The query for an identifier, which stands in it as one quoted term of CQL whatever it holds. */
export const queryFor = ({ query }: Pick<Catalogue, 'query'>, identifier: string): string =>
  query.replaceAll(placeholder, () => `"${identifier.replace(/[\\"]/g, String.raw`\$&`)}"`)
