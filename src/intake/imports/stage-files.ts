// Files of titles on their way into the archive, and what masters share with them: hashed, compared with what the document says, kept once.
import { createHash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { tableOf } from '../../codes.ts'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import { archiveFor } from '../../catalogue/domains/index.ts'
import type { MasterStore } from '../../storage/stores.ts'
import { isPlaceFault } from '../../whole-files.ts'
import {
  isRecording,
  type PlayingTime,
  playingTimeOf,
  requireMediaType,
} from '../../catalogue/attachments/index.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import {
  type Digest,
  type FileReference,
  folded,
  type ImportPlan,
  type PlannedFile,
  titlesOf,
} from '../plans/index.ts'
import { nameOf } from './files.ts'
import { enter } from './phases.ts'
import type { Locate } from './stage.ts'

export interface StagedFile extends PlayingTime {
  readonly name: string
  readonly media: string
  readonly url: string
  readonly hashsum: string
  readonly bytes: number
}

/** The digests of a file by several algorithms, which is read once. */
async function digestsOf(path: string, algorithms: readonly string[]): Promise<string[]> {
  const hashes = algorithms.map(algorithm => createHash(algorithm))
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    for (const hash of hashes) hash.update(chunk as Buffer)
  return hashes.map(hash => hash.digest('hex'))
}

/** What a document says of the bytes of a file, which may have been found under the name of another kind: the TIFF of a JPEG. */
const digestFor = (path: string, { href, name, digest }: FileReference): Digest | undefined =>
  digest && [name, href].some(named => named && folded(nameOf(named)) === folded(basename(path)))
    ? digest
    : undefined

const readableNames: Readonly<Record<string, string>> = tableOf({
  md5: 'MD5',
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
})

/** @throws Refusal too-large; bad-digest where the document says another one */
export async function hashed(
  services: Services,
  path: string,
  reference: FileReference,
): Promise<{ facts: Stats; sha256: string }> {
  const facts = await stat(path)
  if (facts.size > services.config.limits.uploadBytes)
    throw new Refusal('too-large', `The file has ${facts.size} bytes, more than [limits] uploadBytes.`)
  const digest = digestFor(path, reference)
  const [sha256, found] = (await digestsOf(path, ['sha256', ...(digest ? [digest.algorithm] : [])])) as [
    string,
    string | undefined,
  ]
  if (digest && found !== digest.value)
    throw new Refusal(
      'bad-digest',
      `The file has the ${readableNames[digest.algorithm]} ${found}, not ${digest.value} as the document says: it is damaged, or another one.`,
    )
  return { facts, sha256 }
}

/** Brings a file into the archive, unless its bytes are there. @returns its address */
export async function archived(
  { config }: Services,
  archive: MasterStore,
  path: string,
  { sha256, bytes }: { readonly sha256: string; readonly bytes: number },
  dryRun: boolean,
): Promise<string> {
  const url = archive.address(sha256)
  if (!dryRun && !(await archive.isKept(url, bytes))) {
    const file = await archive.stageFile(path, config.limits.uploadBytes)
    if (file.sha256 !== sha256) {
      await archive.discard(file)
      throw new Refusal('bad-digest', 'The file changed while it was read.')
    }
    enter('rename', path)
    await archive.keep(file)
  }
  return url
}

const isAddress = (href: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(href)

/** @param messages takes what could not be taken */
export async function stageFiles(
  services: Services,
  plan: ImportPlan,
  {
    domainId,
    locate,
    dryRun,
  }: { readonly domainId: number | undefined; readonly locate: Locate; readonly dryRun: boolean },
  messages: Message[],
): Promise<Map<PlannedFile, StagedFile>> {
  const staged = new Map<PlannedFile, StagedFile>()
  for (const title of titlesOf(plan.titles))
    for (const file of title.files ?? []) {
      const { href, id, name } = file.reference
      const path = locate(file.reference)
      if (path === undefined) {
        messages.push({
          level: isAddress(href) ? 'info' : 'warning',
          code: 'file-not-taken',
          sentence: `The file ${name ?? href} was not taken: it was not delivered${isAddress(href) ? ', and addresses are never fetched' : ''}.`,
          place: id,
        })
        continue
      }
      const called = (name ?? basename(path)).slice(0, 250)
      try {
        const { facts, sha256 } = await hashed(services, path, file.reference)
        if (facts.size === 0) throw new Refusal('not-processable', 'The file is empty.')
        const media = await requireMediaType(services, path, called)
        const archive = await archiveFor(services, domainId, 'texts')
        const url = await archived(services, archive, path, { sha256, bytes: facts.size }, dryRun)
        const time = await playingTimeOf(services, path, media)
        if (isRecording(media) && time.duration === null)
          messages.push({
            level: 'warning',
            code: 'no-duration',
            sentence: `The file ${called} is ${media}, but how long it plays could not be read: it is handed out as it is, and not played by manifests.`,
            place: id,
          })
        staged.set(file, {
          name: called,
          media,
          url,
          hashsum: `sha256:${sha256}`,
          bytes: facts.size,
          ...time,
        })
      } catch (error) {
        // our disk is no fault of the file: the title is repeated as a whole
        if (!(error instanceof Refusal) || isPlaceFault(error)) throw error
        messages.push({
          level: 'error',
          code: 'bad-file',
          sentence: `File ${called}: ${error.message}`,
          place: id,
        })
      }
    }
  return staged
}
