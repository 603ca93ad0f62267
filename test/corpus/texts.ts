// Texts of pages in every form that programs of recognition write, each of lines of words: what the right outcome is stands with them.

interface Placed {
  readonly text: string
  readonly box: readonly [x: number, y: number, width: number, height: number]
}
export type TextLine = readonly Placed[]

/** Words of a line, each a hundred wide; right to left the first stands at the right. */
export const lineOf = (at: number, text: string, isRightToLeft = false): TextLine =>
  text.split(' ').map((word, n) => ({
    text: word,
    box: [isRightToLeft ? 480 - n * 110 : 20 + n * 110, 60 + at * 60, 100, 30],
  }))

const place = ([x, y, width, height]: Placed['box']) =>
  `HPOS="${x}" VPOS="${y}" WIDTH="${width}" HEIGHT="${height}"`

/** @param size of the page, '' where the file does not tell it */
export const altoOf = (
  namespace: string,
  lines: readonly TextLine[],
  size = 'WIDTH="600" HEIGHT="900"',
): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<alto${namespace === '' ? '' : ` xmlns="${namespace}"`}><Description><MeasurementUnit>pixel</MeasurementUnit></Description><Layout><Page ID="p" ${size}><PrintSpace><TextBlock ID="b">${lines
    .map(
      words =>
        `<TextLine>${words.map(word => `<String CONTENT="${word.text}" ${place(word.box)}/>`).join('<SP/>')}</TextLine>`,
    )
    .join('')}</TextBlock></PrintSpace></Page></Layout></alto>`

const corners = ([x, y, width, height]: Placed['box']) =>
  `${x},${y} ${x + width},${y} ${x + width},${y + height} ${x},${y + height}`
const around = (words: TextLine): Placed['box'] => {
  const x = Math.min(...words.map(({ box }) => box[0]))
  const right = Math.max(...words.map(({ box }) => box[0] + box[2]))
  return [x, words[0]?.box[1] ?? 0, right - x, words[0]?.box[3] ?? 0]
}

/** Regions that stand in the file in another order than they are read. @param withWords else only the lines have places */
export const pageXmlOf = (regions: readonly (readonly TextLine[])[], withWords: boolean): string => {
  const texts = regions.map(
    (lines, r) =>
      `<TextRegion id="r${r}"><Coords points="0,0 600,900"/>${lines
        .map((words, l) => {
          const said = words.map(word => word.text).join(' ')
          const each = words
            .map(
              (word, w) =>
                `<Word id="r${r}l${l}w${w}"><Coords points="${corners(word.box)}"/><TextEquiv index="1"><Unicode>falsch</Unicode></TextEquiv><TextEquiv index="0" conf="0.5"><Unicode>${word.text}</Unicode></TextEquiv></Word>`,
            )
            .join('')
          return `<TextLine id="r${r}l${l}"><Coords points="${corners(around(words))}"/>${withWords ? each : ''}<TextEquiv><Unicode>${said}</Unicode></TextEquiv></TextLine>`
        })
        .join('')}</TextRegion>`,
  )
  const order = regions.map((_, r) => `<RegionRefIndexed index="${r}" regionRef="r${r}"/>`).toReversed()
  return `<?xml version="1.0" encoding="UTF-8"?>
<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"><Metadata><Creator>OCR-D</Creator></Metadata><Page imageFilename="p.tif" imageWidth="600" imageHeight="900"><ReadingOrder><OrderedGroup id="o">${order.join('')}</OrderedGroup></ReadingOrder>${texts.toReversed().join('')}</Page></PcGts>`
}

const bbox = ([x, y, width, height]: Placed['box']) => `bbox ${x} ${y} ${x + width} ${y + height}`

/** As Tesseract writes it, with a document type and elements that are not closed as XML wants it. */
export const hocrOf = (lines: readonly TextLine[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><meta name="ocr-system" content="tesseract 5.3.0"><title>x</title></head><body>
<div class="ocr_page" id="page_1" title='image "a/p.tif"; bbox 0 0 600 900; ppageno 0'><div class="ocr_carea" title="bbox 0 0 600 900"><p class="ocr_par" lang="deu">${lines
    .map(
      words =>
        `<span class="ocr_line" title="${bbox(around(words))}; baseline 0 -5">${words
          .map(
            word => `<span class="ocrx_word" title="${bbox(word.box)}; x_wconf 90">${word.text}<br></span>`,
          )
          .join(' ')}</span>`,
    )
    .join('\n')}</p></div></div></body></html>`

/** METS of a title with a scan and a text for each page. */
export const metsWithTexts = (ident: string, title: string, texts: readonly string[]): string => {
  const files = (use: string, name: (n: number) => string) =>
    `<mets:fileGrp USE="${use}">${texts.map((_, n) => `<mets:file ID="${use}${n}"><mets:FLocat LOCTYPE="URL" xlink:href="${name(n)}"/></mets:file>`).join('')}</mets:fileGrp>`
  return `<?xml version="1.0" encoding="UTF-8"?>
<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink"><mets:dmdSec ID="D1"><mets:mdWrap MDTYPE="MODS"><mets:xmlData><mods:mods><mods:titleInfo><mods:title>${title}</mods:title></mods:titleInfo><mods:recordInfo><mods:recordIdentifier source="test">${ident}</mods:recordIdentifier></mods:recordInfo></mods:mods></mets:xmlData></mets:mdWrap></mets:dmdSec><mets:fileSec>${files('MAX', n => `p${n}.tif`)}${files('FULLTEXT', n => texts[n] as string)}</mets:fileSec><mets:structMap TYPE="PHYSICAL"><mets:div TYPE="physSequence" ID="PHYS_0000">${texts.map((_, n) => `<mets:div ID="P${n}" TYPE="page" ORDER="${n + 1}"><mets:fptr FILEID="MAX${n}"/><mets:fptr FILEID="FULLTEXT${n}"/></mets:div>`).join('')}</mets:div></mets:structMap><mets:structMap TYPE="LOGICAL"><mets:div ID="L1" TYPE="monograph" DMDID="D1"/></mets:structMap><mets:structLink>${texts.map((_, n) => `<mets:smLink xlink:from="L1" xlink:to="P${n}"/>`).join('')}</mets:structLink></mets:mets>`
}
