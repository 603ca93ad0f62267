// A master on its way into the archive: staged, judged, kept, recorded.
import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../errors.ts'
import { expectedDigest } from '../../http/digest.ts'
import type { Services } from '../../http/module.ts'
import type { Scan } from '../../imaging/probe.ts'
import type { MasterStore, StagedFile } from '../../storage/stores.ts'
import { inPlace } from '../../whole-files.ts'
import { archiveFor } from '../domains/index.ts'
import { pageStates } from './codes.ts'
import { judgeMaster } from './judge.ts'
import * as repository from './repository.ts'

interface Judged {
  readonly file: StagedFile
  readonly scan: Scan
}

/** Stages a stream and judges it. @throws Refusal bad-digest, not-processable with the verdict, too-large, insufficient-storage, unavailable; nothing stays behind */
async function receive(
  services: Services,
  archive: MasterStore,
  source: Readable,
  digest: string | undefined,
): Promise<Judged> {
  const file = await archive.stage(source, services.config.limits.uploadBytes)
  try {
    if (digest !== undefined && digest !== file.sha256)
      throw new Refusal('bad-digest', `The bytes have the SHA-256 ${file.sha256}, not ${digest}.`, {
        expected: digest,
        received: file.sha256,
      })
    // what cannot be read back is our disk's fault, not the scan's
    const judgement = await inPlace(archive.place, () => judgeMaster(services, file.path, file.sha256))
    if (!judgement.ok) throw new Refusal('not-processable', judgement.sentence, { verdict: judgement.code })
    const [scan, ...further] = judgement.scans
    if (further.length > 0)
      throw new Refusal(
        'not-processable',
        `The file has ${judgement.scans.length} pages, and the master of a page has one; import it, or split it.`,
        { verdict: 'several-pages' },
      )
    if (scan.isTransparent && services.config.import.alpha === 'refuse')
      throw new Refusal('not-processable', 'The image is transparent in places ([import] alpha).', {
        verdict: 'transparent',
      })
    return { file, scan }
  } catch (error) {
    await archive.discard(file)
    throw error
  }
}

/** The body of a request as a master of a domain that is kept in the archive, and the columns of OPR_Page that say so. @throws Refusal unsupported-media-type, and those of receive */
export async function masterOf(
  services: Services,
  domainId: number,
  request: FastifyRequest,
): Promise<{ readonly file: StagedFile; readonly fields: () => repository.PageFields }> {
  const source = request.body as Readable
  if (typeof (source as Partial<Readable> | null)?.pipe !== 'function')
    throw new Refusal('unsupported-media-type', 'Send the master as image/* or application/octet-stream.')
  const archive = await archiveFor(services, domainId, 'masters')
  const judged = await receive(services, archive, source, expectedDigest(request.headers['content-digest']))
  const profile = await repository.profileId(services.db, judged.scan.profile)
  const address = await archive.keep(judged.file)
  return { file: judged.file, fields: () => fieldsOf(address, judged.file, judged.scan, profile, new Date()) }
}

/** Address of the page that a scan is in its file. */
export const pageAddress = (address: string, { page }: Pick<Scan, 'page'>): string =>
  page === 0 ? address : `${address}#page=${page + 1}`

/** Columns of OPR_Page that a kept master sets. */
export function fieldsOf(
  address: string,
  file: Pick<StagedFile, 'sha256' | 'bytes'>,
  scan: Scan,
  profileId: number | null,
  modifiedAt: Date,
): repository.PageFields {
  return {
    url: pageAddress(address, scan),
    masterState: pageStates.of(scan.profile.format === 'pdf' ? 'extractedFromPdf' : 'archived'),
    profileId,
    width: scan.width,
    height: scan.height,
    scannedAt: scan.dateTime ?? null,
    scanName: scan.pageName ?? null,
    filesize: file.bytes,
    modifiedAt,
    hashsum: `sha256:${file.sha256}`,
  }
}
