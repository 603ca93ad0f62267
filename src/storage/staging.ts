// Where files arrive on this machine: hashed on the way, synced, and judged before a store keeps them.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, constants, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Refusal } from '../errors.ts'
import { makeFolders, type Place, takeIn } from '../whole-files.ts'
import type { Leftover, StagedFile } from './stores.ts'

export class Staging {
  readonly #folder: string
  readonly #place: Place

  constructor(folder: string, place: Place) {
    this.#folder = folder
    this.#place = place
  }

  async prepare(): Promise<void> {
    await makeFolders(this.#folder)
  }

  async checkWritable(): Promise<void> {
    await access(this.#folder, constants.W_OK)
  }

  async stage(source: Readable | AsyncIterable<Buffer>, maxBytes: number): Promise<StagedFile> {
    const path = join(this.#folder, randomUUID())
    const hash = createHash('sha256')
    let arrived = 0
    const bytes = await takeIn(source, path, this.#place, {
      onChunk: chunk => {
        arrived += chunk.length
        if (arrived > maxBytes)
          throw new Refusal(
            'too-large',
            `The file is larger than ${maxBytes} bytes ([limits] uploadBytes).`,
            { limit: maxBytes },
          )
        hash.update(chunk)
      },
    })
    return { sha256: hash.digest('hex'), bytes, path }
  }

  stageFile(path: string, maxBytes: number): Promise<StagedFile> {
    return this.stage(createReadStream(path, { highWaterMark: 1024 * 1024 }), maxBytes)
  }

  async leftovers(ageMs: number): Promise<Leftover[]> {
    const found: Leftover[] = []
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name)
      const facts = await stat(path).catch(() => undefined)
      if (facts && Date.now() - facts.mtimeMs > ageMs)
        found.push({ name, remove: () => rm(path, { force: true }) })
    }
    return found
  }
}
