// A master on its way into the archive: staged, judged, kept, recorded.
import type { Readable } from 'node:stream'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import { masterLimits } from '../../imaging/decoding.ts'
import { probe, type Scan } from '../../imaging/probe.ts'
import type { StagedFile } from '../../storage/stores.ts'
import { pageStates } from './codes.ts'
import type * as repository from './repository.ts'

/** SHA-256 of a Content-Digest header (RFC 9530), in hex. @throws Refusal bad-request where none of its digests is known here */
export function expectedDigest(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  const found = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(String(header))
  if (!found) throw new Refusal('bad-request', 'The Content-Digest has no sha-256=:…: member.')
  return Buffer.from(found[1] as string, 'base64').toString('hex')
}

export interface Judged {
  readonly file: StagedFile
  readonly scan: Scan
}

/** Stages a stream and judges it. @throws Refusal bad-digest, not-processable with the verdict, too-large; nothing stays behind */
export async function receive(
  services: Services,
  source: Readable,
  digest: string | undefined,
): Promise<Judged> {
  const file = await services.archive.stage(source, services.config.limits.uploadBytes)
  try {
    if (digest !== undefined && digest !== file.sha256)
      throw new Refusal('bad-digest', `The bytes have the SHA-256 ${file.sha256}, not ${digest}.`, {
        expected: digest,
        received: file.sha256,
      })
    const verdict = await probe(file.path, masterLimits(services.config))
    if (!verdict.ok) throw new Refusal('not-processable', verdict.sentence, { verdict: verdict.code })
    return { file, scan: verdict.scan }
  } catch (error) {
    await services.archive.discard(file)
    throw error
  }
}

/** Columns of OPR_Page that a kept master sets. */
export function fieldsOf(
  address: string,
  file: Pick<StagedFile, 'sha256' | 'bytes'>,
  scan: Scan,
  profileId: number | null,
  modifiedAt: Date,
): repository.PageFields {
  return {
    url: address,
    masterState: pageStates.of('archived'),
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
