// Fetches records from online catalogues (SRU, Z39.50). What a catalogue answers is read like a delivery: MODS as it is, MARC, PICA, MAB and Dublin Core as MODS.
import { join } from 'node:path'
import {
  type Catalogue,
  queryFor,
  readCatalogues,
  type SruCatalogue,
  type Z3950Catalogue,
} from '../../config/catalogues.ts'
import { Refusal } from '../../errors.ts'
import type { ModsRecord } from '../../formats/mods/read.ts'
import { readSearchRetrieve } from '../../formats/sru/read.ts'
import { decodeXml } from '../../formats/xml/decode.ts'
import type { Services } from '../../http/module.ts'
import { root } from '../../root.ts'
import { readRecordBytes, readRecords } from '../deliveries/index.ts'
import { fetchFrom } from '../remote/index.ts'
import { askZ3950 } from './z3950.ts'

const known = new WeakMap<Services, ReadonlyMap<string, Catalogue>>()

/** The catalogues of this installation. @throws Refusal bad-request with every fault of their file */
export function cataloguesOf(services: Services): ReadonlyMap<string, Catalogue> {
  let catalogues = known.get(services)
  if (!catalogues) {
    catalogues = readCatalogues(services.config.catalogue.file || join(root, 'config', 'catalogues.ini'))
    known.set(services, catalogues)
  }
  return catalogues
}

/** @throws Refusal not-found */
export function getCatalogue(services: Services, name: string): Catalogue {
  const catalogue = cataloguesOf(services).get(name)
  if (!catalogue) {
    const names = [...cataloguesOf(services).keys()].join(', ')
    throw new Refusal('not-found', `There is no catalogue ‘${name}’; there are: ${names || 'none'}.`)
  }
  return catalogue
}

// more than one is ambiguous, and two are enough to see it
const mostRecords = 2

function addressOf(catalogue: SruCatalogue, identifier: string): string {
  const { url, version, schema } = catalogue
  const parameters = new URLSearchParams({
    ...(version === '2.0' ? {} : { version }),
    operation: 'searchRetrieve',
    query: queryFor(catalogue, identifier),
    maximumRecords: String(mostRecords),
    recordSchema: schema,
    [version === '2.0' ? 'recordXMLEscaping' : 'recordPacking']: 'xml',
  })
  return `${url}${url.includes('?') ? '&' : '?'}${parameters}`
}

/** How many records a catalogue has for an identifier, and the first of them. */
interface Answer {
  readonly total: number
  readonly read: () => ModsRecord | undefined
}

async function askSru({ config }: Services, catalogue: SruCatalogue, identifier: string): Promise<Answer> {
  const called = `The catalogue ${catalogue.name}`
  const bytes = await fetchFrom(addressOf(catalogue, identifier), {
    ...config.catalogue,
    name: called,
    what: called,
    section: 'catalogue',
    attempts: 2,
    longestPauseS: 5,
  })
  const options = { name: `${called}, ${identifier}`, maxDepth: config.limits.xmlDepth }
  const { total, records } = readSearchRetrieve(decodeXml(bytes, called), { ...options, name: called })
  const [document] = records
  return {
    total: document === undefined ? 0 : Math.max(total, records.length),
    read: () => readRecords(document as string, options)[0],
  }
}

async function askByZ3950(
  { config }: Services,
  catalogue: Z3950Catalogue,
  identifier: string,
): Promise<Answer> {
  const called = `The catalogue ${catalogue.name}`
  const { yazClient: program } = config.catalogue
  const { hits, record } = await askZ3950(catalogue, identifier, { ...config.catalogue, called, program })
  return {
    total: record === undefined ? 0 : hits,
    read: () => record && readRecordBytes(record, `${called}, ${identifier}`),
  }
}

/**
 * The one record of an identifier.
 * @throws Refusal not-found, ambiguous, unavailable, too-large, bad-xml, not-processable
 */
export async function lookUp(services: Services, name: string, identifier: string): Promise<ModsRecord> {
  const catalogue = getCatalogue(services, name)
  const { total, read } =
    catalogue.protocol === 'sru'
      ? await askSru(services, catalogue, identifier)
      : await askByZ3950(services, catalogue, identifier)
  if (total === 0) throw new Refusal('not-found', `The catalogue ${name} has no record ‘${identifier}’.`)
  if (total > 1)
    throw new Refusal(
      'ambiguous',
      `The catalogue ${name} has ${total} records for ‘${identifier}’; an identifier must lead to one.`,
    )
  const record = read()
  if (!record)
    throw new Refusal('not-processable', `The catalogue ${name} has no metadata for ‘${identifier}’.`)
  return record
}
