// Files on their way into the archive and onto their title: staged, hashed, judged by their bytes, kept, recorded.
import type { Readable } from 'node:stream'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { MasterStore } from '../../storage/stores.ts'
import { archiveFor } from '../domains/index.ts'
import { findNode, lockNodes, type Node } from '../tree/index.ts'
import type { FileKind } from './codes.ts'
import { kindOf, requireMediaType } from './media.ts'
import { type PlayingTime, playingTimeOf } from './recordings.ts'
import * as repository from './repository.ts'

export interface KeptFile {
  readonly name: string
  readonly media: string
  readonly url: string
  readonly hashsum: string
  readonly bytes: number
}

/** A file of a title, with what its bytes say of how long it plays. */
export interface ReceivedFile extends KeptFile, PlayingTime {}

export interface NewFile extends ReceivedFile {
  readonly label?: string | null | undefined
  readonly kind?: FileKind | undefined
}

/** @throws Refusal not-found where the node is no title */
export async function titleNode(db: Db, services: Services, id: number): Promise<Node> {
  const node = await findNode(db, id)
  if (!node || node.linkId !== null || services.types.datatypeOf(node.datatype) !== 'title')
    throw new Refusal('not-found', `There is no title ${id}.`)
  return node
}

/** What is asked of a file that comes as a stream. */
interface Asked {
  readonly name: string
  /** SHA-256 that the sender names */
  readonly digest: string | undefined
  readonly maxBytes: number
  /** Its media type, once its bytes are there. @throws Refusal unsupported-media-type */
  readonly mediaOf: (path: string) => Promise<string>
}

/**
 * Takes a stream into an archive: staged, judged by its bytes, kept.
 * @throws Refusal bad-digest, not-processable, unsupported-media-type, too-large, insufficient-storage, unavailable; nothing stays behind
 */
export async function keepStream(
  archive: MasterStore,
  source: Readable | AsyncIterable<Buffer>,
  { name, digest, maxBytes, mediaOf }: Asked,
): Promise<KeptFile> {
  const file = await archive.stage(source, maxBytes)
  try {
    if (digest !== undefined && digest !== file.sha256)
      throw new Refusal('bad-digest', `${name} has the SHA-256 ${file.sha256}, not ${digest}.`, {
        expected: digest,
        received: file.sha256,
      })
    if (file.bytes === 0) throw new Refusal('not-processable', `${name} is empty.`)
    const media = await mediaOf(file.path)
    const url = await archive.keep(file)
    return { name, media, url, hashsum: `sha256:${file.sha256}`, bytes: file.bytes }
  } catch (error) {
    await archive.discard(file)
    throw error
  }
}

/**
 * Takes a stream into the archive, for a title.
 * @param digest SHA-256 that the sender names
 * @throws Refusal as keepStream
 */
export async function receive(
  services: Services,
  titleId: number,
  source: Readable | AsyncIterable<Buffer>,
  name: string,
  digest?: string,
): Promise<ReceivedFile> {
  const { domainId } = await titleNode(services.db, services, titleId)
  let time: PlayingTime | undefined
  const file = await keepStream(await archiveFor(services, domainId, 'texts'), source, {
    name,
    digest,
    maxBytes: services.config.limits.uploadBytes,
    mediaOf: async path => {
      const media = await requireMediaType(services, path, name)
      time = await playingTimeOf(services, path, media)
      return media
    },
  })
  return { ...file, ...(time as PlayingTime) }
}

/**
 * Adds files to a title, behind those that it has.
 * @returns their ids
 * @throws Refusal conflict where the title has the same bytes already, too-large over [files] perTitle
 */
export async function addFiles(
  trx: Db,
  services: Services,
  titleId: number,
  files: readonly NewFile[],
): Promise<number[]> {
  // of two at once the second sees what the first has added
  await lockNodes(trx, [titleId])
  const there = await repository.ofTitle(trx, titleId)
  const { perTitle } = services.config.files
  if (there.length + files.length > perTitle)
    throw new Refusal(
      'too-large',
      `Title ${titleId} has ${there.length} files, and at most ${perTitle} are possible ([files] perTitle).`,
      { limit: perTitle },
    )
  let sort = there.at(-1)?.sort ?? 0
  let hasWhole = there.some(({ kind }) => kind === 'whole')
  const ids: number[] = []
  for (const { kind, label = null, ...file } of files) {
    const same = (await repository.ofTitle(trx, titleId)).find(({ hashsum }) => hashsum === file.hashsum)
    if (same)
      throw new Refusal(
        'conflict',
        `Title ${titleId} has these bytes already, as file ${same.id} ‘${same.name}’.`,
        { file: same.id },
      )
    const as = kind ?? kindOf(file.media, !hasWhole)
    if (as === 'whole') hasWhole = true
    ids.push(await repository.insert(trx, titleId, { ...file, label, kind: as, sort: ++sort }))
  }
  return ids
}
