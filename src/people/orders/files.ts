// Files of orders on their way into the archive of the installation, and out of it again.
import type { Readable } from 'node:stream'
import { keepStream, requireAllowedType } from '../../catalogue/attachments/index.ts'
import { removeUnneeded } from '../../catalogue/pages/index.ts'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Check, Finding, Services } from '../../http/module.ts'
import { enqueue } from '../../jobs/queue.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import type { NewFile, OrderFile } from './files-repository.ts'
import * as repository from './files-repository.ts'

export const sha256Of = ({ hashsum }: Pick<OrderFile, 'hashsum'>): string => hashsum.replace('sha256:', '')

/** @throws Refusal too-large over [orders] files */
export function requireRoom({ config }: Services, orderId: number, there: number): void {
  const { files } = config.orders
  if (there >= files)
    throw new Refusal(
      'too-large',
      `Order ${orderId} has ${there} files, and at most ${files} are possible ([orders] files).`,
      { limit: files },
    )
}

/**
 * Takes a stream into the archive.
 * @param digest SHA-256 that the sender names
 * @throws Refusal as keepStream
 */
export async function receive(
  { config, archive }: Services,
  source: Readable,
  name: string,
  digest: string | undefined,
): Promise<NewFile> {
  const { fileBytes, mediaTypes } = config.orders
  return await keepStream(archive, source, {
    name,
    digest,
    maxBytes: fileBytes,
    mediaOf: path =>
      requireAllowedType(path, name, { mediaTypes, of: 'files of orders', option: '[orders] mediaTypes' }),
  })
}

/** Backups count on it that a file stays for so long after its last row, as the check of the archive does. */
const graceMs = 3_600_000

/** Files whose rows go in this transaction leave the archive, where nothing else needs them. */
export async function forgetFiles(trx: Db, files: readonly OrderFile[]): Promise<void> {
  if (files.length === 0) return
  const payload = { addresses: [...new Set(files.map(({ url }) => url))] }
  await enqueue(trx, { kind: 'orders.forget', payload, runAfter: new Date(Date.now() + graceMs) })
}

/** What something needs by now, or is recording, stays. */
export const forgetJob: JobHandler<Services> = async (services, { job }) => {
  const { addresses } = job.payload as { addresses: readonly string[] }
  let removed = 0
  for (const address of addresses) {
    const facts = await services.archive.facts(address)
    if (facts && (await removeUnneeded(services, address))) removed++
  }
  return { removed }
}

const inArchive: Check = {
  name: 'order-files',
  claim: 'Every file of an order is in the archive, with the size and the SHA-256 that are recorded.',
  async run({ db, archive }) {
    const findings: Finding[] = []
    for (const file of await repository.all(db)) {
      const found = (sentence: string) =>
        findings.push({ check: 'order-files', nodeId: undefined, sentence, repaired: false })
      const called = `File ${file.id} of order ${file.orderId}`
      const facts = await archive.facts(file.url).catch(() => undefined)
      if (!facts) found(`${called} (${file.url}) is not in the archive.`)
      else if (facts.bytes !== file.bytes) found(`${called} has ${facts.bytes} bytes, not ${file.bytes}.`)
      else {
        const digest = await archive.digest(file.url)
        if (digest !== sha256Of(file)) found(`${called} has the SHA-256 ${digest}, not ${sha256Of(file)}.`)
      }
    }
    return findings
  },
}

export const checks: readonly Check[] = [inArchive]
