// What METS of all systems is made of, as text.

export interface Delivery {
  /** The system that writes so */
  readonly name: string
  /** The METS files, in the order in which they are delivered */
  readonly documents: Readonly<Record<string, string>>
  /** Texts beside them, by their paths */
  readonly texts?: Readonly<Record<string, string>>
  /** Images that are delivered, by their paths */
  readonly images: readonly string[]
  /** What the tree is then: type and caption of titles and structure, labels of pages, each below what holds it */
  readonly outline: readonly string[]
  /** Where it is opened, if not at the left */
  readonly direction?: 'right-to-left'
  /** Codes of the messages that the report has to have, of warnings and what was not taken */
  readonly messages?: readonly string[]
}

export const mods = (fields: {
  title: string
  record?: string
  source?: string
  date?: string
  more?: string
}): string =>
  `<mods:mods xmlns:mods="http://www.loc.gov/mods/v3"><mods:titleInfo><mods:title>${fields.title}</mods:title></mods:titleInfo>${fields.date === undefined ? '' : `<mods:originInfo eventType="publication"><mods:dateIssued encoding="iso8601" keyDate="yes">${fields.date}</mods:dateIssued></mods:originInfo>`}${fields.more ?? ''}${fields.record === undefined ? '' : `<mods:recordInfo><mods:recordIdentifier source="${fields.source ?? 'example'}">${fields.record}</mods:recordIdentifier></mods:recordInfo>`}</mods:mods>`

export const wrapped = (id: string, record: string, type = 'MODS'): string =>
  `<mets:dmdSec ID="${id}"><mets:mdWrap MDTYPE="${type}" MIMETYPE="text/xml"><mets:xmlData>${record}</mets:xmlData></mets:mdWrap></mets:dmdSec>`

export const mets = (content: string, attributes = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink"${attributes}>\n${content}\n</mets:mets>\n`

export const group = (use: string, files: readonly string[]): string =>
  `<mets:fileGrp USE="${use}">${files.join('')}</mets:fileGrp>`

export const file = (id: string, href: string, media: string, more = ''): string =>
  `<mets:file ID="${id}" MIMETYPE="${media}"${more}><mets:FLocat LOCTYPE="URL" xlink:href="${href}"/></mets:file>`

export const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1)
export const four = (n: number): string => String(n).padStart(4, '0')

export const pointers = (...ids: readonly string[]): string =>
  ids.map(id => `<mets:fptr FILEID="${id}"/>`).join('')

export const links = (pairs: readonly (readonly [string, string])[]): string =>
  `<mets:structLink>${pairs.map(([from, to]) => `<mets:smLink xlink:from="${from}" xlink:to="${to}"/>`).join('')}</mets:structLink>`

/** One line of two blocks, as ALTO of a small page. */
export const alto = (
  blocks: Readonly<Record<string, readonly [number, number, number, number]>>,
  head = '',
): string =>
  `${head}<alto xmlns="http://www.loc.gov/standards/alto/ns-v2#"><Description><MeasurementUnit>pixel</MeasurementUnit></Description><Layout><Page ID="P" PHYSICAL_IMG_NR="1" WIDTH="60" HEIGHT="80"><PrintSpace>${Object.entries(
    blocks,
  )
    .map(
      ([id, [x, y, width, height]]) =>
        `<TextBlock ID="${id}" HPOS="${x}" VPOS="${y}" WIDTH="${width}" HEIGHT="${height}"><TextLine HPOS="${x}" VPOS="${y}" WIDTH="${width}" HEIGHT="9"><String CONTENT="${id}" HPOS="${x}" VPOS="${y}" WIDTH="9" HEIGHT="9"/></TextLine></TextBlock>`,
    )
    .join('')}</PrintSpace></Page></Layout></alto>`
