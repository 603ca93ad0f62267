// Titles whose records are fetched from an online catalogue by their identifiers.
import { createHash } from 'node:crypto'
import { Refusal } from '../../errors.ts'
import { guessType } from '../../catalogue/titles/index.ts'
import type { Services } from '../../http/module.ts'
import type { ModsRecord } from '../../formats/mods/read.ts'
import type { Further } from '../deliveries/index.ts'
import { getCatalogue, lookUp } from '../catalogues/index.ts'
import type { ReadDocument } from './documents.ts'
import type { Manifest } from './schemas.ts'

/** Identifiers that are to be fetched, each once; undefined where the manifest is about something else. */
export function catalogueIdentifiers(services: Services, manifest: Manifest): string[] | undefined {
  const { catalogue, catalogueIds } = manifest
  const isOfDelivery = manifest.path !== undefined || manifest.delivery !== undefined
  if (catalogue !== undefined && isOfDelivery && catalogueIds === undefined) {
    getCatalogue(services, catalogue)
    return undefined
  }
  if (catalogue === undefined && catalogueIds === undefined) return undefined
  if (catalogue === undefined || catalogueIds === undefined)
    throw new Refusal(
      'bad-request',
      'Send catalogue with catalogueIds, or with the path or delivery whose titles it knows by their names.',
    )
  const { path, delivery, mods, record, identifiers, pages, structure } = manifest
  const others = [path, delivery, mods, record, identifiers, pages, structure]
  if (others.some(other => other !== undefined))
    throw new Refusal('bad-request', 'catalogueIds stand alone: the records are fetched from the catalogue.')
  getCatalogue(services, catalogue)
  const most = services.config.catalogue.identifiers
  if (catalogueIds.length > most)
    throw new Refusal(
      'too-large',
      `There are ${catalogueIds.length} identifiers; at most ${most} are fetched at once ([catalogue] identifiers).`,
      { limit: most },
    )
  return [...new Set(catalogueIds)]
}

/**
 * A record by its identifier.
 * One that the catalogue cannot answer fails alone; a catalogue that is away ends the run, which goes on later.
 */
const lookUpOne = (services: Services, catalogue: string, identifier: string): Promise<ModsRecord> =>
  lookUp(services, catalogue, identifier).catch(error => {
    if (error instanceof Refusal && error.details['answered'] !== undefined)
      throw new Refusal('not-processable', error.message, error.details, error)
    throw error
  })

/** The record of a title that is called by its identifier in a catalogue; or what the catalogue says where it has none. */
export async function recordOfCatalogue(
  services: Services,
  catalogue: string,
  identifier: string,
): Promise<Further> {
  getCatalogue(services, catalogue)
  try {
    const record = await lookUpOne(services, catalogue, identifier)
    return { record: { record, provider: catalogue } }
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'not-found') return { noRecord: error.message }
    throw error
  }
}

/** @param isList whether it is one of a list of identifiers */
export async function documentOfCatalogue(
  services: Services,
  from: { readonly catalogue: string; readonly identifier: string; readonly isList: boolean },
  type: string | undefined,
): Promise<ReadDocument> {
  const { types } = services
  const record = await lookUpOne(services, from.catalogue, from.identifier)
  return {
    name: from.identifier,
    plan: {
      titles: [
        {
          type: type === undefined ? guessType(types, record.mods) : types.get('title', type),
          caption: undefined,
          record,
          // one that brings no identifier is known by what it was asked for
          identifiers: record.mods.record
            ? []
            : [{ scheme: 'record', value: `${from.identifier}@${from.catalogue}` }],
          keepId: undefined,
          owner: undefined,
          provider: from.catalogue,
          presentationUrl: undefined,
          referenceUrl: undefined,
          children: [],
          items: [],
        },
      ],
      messages: [],
    },
    locate: () => undefined,
    checksum: createHash('sha256').update(record.xml).digest('hex'),
    origin: from.isList ? 'identifierUpload' : 'onlineCatalogue',
  }
}
