// A bag as it is written: each file is hashed on its way and synced; the manifests come last. Until it is whole it has a name that is none.
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  type BagInfo,
  declaration,
  type ManifestEntry,
  writeBagInfo,
  writeManifest,
} from '../../formats/bagit/bag.ts'
import { inPlace, makeFolders, type Place, syncFolder, takeIn } from '../../whole-files.ts'

export class BagWriter {
  readonly #folder: string
  readonly #place: Place
  readonly #payload: ManifestEntry[] = []
  readonly #folders = new Set<string>()
  #bytes = 0

  private constructor(folder: string, place: Place) {
    this.#folder = folder
    this.#place = place
  }

  static async begin(folder: string, place: Place): Promise<BagWriter> {
    await inPlace(place, () => mkdir(folder, { mode: 0o750 }))
    return new BagWriter(folder, place)
  }

  get files(): number {
    return this.#payload.length
  }
  get bytes(): number {
    return this.#bytes
  }

  async #write(path: string, source: AsyncIterable<Uint8Array>): Promise<ManifestEntry & { bytes: number }> {
    const target = join(this.#folder, path)
    if (!this.#folders.has(dirname(target))) {
      await inPlace(this.#place, () => makeFolders(dirname(target), 0o750))
      this.#folders.add(dirname(target))
    }
    const hash = createHash('sha256')
    const bytes = await takeIn(source, target, this.#place, { onChunk: chunk => void hash.update(chunk) })
    return { path, digest: hash.digest('hex'), bytes }
  }

  /** @param path below data/ @returns its SHA-256 */
  async add(path: string, source: AsyncIterable<Uint8Array>): Promise<string> {
    const written = await this.#write(`data/${path}`, source)
    this.#payload.push({ path: written.path, digest: written.digest })
    this.#bytes += written.bytes
    return written.digest
  }

  addText(path: string, text: string): Promise<string> {
    return this.add(path, asBytes([text]))
  }

  /** Writes the manifests. @returns the SHA-256 of the tag manifest, on which all other digests hang */
  async close(info: BagInfo): Promise<string> {
    const tags: ManifestEntry[] = []
    const tag = async (path: string, text: string) => {
      const { digest } = await this.#write(path, asBytes([text]))
      tags.push({ path, digest })
    }
    await tag('bagit.txt', declaration)
    await tag(
      'bag-info.txt',
      writeBagInfo([...info, ['Payload-Oxum', `${this.#bytes}.${this.#payload.length}`]]),
    )
    await tag('manifest-sha256.txt', writeManifest(this.#payload))
    const { digest } = await this.#write('tagmanifest-sha256.txt', asBytes([writeManifest(tags)]))
    for (const folder of this.#folders) await inPlace(this.#place, () => syncFolder(folder))
    return digest
  }
}

/** Texts as bytes. */
export async function* asBytes(texts: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const text of texts) yield Buffer.from(text)
}
