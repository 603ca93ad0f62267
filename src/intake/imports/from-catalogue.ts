// Titles whose records are fetched from an online catalogue by their identifiers.
import { createHash } from 'node:crypto'
import { Refusal } from '../../errors.ts'
import { guessType } from '../../catalogue/titles/index.ts'
import type { Services } from '../../http/module.ts'
import { getCatalogue, lookUp } from '../catalogues/index.ts'
import type { ReadDocument } from './documents.ts'
import type { Manifest } from './schemas.ts'

/** Identifiers that are to be fetched, each once; undefined where the manifest is about something else. */
export function catalogueIdentifiers(services: Services, manifest: Manifest): string[] | undefined {
  const { catalogue, catalogueIds } = manifest
  if (catalogue === undefined && catalogueIds === undefined) return undefined
  if (catalogue === undefined || catalogueIds === undefined)
    throw new Refusal('bad-request', 'catalogue and catalogueIds are sent together.')
  const { path, delivery, mods, record, identifiers, pages, structure } = manifest
  const others = [path, delivery, mods, record, identifiers, pages, structure]
  if (others.some(other => other !== undefined))
    throw new Refusal('bad-request', 'catalogue stands alone: the records are fetched from there.')
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

/** @param isList whether it is one of a list of identifiers */
export async function documentOfCatalogue(
  services: Services,
  from: { readonly catalogue: string; readonly identifier: string; readonly isList: boolean },
  type: string | undefined,
): Promise<ReadDocument> {
  const { types } = services
  const record = await lookUp(services, from.catalogue, from.identifier).catch(error => {
    // one that the catalogue cannot answer fails alone; a catalogue that is away ends the run, which goes on later
    if (error instanceof Refusal && error.details['answered'] !== undefined)
      throw new Refusal('not-processable', error.message, error.details, error)
    throw error
  })
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
