// Answers of an object store, small XML without mixed content: each element that has others in it, with the texts of those.
import { SaxesParser } from 'saxes'

export interface S3Element {
  readonly name: string
  readonly values: Readonly<Record<string, string>>
}

/** A thousand objects with keys of a thousand characters take less. */
const longestBytes = 16 * 1024 * 1024

/** @returns nothing for what is no XML: proxies answer with pages of their own */
export async function elementsOf(body: AsyncIterable<Uint8Array>): Promise<S3Element[]> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes <= longestBytes) chunks.push(chunk)
  }
  const found: S3Element[] = []
  const open: { name: string; text: string; values: Record<string, string> }[] = []
  const parser = new SaxesParser()
  parser.on('opentag', ({ name }) => void open.push({ name, text: '', values: {} }))
  parser.on('text', text => {
    const last = open.at(-1)
    if (last) last.text += text
  })
  parser.on('closetag', () => {
    const closed = open.pop()
    const above = open.at(-1)
    if (!closed) return
    if (Object.keys(closed.values).length > 0 || !above)
      found.push({ name: closed.name, values: closed.values })
    else above.values[closed.name] = closed.text
  })
  try {
    parser.write(Buffer.concat(chunks).toString('utf8')).close()
    return found
  } catch {
    return []
  }
}
