// Answers the six verbs. What is shown and what is withdrawn comes from OPR_OaiRecord; what is never shown is not there.
import { idIn } from '../../codes.ts'
import { OaiError, type OaiRequest, readRange } from '../../formats/oai-pmh/request.ts'
import {
  type RecordOut,
  writeHeader,
  writeIdentify,
  writeRecord,
  writeToken as tokenElement,
} from '../../formats/oai-pmh/write.ts'
import { escapeXml } from '../../formats/xml/read.ts'
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import {
  type ChangeRecord,
  countRecords,
  earliestDatestamp,
  findRecord,
  listRecords,
  type RecordFilter,
  recordStates,
} from '../../system/changes/index.ts'
import type { Domain } from '../../catalogue/domains/index.ts'
import { loadTitles, repositoryIdentifier } from '../objects/index.ts'
import type { Pagination } from '../../catalogue/pages/index.ts'
import { access } from '../../people/access/index.ts'
import { formats, type MetadataFormat, type Source, sourcesOf } from '../records/index.ts'
import { Sets } from './sets.ts'
import { readToken, type Token, writeToken } from './tokens.ts'

export interface ProviderContext {
  readonly services: Services
  readonly pagination: Pagination
  /** Who harvests */
  readonly principal: Principal
  /** Limits the repository to a domain and those below it */
  readonly domain: Domain | undefined
  readonly baseUrl: string
  readonly log: { warn(facts: object, message: string): void }
}

const formatOf = (prefix: string | undefined): MetadataFormat => {
  const format = formats.find(each => each.prefix === prefix)
  if (!format) throw new OaiError('cannotDisseminateFormat', `There is no format ‘${prefix}’.`)
  return format
}
const hasDots = (name: string): boolean => /^[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*)+$/.test(name)

export class Provider {
  readonly #context: ProviderContext

  constructor(context: ProviderContext) {
    this.#context = context
  }

  /** Content of the verb's element. @throws OaiError */
  async answer({ verb, arguments: given }: OaiRequest): Promise<string> {
    switch (verb) {
      case 'Identify':
        return await this.#identify()
      case 'ListMetadataFormats':
        return await this.#listFormats(given['identifier'])
      case 'ListSets':
        return await this.#listSets(given['resumptionToken'])
      case 'GetRecord':
        return await this.#getRecord(given['identifier'] as string, given['metadataPrefix'] as string)
      case 'ListIdentifiers':
      case 'ListRecords':
        return await this.#list(verb, given)
    }
  }

  get #db() {
    return this.#context.services.db
  }
  #identifier(id: number): string {
    return `oai:${repositoryIdentifier(this.#context.services)}:${id}`
  }
  #sets(): Promise<Sets> {
    const { services, principal, domain } = this.#context
    return Sets.read(services, this.#db, principal, domain)
  }

  async #identify(): Promise<string> {
    const { services, baseUrl } = this.#context
    const name = repositoryIdentifier(services)
    const { repositoryName, adminEmail } = services.config.oai
    return writeIdentify({
      name: this.#context.domain ? `${repositoryName}: ${this.#context.domain.caption}` : repositoryName,
      baseUrl,
      adminEmail: adminEmail || `postmaster@${new URL(baseUrl).hostname}`,
      earliest: (await earliestDatestamp(this.#db)) ?? new Date(),
      repositoryIdentifier: hasDots(name) ? name : undefined,
      sampleId: 1,
    })
  }

  /** The record of an identifier, ours, a bare number, or one as a Visual Library Server wrote it. @throws OaiError idDoesNotExist */
  async #record(identifier: string): Promise<ChangeRecord> {
    const found = /^(?:oai:[^\s]+:)?(\d{1,10})$/.exec(identifier)
    const id = idIn(found?.[1])
    const record = id === undefined ? undefined : await findRecord(this.#db, id)
    const { domainIds } = (await this.#sets()).filter(undefined)
    const isHere =
      record && (domainIds === undefined || (record.domainId !== null && domainIds.includes(record.domainId)))
    if (!record || !isHere || record.state === recordStates.of('unseen'))
      throw new OaiError('idDoesNotExist', `There is no record ‘${identifier.slice(0, 200)}’.`)
    return record
  }

  async #sources(records: readonly ChangeRecord[]): Promise<Map<number, Source>> {
    const shown = records.filter(record => record.state === recordStates.of('shown'))
    const titles = await loadTitles(
      this.#context.services,
      this.#db,
      shown.map(record => record.id),
      this.#context.principal,
    )
    if (this.#context.services.config.oai.restricted === 'deleted')
      for (const [id, { path, domain }] of titles) {
        const place = { path, domainId: domain.id, isVisible: true }
        if (!access.sight(this.#context.principal).can('see-image', place)) titles.delete(id)
      }
    const stamps = new Map(records.map(record => [record.id, record.datestamp]))
    return await sourcesOf(this.#db, titles, id => stamps.get(id) ?? new Date(0))
  }

  async #listFormats(identifier: string | undefined): Promise<string> {
    let offered = [...formats]
    if (identifier !== undefined) {
      const record = await this.#record(identifier)
      const source = (await this.#sources([record])).get(record.id)
      offered = source ? offered.filter(format => format.has(source)) : []
      if (offered.length === 0)
        throw new OaiError('noMetadataFormats', `The record ‘${identifier}’ is deleted.`)
    }
    return offered
      .map(
        ({ prefix, schema, namespace }) =>
          `<metadataFormat><metadataPrefix>${prefix}</metadataPrefix><schema>${schema}</schema><metadataNamespace>${namespace}</metadataNamespace></metadataFormat>`,
      )
      .join('')
  }

  async #listSets(token: string | undefined): Promise<string> {
    if (token !== undefined) throw new OaiError('badResumptionToken', 'The list of sets has one part.')
    return (await this.#sets()).all
      .map(
        ({ spec, name }) =>
          `<set><setSpec>${escapeXml(spec)}</setSpec><setName>${escapeXml(name)}</setName></set>`,
      )
      .join('')
  }

  /** @returns undefined where the record cannot be rendered: it is left out of lists, and the log says why */
  async #render(format: MetadataFormat, source: Source): Promise<string | undefined> {
    const { services, pagination, principal } = this.#context
    try {
      return await format.render({ services, db: this.#db, pagination, principal }, source)
    } catch (error) {
      this.#context.log.warn(
        { err: error, title: source.title.facts.id, format: format.prefix },
        'a record cannot be disseminated',
      )
      return undefined
    }
  }

  #out(
    record: ChangeRecord,
    sets: Sets,
    source: Source | undefined,
    metadata: string | undefined,
  ): RecordOut {
    return {
      identifier: this.#identifier(record.id),
      datestamp: record.datestamp,
      sets: sets.of(record),
      // hidden since it was stamped: withdrawn, if not noted yet
      isDeleted: record.state === recordStates.of('withdrawn') || source === undefined,
      metadata,
    }
  }

  async #getRecord(identifier: string, prefix: string): Promise<string> {
    const format = formatOf(prefix)
    const record = await this.#record(identifier)
    const [sources, sets] = await Promise.all([this.#sources([record]), this.#sets()])
    const source = sources.get(record.id)
    const metadata = source && format.has(source) ? await this.#render(format, source) : undefined
    if (source && metadata === undefined)
      throw new OaiError(
        'cannotDisseminateFormat',
        `The record ‘${identifier}’ is not available as ${prefix}.`,
      )
    return writeRecord(this.#out(record, sets, source, metadata))
  }

  /** Where a list begins or goes on. */
  async #position(given: OaiRequest['arguments']): Promise<Token> {
    const { services, domain } = this.#context
    const token = given['resumptionToken']
    if (token !== undefined) return readToken(services.secret('oai'), token, domain?.name)
    const { from, until } = readRange(given['from'], given['until'])
    return {
      p: given['metadataPrefix'] as string,
      ...(given['set'] === undefined ? {} : { s: given['set'] }),
      ...(from ? { f: from.getTime() } : {}),
      // what changes from now on belongs to the next harvest: this list ends, and its number holds
      u: Math.min(until?.getTime() ?? Infinity, Date.now()),
      d: 0,
      i: 0,
      c: 0,
      n: -1,
      e: 0,
      ...(domain ? { r: domain.name } : {}),
    }
  }

  async #list(verb: 'ListIdentifiers' | 'ListRecords', given: OaiRequest['arguments']): Promise<string> {
    const { services } = this.#context
    const at = await this.#position(given)
    const format = formatOf(at.p)
    const sets = await this.#sets()
    const filter: RecordFilter = {
      ...sets.filter(at.s),
      ...format.filter(services),
      from: at.f === undefined ? undefined : new Date(at.f),
      until: new Date(at.u),
    }
    const size =
      verb === 'ListRecords' && format.isLarge
        ? services.config.oai.metsPageSize
        : services.config.oai.pageSize
    const after = at.i === 0 ? undefined : { datestamp: new Date(at.d), id: at.i }
    const [found, total] = await Promise.all([
      listRecords(this.#db, filter, after, size + 1),
      at.n < 0 ? countRecords(this.#db, filter) : at.n,
    ])
    const records = found.slice(0, size)
    const last = records.at(-1)
    if (!last && at.i === 0) throw new OaiError('noRecordsMatch', 'No record matches.')
    const parts = await this.#parts(verb, format, sets, records)
    const isWhole = found.length <= size && at.i === 0
    if (isWhole) return parts.join('')
    const isEnd = found.length <= size
    const expires = new Date(Date.now() + services.config.oai.tokenHours * 3_600_000)
    const next: Token = {
      ...at,
      d: last?.datestamp.getTime() ?? 0,
      i: last?.id ?? 0,
      c: at.c + records.length,
      n: total,
      e: expires.getTime(),
    }
    return (
      parts.join('') +
      tokenElement({
        token: isEnd ? '' : writeToken(services.secret('oai'), next),
        expires: isEnd ? undefined : expires,
        // at the end the number is known; records that changed meanwhile have left the list
        size: isEnd ? at.c + records.length : Math.max(total, at.c + records.length + 1),
        cursor: at.c,
      })
    )
  }

  async #parts(
    verb: string,
    format: MetadataFormat,
    sets: Sets,
    records: readonly ChangeRecord[],
  ): Promise<string[]> {
    const sources = await this.#sources(records)
    const parts: string[] = []
    for (const record of records) {
      const source = sources.get(record.id)
      if (verb === 'ListIdentifiers') parts.push(writeHeader(this.#out(record, sets, source, undefined)))
      else {
        const metadata = source && format.has(source) ? await this.#render(format, source) : undefined
        if (source && metadata === undefined) continue
        parts.push(writeRecord(this.#out(record, sets, source, metadata)))
      }
    }
    return parts
  }
}
