// The sample collection as METS with images and ALTO: a monograph, a two-volume work, an issue of a newspaper.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { escapeXml } from '../formats/xml/read.ts'
import { metsOf, pageName, type SamplePage, type SampleSection, type Work } from './mets.ts'
import { paragraphs } from './text.ts'
import { altoOf, type Block, type Sheet, type SetPage, typeset } from './typeset.ts'

const book: Sheet = { width: 1000, height: 1500, margin: 110, columns: 1 }
const broadsheet: Sheet = { width: 1400, height: 2000, margin: 70, columns: 3 }
const modsOf = (content: string): string => `<mods:mods version="3.7">${content}</mods:mods>`
const titleInfo = (title: string, subTitle?: string) =>
  `<mods:titleInfo><mods:title>${escapeXml(title)}</mods:title>${subTitle ? `<mods:subTitle>${escapeXml(subTitle)}</mods:subTitle>` : ''}</mods:titleInfo>`
const recordInfo = (id: string) =>
  `<mods:recordInfo><mods:recordIdentifier source="firefolio-sample">${id}</mods:recordIdentifier></mods:recordInfo>`
const language =
  '<mods:language><mods:languageTerm type="code" authority="iso639-2b">ger</mods:languageTerm></mods:language>'
const origin = (date: string, publisher: string) =>
  `<mods:originInfo eventType="publication"><mods:place><mods:placeTerm type="text">Musterstadt</mods:placeTerm></mods:place><mods:publisher>${escapeXml(publisher)}</mods:publisher><mods:dateIssued encoding="iso8601" keyDate="yes">${date}</mods:dateIssued></mods:originInfo>`
const person = (name: string) =>
  `<mods:name type="personal"><mods:namePart>${escapeXml(name)}</mods:namePart><mods:displayForm>${escapeXml(name)}</mods:displayForm><mods:role><mods:roleTerm type="code" authority="marcrelator">aut</mods:roleTerm></mods:role></mods:name>`
const licence =
  '<mods:accessCondition type="use and reproduction" xlink:href="https://creativecommons.org/publicdomain/zero/1.0/">CC0 1.0</mods:accessCondition>'

const fill = (seed: number): Block[] =>
  paragraphs(seed, 9).map((text, at) => ({ text, indent: at === 0 ? 0 : 36, above: 4 }))
const roman = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii']

function coverPage(lines: readonly string[], tint: string): SetPage {
  return typeset(
    book,
    {
      body: lines.map((text, at) => ({
        text,
        align: 'center',
        size: at === 0 ? 60 : 34,
        style: at === 0 ? 'bold' : 'plain',
        above: at === 0 ? 380 : 40,
      })),
    },
    tint,
  )
}

function titlePage(title: string, subTitle: string, author: string, imprint: string): SetPage {
  return typeset(book, {
    body: [
      { text: author, align: 'center', size: 34, above: 120 },
      { text: title, align: 'center', size: 64, style: 'bold', above: 90 },
      { text: subTitle, align: 'center', size: 32, style: 'italic', above: 30 },
      { text: imprint, align: 'center', size: 28, above: 480 },
    ],
  })
}

/** A chapter of a book: its heading on the first page. */
function chapter(caption: string, seed: number, pages: number, firstNumber: number): SamplePage[] {
  return Array.from({ length: pages }, (_, at) => ({
    label: `Seite ${firstNumber + at}`,
    page: typeset(book, {
      head:
        at === 0
          ? ([
              { text: caption, align: 'center', size: 44, style: 'bold', above: 60 },
              { text: '⁂', align: 'center', size: 20, above: 10 },
            ].slice(0, 1) as Block[])
          : [],
      body: fill(seed + at).map((block, n) => (at === 0 && n === 0 ? { ...block, above: 50 } : block)),
      foot: String(firstNumber + at),
    }),
  }))
}

const blank = (): SetPage => typeset(book, { body: [] })

function contents(entries: readonly (readonly [string, number])[]): SetPage {
  return typeset(book, {
    head: [{ text: 'Inhalt', align: 'center', size: 44, style: 'bold', above: 60 }],
    body: entries.map(([caption, page]) => ({ text: `${caption} . . . . . ${page}`, size: 30, above: 26 })),
    foot: roman[4],
  })
}

function monograph(): Work {
  const chapters = ['Vom Papier', 'Vom Licht', 'Vom Zählen', 'Vom Finden', 'Vom Bewahren']
  const pages: SamplePage[] = [
    { label: '[Vorderdeckel]', page: coverPage(['Vom digitalen Buche'], '#b98f5f') },
    { label: '[Leerseite]', page: blank() },
    {
      label: `Seite ${roman[2]}`,
      page: titlePage(
        'Vom digitalen Buche',
        'Eine kleine Lehre vom Sehen, Zählen und Bewahren der Bücher',
        'Clara Mustermann',
        'Musterstadt, im Verlag der Probedrucke, 1897',
      ),
    },
    { label: '[Leerseite]', page: blank() },
    { label: `Seite ${roman[4]}`, page: contents(chapters.map((caption, at) => [caption, 1 + at * 3])) },
    {
      label: `Seite ${roman[5]}`,
      page: typeset(book, {
        head: [{ text: 'Vorwort', align: 'center', size: 44, style: 'bold', above: 60 }],
        body: fill(7),
        foot: roman[5],
      }),
    },
  ]
  const sections: SampleSection[] = [
    { type: 'cover_front', caption: 'Vorderdeckel', first: 0, count: 2 },
    { type: 'title_page', caption: 'Titelblatt', first: 2, count: 2 },
    { type: 'contents', caption: 'Inhalt', first: 4, count: 1 },
    { type: 'preface', caption: 'Vorwort', first: 5, count: 1 },
  ]
  chapters.forEach((caption, at) => {
    sections.push({ type: 'chapter', caption, first: pages.length, count: 3 })
    pages.push(...chapter(caption, 100 + at * 10, 3, 1 + at * 3))
  })
  sections.push({ type: 'index', caption: 'Register', first: pages.length, count: 2 })
  pages.push(...chapter('Register', 300, 2, 16))
  sections.push({ type: 'cover_back', caption: 'Rückdeckel', first: pages.length, count: 1 })
  pages.push({ label: '[Rückdeckel]', page: coverPage([''], '#b98f5f') })
  const mods = modsOf(
    titleInfo('Vom digitalen Buche', 'Eine kleine Lehre vom Sehen, Zählen und Bewahren der Bücher') +
      person('Mustermann, Clara') +
      '<mods:genre>book</mods:genre>' +
      origin('1897', 'Verlag der Probedrucke') +
      language +
      '<mods:physicalDescription><mods:extent>VI, 17 S.</mods:extent></mods:physicalDescription>' +
      '<mods:identifier type="urn">urn:nbn:de:example-sample-1</mods:identifier>' +
      licence +
      recordInfo('sample-1'),
  )
  return {
    name: 'monograph',
    pages,
    title: { id: 'm1', type: 'monograph', label: 'Vom digitalen Buche', mods, sections },
  }
}

function volume(number: number): Work {
  const pages: SamplePage[] = [
    {
      label: '[Seite 1]',
      page: titlePage(
        'Gesammelte Blätter',
        `Band ${number}`,
        'Johann Beispiel',
        `Musterstadt, ${1840 + number}`,
      ),
    },
  ]
  const chapters = number === 1 ? ['Erstes Buch', 'Zweites Buch'] : ['Drittes Buch']
  const sections: SampleSection[] = [{ type: 'title_page', caption: 'Titelblatt', first: 0, count: 1 }]
  chapters.forEach((caption, at) => {
    sections.push({ type: 'chapter', caption, first: pages.length, count: 2 })
    pages.push(...chapter(caption, 500 + number * 50 + at * 10, 2, 3 + at * 2))
  })
  const work = modsOf(
    titleInfo('Gesammelte Blätter') +
      person('Beispiel, Johann') +
      '<mods:genre>multivolume work</mods:genre>' +
      origin('1841', 'Buchhandlung am Markt') +
      language +
      licence +
      recordInfo('sample-2'),
  )
  const mods = modsOf(
    titleInfo(`Gesammelte Blätter. Band ${number}`) +
      origin(String(1840 + number), 'Buchhandlung am Markt') +
      language +
      `<mods:relatedItem type="host">${titleInfo('Gesammelte Blätter')}${recordInfo('sample-2')}</mods:relatedItem>` +
      `<mods:part order="${number}"><mods:detail type="volume"><mods:number>${number}</mods:number></mods:detail></mods:part>` +
      licence +
      recordInfo(`sample-2-${number}`),
  )
  return {
    name: `volume-${number}`,
    pages,
    title: {
      id: 'w',
      type: 'multivolume_work',
      label: 'Gesammelte Blätter',
      mods: work,
      sections: [],
      child: { id: `v${number}`, type: 'volume', label: `Band ${number}`, mods, sections },
    },
  }
}

function newspaper(): Work {
  const pages = [1, 2, 3, 4].map((number): SamplePage => ({
    label: `Seite ${number}`,
    page: typeset(
      broadsheet,
      {
        head:
          number === 1
            ? [
                { text: 'Musterstädter Anzeiger', align: 'center', size: 88, style: 'bold' },
                {
                  text: 'Nr. 57. Sonnabend, den 8. März 1902. Preis 5 Pf.',
                  align: 'center',
                  size: 26,
                  above: 8,
                },
                { text: ' ', size: 10 },
              ]
            : [{ text: `Musterstädter Anzeiger ${number}`, align: 'center', size: 22 }],
        body: paragraphs(900 + number, 30).flatMap((text, at): Block[] =>
          at % 4 === 0
            ? [
                {
                  text: ['Aus der Stadt', 'Vermischtes', 'Vom Büchermarkt', 'Anzeigen'][
                    (at / 4) % 4
                  ] as string,
                  style: 'bold',
                  size: 26,
                  above: 14,
                  align: 'center',
                },
                { text, size: 20 },
              ]
            : [{ text, size: 20, indent: 20 }],
        ),
      },
      '#efe7d2',
    ),
  }))
  const paper = modsOf(
    titleInfo('Musterstädter Anzeiger') +
      '<mods:genre>newspaper</mods:genre>' +
      origin('1898', 'Druckerei am Tor') +
      language +
      '<mods:identifier type="zdb">9999999-9</mods:identifier>' +
      licence +
      recordInfo('sample-3'),
  )
  const issue = modsOf(
    '<mods:genre>issue</mods:genre>' +
      origin('1902-03-08', 'Druckerei am Tor') +
      language +
      `<mods:relatedItem type="host">${titleInfo('Musterstädter Anzeiger')}${recordInfo('sample-3')}</mods:relatedItem>` +
      '<mods:part order="19020308"><mods:detail type="issue"><mods:number>57</mods:number></mods:detail><mods:date encoding="iso8601">1902-03-08</mods:date></mods:part>' +
      licence +
      recordInfo('sample-3-19020308'),
  )
  return {
    name: 'newspaper',
    pages,
    title: {
      id: 'n',
      type: 'newspaper',
      label: 'Musterstädter Anzeiger',
      mods: paper,
      sections: [],
      child: { id: 'i', type: 'issue', label: 'Nr. 57 (8.3.1902)', mods: issue, sections: [] },
    },
  }
}

/** Writes the collection: a folder a work, each with mets.xml, MAX and FULLTEXT. */
export async function writeWorks(folder: string): Promise<string[]> {
  const works = [monograph(), volume(1), volume(2), newspaper()]
  for (const work of works) {
    const home = join(folder, work.name)
    for (const name of ['MAX', 'FULLTEXT']) mkdirSync(join(home, name), { recursive: true })
    // the images of a work are drawn side by side, on as many threads as libuv has
    const draw = async ({ page }: SamplePage, at: number): Promise<void> => {
      await sharp(Buffer.from(page.svg))
        .removeAlpha()
        .withMetadata({ density: 150 })
        .jpeg({ quality: 82 })
        .toFile(join(home, 'MAX', `${pageName(at)}.jpg`))
      writeFileSync(join(home, 'FULLTEXT', `${pageName(at)}.xml`), altoOf(page, `${pageName(at)}.jpg`))
    }
    await Promise.all(work.pages.map(draw))
    writeFileSync(join(home, 'mets.xml'), metsOf(work))
  }
  return works.map(work => join(folder, work.name, 'mets.xml'))
}
