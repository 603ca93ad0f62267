// Writes ALTO 4: the text of a page that came in another form, for those who read ALTO. @see https://www.loc.gov/standards/alto/v4/
import { type Box, boxAround, type PageText, type Word } from '../ocr/page-text.ts'
import { escapeXml } from '../xml/read.ts'

const places = ({ x, y, width, height }: Box): string =>
  `HPOS="${x}" VPOS="${y}" WIDTH="${width}" HEIGHT="${height}"`

/** The smallest box around others. */
export const around = (boxes: readonly Box[]): Box =>
  boxAround(
    boxes.flatMap(box => [
      [box.x, box.y],
      [box.x + box.width, box.y + box.height],
    ]),
  ) ?? { x: 0, y: 0, width: 0, height: 0 }

function stringOf(word: Word, id: string): string {
  const half =
    word.half && word.joined
      ? ` SUBS_TYPE="HypPart${word.half}" SUBS_CONTENT="${escapeXml(word.joined)}"`
      : ''
  const confidence = word.confidence === undefined ? '' : ` WC="${Math.round(word.confidence * 100) / 100}"`
  return `<String ID="${id}" CONTENT="${escapeXml(word.text)}" ${places(word)}${half}${confidence}/>`
}

export type WrittenText = Pick<PageText, 'width' | 'height' | 'blocks' | 'language' | 'fileName' | 'engine'>

/** A document of ALTO 4 in pixels of the image that was read. */
export function writeAlto(text: WrittenText): string {
  const { width = 0, height = 0, language, fileName, engine } = text
  const out = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#" SCHEMAVERSION="4.2">',
    `  <Description><MeasurementUnit>pixel</MeasurementUnit>${fileName === undefined ? '' : `<sourceImageInformation><fileName>${escapeXml(fileName)}</fileName></sourceImageInformation>`}${engine === undefined ? '' : `<Processing ID="made"><processingSoftware><softwareName>${escapeXml(engine)}</softwareName></processingSoftware></Processing>`}</Description>`,
    '  <Layout>',
    `    <Page ID="page" PHYSICAL_IMG_NR="1" WIDTH="${width}" HEIGHT="${height}">`,
    `      <PrintSpace HPOS="0" VPOS="0" WIDTH="${width}" HEIGHT="${height}">`,
  ]
  text.blocks.forEach((lines, b) => {
    const spoken = language === undefined ? '' : ` LANG="${escapeXml(language)}"`
    out.push(`        <TextBlock ID="b${b}" ${places(around(lines.flatMap(line => line.words)))}${spoken}>`)
    lines.forEach((line, l) => {
      const strings = line.words.map((word, w) => stringOf(word, `b${b}l${l}w${w}`))
      out.push(
        `          <TextLine ID="b${b}l${l}" ${places(around(line.words))}>${strings.join('<SP/>')}</TextLine>`,
      )
    })
    out.push('        </TextBlock>')
  })
  out.push('      </PrintSpace>', '    </Page>', '  </Layout>', '</alto>')
  return `${out.join('\n')}\n`
}
