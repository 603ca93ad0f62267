// A bag as it is written: each file is hashed on its way; the manifests come last. Until it is kept it is nobody's.
import { createHash } from 'node:crypto'
import {
  type BagInfo,
  declaration,
  type ManifestEntry,
  writeBagInfo,
  writeManifest,
} from '../../formats/bagit/bag.ts'
import type { BagDraft } from '../../storage/bags.ts'

export class BagWriter {
  readonly #draft: BagDraft
  readonly #payload: ManifestEntry[] = []
  #bytes = 0

  constructor(draft: BagDraft) {
    this.#draft = draft
  }

  get files(): number {
    return this.#payload.length
  }
  get bytes(): number {
    return this.#bytes
  }

  async #write(path: string, source: AsyncIterable<Uint8Array>): Promise<ManifestEntry & { bytes: number }> {
    const hash = createHash('sha256')
    let bytes = 0
    const hashed = async function* () {
      for await (const chunk of source) {
        hash.update(chunk)
        bytes += chunk.length
        yield chunk
      }
    }
    await this.#draft.write(path, hashed())
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
    await this.#draft.seal()
    return digest
  }
}

/** Texts as bytes. */
export async function* asBytes(texts: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const text of texts) yield Buffer.from(text)
}
