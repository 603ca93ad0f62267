// Options of [oai], [harvest], [search], [pdf] and [sample]: what readers and harvesters get.
import { z } from 'zod'
import { list, flag, oneOf, text, whole } from './option-kinds.ts'

export const oaiSection = z
  .strictObject({
    repositoryName: text('Firefolio', 'Name of the repository in the answers of OAI-PMH and SRU.'),
    adminEmail: text('', 'Address of who answers for it; empty: postmaster at the host of publicUrl.'),
    repositoryIdentifier: text(
      '',
      'Name that record identifiers begin with, oai:<this>:<id>, and the source of records that bring no identifier; empty: the host of publicUrl.',
    ),
    pageSize: whole(100, 1, 1000, 'Records of one answer.'),
    metsPageSize: whole(20, 1, 500, 'Records of one answer with whole METS documents.'),
    tokenHours: whole(48, 1, 8760, 'Hours that a resumption token is accepted.'),
    restricted: oneOf(
      ['withoutFiles', 'deleted'],
      'withoutFiles',
      'Titles whose images are closed to who harvests: withoutFiles hands out their records, METS without file groups; deleted says that they are deleted.',
    ),
  })
  .describe('OAI-PMH, and what identifies the repository.')

export const harvestSection = z
  .strictObject({
    privateNetworks: flag(
      false,
      'Harvest repositories in private networks, too: 10.x, 192.168.x, this machine and the like. false keeps importers from reaching what only this server can reach.',
    ),
    answerBytes: whole(256 * 1024 * 1024, 1024, 1024 ** 3, 'Largest answer of a foreign repository.'),
    timeout: whole(120, 1, 3600, 'Seconds within which a foreign repository must have answered.'),
  })
  .describe('Harvests of foreign repositories.')

function isSortable(tag: string): boolean {
  try {
    return Intl.Collator.supportedLocalesOf(tag).length === 1
  } catch {
    return false
  }
}

export const searchSection = z
  .strictObject({
    on: flag(true, 'Keep a search index of titles and texts below [path] varFast/index.'),
    stemming: oneOf(['none', 'german'], 'none', 'Whether words are found by their stems.'),
    sortLanguages: list(
      ['de', 'en'],
      'Languages whose order lists and searches have: letters like Å, Ä, Ł stand where these languages have them; others get the first one’s. Each order of its own takes room for each title. A change is followed up by itself.',
      z.string().refine(tag => isSortable(tag), {
        error: issue => `‘${String(issue.input)}’ is no language whose order is known`,
      }),
    ),
    maxHits: whole(10_000, 100, 1_000_000, 'Hits up to which a search counts and sorts exactly.'),
  })
  .describe('The search index.')

export const pdfSection = z
  .strictObject({
    width: whole(
      1000,
      100,
      10_000,
      'Width in pixels of the page images of PDF files, of those that are stored.',
    ),
    maxPages: whole(5000, 1, 100_000, 'Most pages of one PDF file.'),
    concurrent: whole(
      4,
      1,
      100,
      'PDF files written at the same time before further ones are refused with 503.',
    ),
  })
  .describe('PDF files of titles and parts of titles.')

export const sampleSection = z
  .strictObject({
    on: flag(true, 'Load a small sample collection into an empty database at start.'),
  })
  .describe('The sample collection.')
