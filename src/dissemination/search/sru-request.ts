// Parameters of an SRU request, and the record schemas that it may name.
import { writeSruDc } from '../../formats/dublin-core/write.ts'
import { CqlError, type CqlQuery, parseCql } from '../../formats/cql/parse.ts'
import { SruError, type SruVersion } from '../../formats/sru/write.ts'
import type { Services } from '../../http/module.ts'
import { modsOfTitle } from '../mets/index.ts'
import { dublinCoreOf, marcOfSource, type Source } from '../records/index.ts'
import { tableOf } from '../../codes.ts'

export interface Schema {
  readonly name: string
  readonly uri: string
  readonly title: string
  readonly aliases: readonly string[]
  readonly render: (services: Services, source: Source) => Promise<string>
}
export const schemas: readonly Schema[] = [
  {
    name: 'mods',
    uri: 'info:srw/schema/1/mods-v3.7',
    title: 'MODS 3.7',
    aliases: ['info:srw/schema/1/mods-v3.0', 'info:srw/schema/1/mods-v3.6', 'http://www.loc.gov/mods/v3'],
    render: (services, { title, xml }) => modsOfTitle(services, title, title.facts, title.above, xml),
  },
  {
    name: 'dc',
    uri: 'info:srw/schema/1/dc-v1.1',
    title: 'Dublin Core',
    aliases: ['oai_dc', 'http://purl.org/dc/elements/1.1/'],
    render: async (services, source) => writeSruDc(await dublinCoreOf(services, source)),
  },
  {
    name: 'marcxml',
    uri: 'info:srw/schema/1/marcxml-v1.1',
    title: 'MARCXML',
    aliases: ['http://www.loc.gov/MARC21/slim'],
    render: marcOfSource,
  },
]

const parametersOf: Readonly<Record<string, readonly string[]>> = tableOf({
  explain: ['operation', 'version', 'recordPacking', 'recordXMLEscaping', 'stylesheet', 'httpAccept'],
  searchRetrieve: [
    'operation', 'version', 'query', 'startRecord', 'maximumRecords', 'recordPacking', 'recordSchema', 'recordXPath', 'resultSetTTL', 'sortKeys',
    'stylesheet', 'queryType', 'recordXMLEscaping', 'httpAccept', 'responseType', 'renderedBy', 'facetLimit', 'facetStart', 'facetSort', 'format',
  ],
  scan: ['operation', 'version', 'scanClause', 'responsePosition', 'maximumTerms', 'stylesheet', 'httpAccept'],
}) // prettier-ignore

/** All that any operation takes. */
export const sruParameters = [...new Set(Object.values(parametersOf).flat())]

export class SruRequest {
  readonly parameters: URLSearchParams
  readonly operation: string
  readonly version: SruVersion

  constructor(parameters: URLSearchParams) {
    this.parameters = parameters
    const written = parameters.get('version')
    const isNew =
      written === '2.0' ||
      (written === null &&
        !parameters.has('operation') &&
        (parameters.has('query') || parameters.has('scanClause')))
    this.version = isNew ? '2.0' : written === '1.1' ? '1.1' : '1.2'
    this.operation =
      parameters.get('operation') ??
      (parameters.has('query') ? 'searchRetrieve' : parameters.has('scanClause') ? 'scan' : 'explain')
  }

  /** @throws SruError 4, 5, 8 */
  check(): void {
    const version = this.parameters.get('version')
    if (version !== null && !['1.1', '1.2', '2.0'].includes(version))
      throw new SruError(5, '2.0', `Version ‘${version}’ is not supported.`)
    const known = parametersOf[this.operation]
    if (!known) throw new SruError(4, this.operation, `There is no operation ‘${this.operation}’.`)
    for (const name of this.parameters.keys())
      if (!known.includes(name) && !name.startsWith('x-'))
        throw new SruError(8, name, `The parameter ‘${name}’ is not supported.`)
  }

  /** @throws SruError 7 */
  required(name: string): string {
    const value = this.parameters.get(name)
    if (value === null || value === '') throw new SruError(7, name, `The parameter ‘${name}’ is missing.`)
    return value
  }

  /** @throws SruError 6 */
  number(name: string, fallback: number, least: number): number {
    const text = this.parameters.get(name)
    if (text === null || text === '') return fallback
    const value = Number(text)
    if (!/^\d{1,9}$/.test(text) || value < least)
      throw new SruError(6, name, `‘${text}’ is no number from ${least} on.`)
    return value
  }
}

export function parseQuery(query: string): CqlQuery {
  try {
    return parseCql(query)
  } catch (error) {
    if (error instanceof CqlError) throw new SruError(10, String(error.position), error.message)
    throw error
  }
}

export function schemaOf(name: string | null): Schema {
  const wanted = name ?? 'mods'
  const schema = schemas.find(
    each => each.name === wanted || each.uri === wanted || each.aliases.includes(wanted),
  )
  if (!schema) throw new SruError(66, wanted, `There is no record schema ‘${wanted}’.`)
  return schema
}
