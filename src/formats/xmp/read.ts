// What XMP says of a scan, in the names of scan tags. Properties stand as attributes of rdf:Description or as elements in it.
// @see ISO 16684-1; namespaces of TIFF and EXIF properties in part 2 of the XMP specification
import { Refusal } from '../../errors.ts'
import { type ScanTags, tiffDate } from '../tiff/read-tags.ts'
import { readXml } from '../xml/read.ts'

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const xmp = 'http://ns.adobe.com/xap/1.0/'
const tiff = 'http://ns.adobe.com/tiff/1.0/'
const exif = 'http://ns.adobe.com/exif/1.0/'
/** A packet is written into 64 KB of JPEG; longer ones carry other things than these. */
const longest = 1024 * 1024

/** `2009-09-21T15:02:51+02:00`, with the zone that it names; without one as UTC, as TIFF dates are. */
function xmpDate(text: string | undefined): Date | undefined {
  if (text === undefined || !/(?:Z|[+-]\d\d:\d\d)$/.test(text)) return tiffDate(text)
  const date = new Date(text)
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1900 ? undefined : date
}

/** @returns nothing where the packet cannot be read: a master is not worse for it */
export function readXmpTags(packet: Uint8Array | undefined): Partial<ScanTags> {
  if (!packet || packet.length > longest) return {}
  const source = new TextDecoder('utf-8')
    .decode(packet)
    .replace(/^[\s\ufeff]*<\?xpacket[^>]*\?>/, '')
    .replace(/<\?xpacket[^>]*\?>[\s\0]*$/, '')
    .trim()
  const found = new Map<string, string>()
  try {
    for (const element of readXml(source).descendants()) {
      if (element.namespace !== rdf || element.name !== 'Description') continue
      for (const { namespace, name, value } of element.attributes) found.set(namespace + name, value)
      for (const child of element.children)
        if (child.text !== '') found.set(child.namespace + child.name, child.text)
    }
  } catch (error) {
    if (error instanceof Refusal) return {}
    throw error
  }
  const text = (...names: string[]): string | undefined =>
    names
      .map(name => found.get(name)?.trim().slice(0, 250))
      .find(value => value !== undefined && value !== '')
  return {
    dateTime: xmpDate(text(`${exif}DateTimeOriginal`, `${xmp}CreateDate`, `${tiff}DateTime`)),
    make: text(`${tiff}Make`),
    model: text(`${tiff}Model`),
    software: text(`${tiff}Software`, `${xmp}CreatorTool`),
  }
}
