// PDF pages of an image compressed by any filter: alone, or drawn with something else; whole, and with its data cut.

export interface PdfStream {
  /** Filters one after the other, with a slash between them */
  readonly filters: string
  readonly data: Buffer
  readonly width: number
  readonly height: number
}

/** @param times how often the page draws the image: one that is drawn once is the scan of its page */
export function pdfOfStream({ filters, data, width, height }: PdfStream, times: number): Buffer {
  const content = `q ${width} 0 0 ${height} 0 0 cm /I Do Q `.repeat(times)
  const names = filters
    .split('/')
    .map(name => `/${name}`)
    .join(' ')
  const objects = [
    ['<</Type/Catalog/Pages 2 0 R>>'],
    ['<</Type/Pages/Kids[3 0 R]/Count 1>>'],
    [
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${width} ${height}]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>`,
    ],
    [`<</Length ${content.length}>>stream\n`, content, '\nendstream'],
    [
      `<</Type/XObject/Subtype/Image/Width ${width}/Height ${height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter[${names}]/Length ${data.length}>>stream\n`,
      data,
      '\nendstream',
    ],
  ]
  const parts: Buffer[] = [Buffer.from('%PDF-1.5\n')]
  const offsets: number[] = []
  const length = () => parts.reduce((sum, part) => sum + part.length, 0)
  for (const [at, object] of objects.entries()) {
    offsets.push(length())
    parts.push(
      Buffer.from(`${at + 1} 0 obj`),
      ...object.map(part => Buffer.from(part as string)),
      Buffer.from('\nendobj\n'),
    )
  }
  const start = length()
  parts.push(
    Buffer.from(
      `xref\n0 6\n0000000000 65535 f \n${offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')}trailer<</Size 6/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`,
    ),
  )
  return Buffer.concat(parts)
}

/** The first half of what a filter has made. */
export const cut = (stream: PdfStream): PdfStream => ({
  ...stream,
  data: stream.data.subarray(0, stream.data.length >> 1),
})
