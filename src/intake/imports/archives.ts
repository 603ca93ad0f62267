// A batch whose delivery is a ZIP, or holds ZIPs or BagIts: unpacked and compared when its job begins, its titles are the items.
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import { type NotTaken, openDelivery } from '../deliveries/index.ts'
import * as repository from './repository.ts'
import { failureOf } from './failure.ts'
import type { BatchOptions } from './items.ts'
import { uploadFolder } from './upload-folder.ts'

const folderOf = (services: Services, importId: number): string =>
  uploadFolder(services, `delivery-${importId}`)

/** Most entries that a report lists one by one. */
const mostListed = 200

export function notTakenMessages(notTaken: readonly NotTaken[] = []): Message[] {
  const listed = notTaken.slice(0, mostListed).map(({ path, reason }): Message => ({
    level: 'warning',
    code: 'not-taken',
    sentence: `${path} was not taken: ${reason}.`,
    place: path,
  }))
  const more = notTaken.length - listed.length
  return more === 0
    ? listed
    : [...listed, { level: 'warning', code: 'not-taken', sentence: `${more} further files were not taken.` }]
}

/** Unpacks and notes the items, unless an earlier attempt has. @returns the options with what is not taken */
export async function addDeliveryItems(
  services: Services,
  importId: number,
  options: BatchOptions,
): Promise<BatchOptions> {
  const known = await repository.items(services.db, importId)
  const delivery = options.archive ?? options.hot
  if (known.length > 0 || delivery === undefined || !existsSync(delivery)) return options
  const target = folderOf(services, importId)
  const { unpackedBytes, unpackedFiles } = services.config.import
  try {
    await rm(target, { recursive: true, force: true })
    const limits = { bytes: unpackedBytes, entries: unpackedFiles }
    const { sources, notTaken, lists, refused } = await openDelivery(
      delivery,
      target,
      limits,
      options.manifest.columns,
    )
    const noted = { ...options, notTaken, lists }
    await services.database.inTransaction({ actor: options.actor }, async trx => {
      await repository.addItems(trx, importId, sources)
      for (const { source, refusal } of refused) {
        const [id] = await repository.addItems(trx, importId, [source])
        await repository.setItem(trx, id as number, { outcome: 'failed', messages: failureOf(refusal) })
      }
      await repository.setOptions(trx, importId, noted)
    })
    return noted
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const messages = failureOf(error)
    await services.database.inTransaction({ actor: options.actor }, async trx => {
      const [id] = await repository.addItems(trx, importId, [basename(delivery)])
      await repository.setItem(trx, id as number, { outcome: 'failed', messages })
    })
    return options
  }
}

/** Removes what was unpacked. */
export const discardArchive = (services: Services, importId: number): Promise<void> =>
  rm(folderOf(services, importId), { recursive: true, force: true })
