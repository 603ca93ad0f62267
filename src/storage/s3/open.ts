// What is loaded where an object store is named, and not before.
import { join } from 'node:path'
import type { LocalCopies } from '../local-copies.ts'
import { S3Client, type S3Settings } from './client.ts'
import { S3Masters } from './masters.ts'
import { S3Packs } from './packs.ts'

/** @param folder of this machine, on the disk of the copies */
export function openS3(settings: S3Settings, copies: LocalCopies, folder: string) {
  const client = new S3Client(settings)
  return {
    masters: new S3Masters(client, copies, join(folder, settings.name)),
    packs: new S3Packs(client, copies),
    close: () => client.close(),
  }
}
