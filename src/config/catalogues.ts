// Catalogues that records are fetched from, by SRU or Z39.50: an ini file, a section for each. All faults are told at once, with file and line.
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { Refusal } from '../errors.ts'
import { lineKey, readIni } from './ini-file.ts'

/** Stands in a query where the identifier comes, already in quotes. */
const placeholder = '{identifier}'

const caption = z.string().max(200).optional()
const z3950 = /^z39\.50s?:\/\/([\w.-]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?\/([\w./-]+)$/i

const Sru = z.strictObject({
  caption,
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

const Z3950 = z.strictObject({
  caption,
  url: z.string().max(500).regex(z3950, 'expected z39.50://host:port/database'),
  syntax: z.enum(['usmarc', 'mab'], { error: 'expected usmarc or mab' }).default('usmarc'),
  query: z
    .string({ error: `expected a PQF query with ${placeholder}` })
    .max(500)
    .refine(query => query.includes(placeholder), `has no ${placeholder}`),
})

interface Named {
  readonly name: string
}
export interface SruCatalogue extends Named, z.output<typeof Sru> {
  readonly protocol: 'sru'
}
export interface Z3950Catalogue extends Named, z.output<typeof Z3950> {
  readonly protocol: 'z39.50'
  readonly host: string
  readonly port: number
  readonly database: string
}
export type Catalogue = SruCatalogue | Z3950Catalogue

/** A section as its address says that it is to be read. */
function readSection(
  name: string,
  options: Readonly<Record<string, unknown>>,
): z.ZodSafeParseResult<Catalogue> {
  const { url } = options
  if (typeof url !== 'string' || !/^z39/i.test(url))
    return Sru.transform(section => ({ ...section, name, protocol: 'sru' as const })).safeParse(options)
  return Z3950.transform(section => {
    const [, host = '', port = '210', database = ''] = z3950.exec(section.url) ?? []
    const bare = host.replace(/^\[|\]$/g, '')
    return { ...section, name, protocol: 'z39.50' as const, host: bare, port: Number(port), database }
  }).safeParse(options)
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
    const read = readSection(name, Object.fromEntries(options))
    if (read.success) found.set(name, read.data)
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
export const queryFor = ({ query }: Pick<SruCatalogue, 'query'>, identifier: string): string =>
  query.replaceAll(placeholder, () => `"${identifier.replace(/[\\"]/g, String.raw`\$&`)}"`)
