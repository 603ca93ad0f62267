// The text files of a BagIt (RFC 8493): manifests and bag-info. Pure: what lies on the disk is the business of others.

export const declaration = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'

export interface ManifestEntry {
  readonly digest: string
  /** With / between its parts */
  readonly path: string
}

/** §2.1.3: line ends and the percent sign itself are encoded, nothing else. */
const encoded = (path: string): string =>
  path.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const decoded = (path: string): string =>
  path.replace(/%0D/gi, '\r').replace(/%0A/gi, '\n').replaceAll('%25', '%')

/** §5.1: a path that leads out of the bag is none. */
const isInside = (path: string): boolean =>
  !path.startsWith('/') &&
  !path.startsWith('~') &&
  !path.includes('\\') &&
  !path.includes('\0') &&
  path.split('/').every(part => part !== '' && part !== '.' && part !== '..')

export const writeManifest = (entries: readonly ManifestEntry[]): string =>
  entries.map(({ digest, path }) => `${digest}  ${encoded(path)}\n`).join('')

/** @returns the entries, or what is wrong with the manifest as the end of a sentence */
export function readManifest(text: string): ManifestEntry[] | string {
  const entries: ManifestEntry[] = []
  const seen = new Set<string>()
  for (const [at, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (line === '') continue
    const [, digest, written] = /^([0-9a-fA-F]{64})[ \t]+\*?(.+)$/.exec(line) ?? []
    if (digest === undefined || written === undefined) return `has no digest and path in line ${at + 1}`
    const path = decoded(written)
    if (!isInside(path)) return `names a path that leads out of it in line ${at + 1}`
    if (seen.has(path)) return `names ${path} twice`
    seen.add(path)
    entries.push({ digest: digest.toLowerCase(), path })
  }
  return entries
}

export type BagInfo = readonly (readonly [label: string, value: string])[]

export const writeBagInfo = (info: BagInfo): string =>
  info.map(([label, value]) => `${label}: ${value.replace(/\s+/g, ' ').trim()}\n`).join('')

/** Labels as they are written; long values may go on in lines that begin with a blank (§2.2.2). */
export function readBagInfo(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of text.replace(/(\r\n|\r|\n)[ \t]+/g, ' ').split(/\r\n|\r|\n/)) {
    const at = line.indexOf(':')
    if (at > 0) found.set(line.slice(0, at).trim(), line.slice(at + 1).trim())
  }
  return found
}
