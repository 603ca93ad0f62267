// What scanners write about a scan: tags of TIFF and EXIF, and XMP.
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { randomCases } from '../support/cases.ts'
import { readScanTags } from '../../src/formats/tiff/read-tags.ts'
import { readXmpTags } from '../../src/formats/xmp/read.ts'
import { probe } from '../../src/imaging/probe.ts'
import { aFolder, aScan } from '../support/images.ts'

const folder = aFolder(t)
const limits = { maxPixels: 1e7, codecMemory: 512 }
const packet = (description: string): string =>
  `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${description}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`
const names =
  'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"'
const asAttributes = packet(
  `<rdf:Description rdf:about="" ${names} xmp:CreateDate="2009-09-21T15:02:51+02:00" xmp:CreatorTool="OmniScan 12" tiff:Make="Zeutschel" tiff:Model="OS 12000"/>`,
)
const asElements = packet(
  `<rdf:Description rdf:about="" ${names}><tiff:Make>i2S</tiff:Make><xmp:CreateDate>2001-02-03T04:05:06</xmp:CreateDate><exif:DateTimeOriginal>2000-01-02T03:04:05Z</exif:DateTimeOriginal></rdf:Description>`,
)

t.test('XMP is read as attributes and as elements; a time keeps its zone', async t => {
  t.same(readXmpTags(Buffer.from(asAttributes)), {
    dateTime: new Date('2009-09-21T13:02:51Z'),
    make: 'Zeutschel',
    model: 'OS 12000',
    software: 'OmniScan 12',
  })
  t.match(readXmpTags(Buffer.from(asElements)), { make: 'i2S', dateTime: new Date('2000-01-02T03:04:05Z') })
})

t.test('a packet that cannot be read says nothing', async t => {
  const withDtd = `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${asAttributes}`
  for (const text of ['', 'no xml', '<x', withDtd])
    t.same(readXmpTags(Buffer.from(text)), {}, text.slice(0, 20))
  t.same(readXmpTags(Buffer.alloc(2 * 1024 * 1024, 32)), {})
  t.same(readXmpTags(undefined), {})
})

t.test(
  'EXIF tells the time of the scan in a directory of its own; where it says nothing, XMP does',
  async t => {
    const profileOf = async (name: string, bytes: Buffer) => {
      const path = join(folder, name)
      writeFileSync(path, bytes)
      const verdict = await probe(path, limits)
      if (!verdict.ok) throw new Error(verdict.sentence)
      return verdict.scan
    }
    const exif = {
      IFD0: { Make: 'Zeutschel', DateTime: '2010:01:01 00:00:00' },
      IFD2: { DateTimeOriginal: '2009:09:21 15:02:51' },
    }
    for (const format of ['jpeg', 'tiff', 'png', 'webp'] as const) {
      const both = await profileOf(
        `both.${format}`,
        await aScan(64, 48).withExif(exif).withXmp(asAttributes).toFormat(format).toBuffer(),
      )
      t.match(
        both,
        {
          dateTime: new Date('2009-09-21T15:02:51Z'),
          profile: { scannerMake: 'Zeutschel', scannerModel: 'OS 12000', software: 'OmniScan 12' },
        },
        format,
      )
      const xmp = await profileOf(
        `xmp.${format}`,
        await aScan(64, 48).withXmp(asElements).toFormat(format).toBuffer(),
      )
      t.match(xmp, { dateTime: new Date('2000-01-02T03:04:05Z'), profile: { scannerMake: 'i2S' } }, format)
    }
  },
)

t.test('a BigTIFF is read as a TIFF is', async t => {
  /** A directory of texts and long numbers, its values behind it. */
  const directory = (at: number, entries: readonly [tag: number, value: string | number][]): Buffer => {
    const head = Buffer.alloc(8 + entries.length * 20 + 8)
    head.writeBigUInt64LE(BigInt(entries.length))
    const values: Buffer[] = []
    let end = at + head.length
    entries.forEach(([tag, value], n) => {
      const place = 8 + n * 20
      head.writeUInt16LE(tag, place)
      head.writeUInt16LE(typeof value === 'string' ? 2 : 16, place + 2)
      head.writeBigUInt64LE(BigInt(typeof value === 'string' ? value.length + 1 : 1), place + 4)
      head.writeBigUInt64LE(BigInt(typeof value === 'string' ? end : value), place + 12)
      if (typeof value !== 'string') return
      values.push(Buffer.from(`${value}\0`))
      end += value.length + 1
    })
    return Buffer.concat([head, ...values])
  }
  const header = Buffer.from('49492b00080000001000000000000000', 'hex')
  const length = directory(16, [
    [271, 'Zeutschel'],
    [34665, 0],
  ]).length
  const file = Buffer.concat([
    header,
    directory(16, [
      [271, 'Zeutschel'],
      [34665, 16 + length],
    ]),
    directory(16 + length, [[36867, '2009:09:21 15:02:51']]),
  ])
  t.match(
    readScanTags((offset, bytes) => file.subarray(offset, offset + bytes)),
    { make: 'Zeutschel', dateTime: new Date('2009-09-21T15:02:51Z') },
  )
})

t.test('whatever the bytes, reading tags ends with tags or without', async t => {
  const exif = (
    await sharp(
      await aScan(8, 8)
        .withExif({ IFD0: { Make: 'x'.repeat(30) }, IFD2: { DateTimeOriginal: '2009:09:21 15:02:51' } })
        .jpeg()
        .toBuffer(),
    ).metadata()
  ).exif as Buffer
  const good = exif.subarray(6)
  const reading = (bytes: Buffer) => readScanTags((offset, length) => bytes.subarray(offset, offset + length))
  t.match(reading(good), { make: 'x'.repeat(30), dateTime: new Date('2009-09-21T15:02:51Z') })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 12 }),
      fc.nat(good.length),
      (changes, length) => {
        const bytes = Buffer.from(good.subarray(0, length))
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        reading(bytes)
      },
    ),
    randomCases(t),
  )
  t.pass('500 mutations')
})
