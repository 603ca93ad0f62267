// METS as it comes from German production systems: Kitodo, Goobi, the Visual Library Server, OCR-D.
import { type Delivery, file, four, group, links, mets, mods, numbers, pointers, wrapped } from './parts.ts'

const rights = `<mets:amdSec ID="AMD"><mets:rightsMD ID="RIGHTS"><mets:mdWrap MDTYPE="OTHER" OTHERMDTYPE="DVRIGHTS" MIMETYPE="text/xml"><mets:xmlData><dv:rights xmlns:dv="http://dfg-viewer.de/"><dv:owner>Bibliothek Musterstadt</dv:owner></dv:rights></mets:xmlData></mets:mdWrap></mets:rightsMD></mets:amdSec>`

/** Kitodo.Production: a volume below its work, which is known by mptr; unnumbered pages have ‘ - ’; derivatives by address. */
const kitodo = (): Delivery => {
  const pages = numbers(4)
  const at = (use: string, n: number) =>
    `https://digital.example/data/VOL1/${use}/${four(n).padStart(8, '0')}.jpg`
  const labels = [' - ', '1', '2', '3']
  const document = mets(
    `${wrapped('DMDLOG_0001', mods({ title: 'Erster Band', record: 'VOL1', source: 'http://kxp.k10plus.de', more: '<mods:relatedItem type="host"><mods:recordInfo><mods:recordIdentifier source="http://kxp.k10plus.de">WORK1</mods:recordIdentifier></mods:recordInfo></mods:relatedItem>' }))}
${rights}
<mets:fileSec>${group(
      'MAX',
      pages.map(n => file(`FILE_${four(n)}_MAX`, `MAX/${four(n).padStart(8, '0')}.tif`, 'image/tiff')),
    )}${group(
      'DEFAULT',
      pages.map(n => file(`FILE_${four(n)}_DEFAULT`, at('DEFAULT', n), 'image/jpeg')),
    )}${group(
      'THUMBS',
      pages.map(n => file(`FILE_${four(n)}_THUMBS`, at('THUMBS', n), 'image/jpeg')),
    )}</mets:fileSec>
<mets:structMap TYPE="PHYSICAL"><mets:div ID="PHYS_0000" DMDID="DMDPHYS_0000" TYPE="physSequence">${pages.map(n => `<mets:div ID="PHYS_${four(n)}" ORDER="${n}" ORDERLABEL="${labels[n - 1]}" TYPE="page" CONTENTIDS="">${pointers(`FILE_${four(n)}_MAX`, `FILE_${four(n)}_DEFAULT`, `FILE_${four(n)}_THUMBS`)}</mets:div>`).join('')}</mets:div></mets:structMap>
<mets:structMap TYPE="LOGICAL"><mets:div ID="LOG_0000" TYPE="multivolume_work" LABEL="Das Werk"><mets:mptr LOCTYPE="URL" xlink:href="https://digital.example/data/WORK1/WORK1.xml"/><mets:div ID="LOG_0001" TYPE="volume" LABEL="Erster Band" ORDER="10" ADMID="AMD" DMDID="DMDLOG_0001"><mets:div ID="LOG_0002" TYPE="cover_front"/><mets:div ID="LOG_0003" TYPE="chapter" LABEL="Erstes Kapitel"/></mets:div></mets:div></mets:structMap>
${links([['LOG_0001', 'PHYS_0000'], ...pages.map(n => ['LOG_0001', `PHYS_${four(n)}`] as const), ['LOG_0002', 'PHYS_0001'], ['LOG_0003', 'PHYS_0002'], ['LOG_0003', 'PHYS_0003'], ['LOG_0003', 'PHYS_0004']])}`,
  )
  return {
    name: 'kitodo',
    documents: { 'VOL1.xml': document },
    images: pages.map(n => `MAX/${four(n).padStart(8, '0')}.tif`),
    outline: [
      'multivolume_work Das Werk',
      '  volume Erster Band',
      '    cover_front',
      '      page',
      '    chapter Erstes Kapitel',
      '      page 1',
      '      page 2',
      '      page 3',
    ],
  }
}

/** Goobi: a monograph with a dedication that has a record of its own, ‘uncounted’ pages, names of files with spaces. */
const goobi = (): Delivery => {
  const pages = numbers(3)
  const labels = ['uncounted', 'III', 'IV']
  const document = mets(
    `${wrapped('DMDLOG_0000', mods({ title: 'Ein Buch aus Goobi', record: 'PPN123', source: 'gbv-ppn', date: '1712' }))}${wrapped('DMDLOG_0001', mods({ title: 'An den Leser' }))}
${rights}
<mets:fileSec>${group(
      'LOCAL',
      pages.map(n => file(`FILE_${four(n)}`, `file:images/scan%20${four(n)}.tif`, 'image/tiff')),
    )}${group(
      'PRESENTATION',
      pages.map(n =>
        file(`FILE_${four(n)}_P`, `https://goobi.example/api/${n}/full/!400,400/0/default.jpg`, 'image/jpeg'),
      ),
    )}</mets:fileSec>
<mets:structMap TYPE="PHYSICAL"><mets:div ID="PHYS_0000" TYPE="BoundBook">${pages.map(n => `<mets:div ID="PHYS_${four(n)}" ORDER="${n}" ORDERLABEL="${labels[n - 1]}" TYPE="page">${pointers(`FILE_${four(n)}`, `FILE_${four(n)}_P`)}</mets:div>`).join('')}</mets:div></mets:structMap>
<mets:structMap TYPE="LOGICAL"><mets:div ID="LOG_0000" TYPE="Monograph" LABEL="Ein Buch aus Goobi" DMDID="DMDLOG_0000" ADMID="AMD"><mets:div ID="LOG_0001" TYPE="dedication" DMDID="DMDLOG_0001" LABEL="An den Leser"/></mets:div></mets:structMap>
${links([['LOG_0000', 'PHYS_0000'], ...pages.map(n => ['LOG_0000', `PHYS_${four(n)}`] as const), ['LOG_0001', 'PHYS_0002']])}`,
  )
  return {
    name: 'goobi',
    documents: { 'PPN123.xml': document },
    images: pages.map(n => `images/scan ${four(n)}.tif`),
    outline: [
      'monograph Ein Buch aus Goobi',
      '  page',
      '  dedication An den Leser',
      '    page III',
      '  page IV',
    ],
  }
}

/** The Visual Library Server: its numbers are in the ids, labels have brackets, PDF files have addresses. */
const vls = (): Delivery => {
  const pages = [501, 502, 503]
  const document = mets(
    `<mets:metsHdr CREATEDATE="2020-01-01T00:00:00Z"><mets:agent OTHERTYPE="SOFTWARE" ROLE="CREATOR" TYPE="OTHER"><mets:name>vls/2020</mets:name></mets:agent><mets:agent OTHERTYPE="INSTANCE" ROLE="CREATOR" TYPE="OTHER"><mets:name>muster</mets:name></mets:agent></mets:metsHdr>
${wrapped('md500', mods({ title: 'Ein Druck aus dem VLS', record: 'HT0001', source: 'hbz', more: '<mods:identifier type="urn">urn:nbn:de:example-500</mods:identifier>' }))}
<mets:fileSec>${group(
      'MAX',
      pages.map(id => file(`IMG_MAX_${id}`, `https://vls.example/download/webcache/0/${id}`, 'image/jpeg')),
    )}${group(
      'THUMBS',
      pages.map(id =>
        file(`IMG_THUMBS_${id}`, `https://vls.example/download/webcache/128/${id}`, 'image/jpeg'),
      ),
    )}${group('DOWNLOAD', [file('PDF_500', 'https://vls.example/download/pdf/500', 'application/pdf')])}</mets:fileSec>
<mets:structMap TYPE="PHYSICAL"><mets:div ID="phys500" TYPE="physSequence"><mets:fptr FILEID="PDF_500"/>${pages.map((id, at) => `<mets:div ID="phys${id}" ORDER="${at + 1}" TYPE="page" LABEL="[Seite ${at + 3}]" ORDERLABEL="${at + 3}" CONTENTIDS="urn:n.a.">${pointers(`IMG_MAX_${id}`, `IMG_THUMBS_${id}`)}</mets:div>`).join('')}</mets:div></mets:structMap>
<mets:structMap TYPE="LOGICAL"><mets:div ID="log500" TYPE="monograph" LABEL="Ein Druck aus dem VLS" DMDID="md500"><mets:div ID="log510" TYPE="printing_of_notes" LABEL="Noten"/></mets:div></mets:structMap>
${links([['log500', 'phys500'], ...pages.map(id => ['log500', `phys${id}`] as const), ['log510', 'phys502'], ['log510', 'phys503']])}`,
  )
  return {
    name: 'vls',
    documents: { '500.xml': document },
    images: pages.map(id => `MAX/${id}.jpg`),
    outline: [
      'monograph Ein Druck aus dem VLS',
      '  page [Seite 3]',
      '  printing_of_notes Noten',
      '    page [Seite 4]',
      '    page [Seite 5]',
    ],
    messages: ['file-not-taken'],
  }
}

/** OCR-D: no LOGICAL map, groups of its own names, results as PAGE-XML. */
const ocrd = (): Delivery => {
  const pages = numbers(2)
  const document = mets(
    `<mets:metsHdr CREATEDATE="2021-01-01T00:00:00"><mets:agent TYPE="OTHER" OTHERTYPE="SOFTWARE" ROLE="CREATOR"><mets:name>ocrd/core v2.60.0</mets:name></mets:agent></mets:metsHdr>
${wrapped('DMDLOG_0001', mods({ title: 'Ein Arbeitsbereich', record: 'PPN777' }))}
<mets:fileSec>${group(
      'OCR-D-IMG',
      pages.map(n => file(`OCR-D-IMG_${four(n)}`, `OCR-D-IMG/OCR-D-IMG_${four(n)}.tif`, 'image/tiff')),
    )}${group(
      'OCR-D-SEG-PAGE',
      pages.map(n =>
        file(
          `OCR-D-SEG-PAGE_${four(n)}`,
          `OCR-D-SEG-PAGE/OCR-D-SEG-PAGE_${four(n)}.xml`,
          'application/vnd.prima.page+xml',
        ),
      ),
    )}</mets:fileSec>
<mets:structMap TYPE="PHYSICAL"><mets:div TYPE="physSequence">${pages.map(n => `<mets:div TYPE="page" ID="PHYS_${four(n)}">${pointers(`OCR-D-IMG_${four(n)}`, `OCR-D-SEG-PAGE_${four(n)}`)}</mets:div>`).join('')}</mets:div></mets:structMap>`,
  )
  return {
    name: 'ocr-d',
    documents: { 'mets.xml': document },
    images: pages.map(n => `OCR-D-IMG/OCR-D-IMG_${four(n)}.tif`),
    texts: Object.fromEntries(
      pages.map(n => [
        `OCR-D-SEG-PAGE/OCR-D-SEG-PAGE_${four(n)}.xml`,
        `<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"><Page imageFilename="x.tif" imageWidth="60" imageHeight="80"><TextRegion id="r1"><Coords points="1,1 50,1 50,20 1,20"/><TextLine id="l1"><Coords points="1,1 50,1 50,20 1,20"/><TextEquiv><Unicode>Wort ${n}</Unicode></TextEquiv></TextLine></TextRegion></Page></PcGts>`,
      ]),
    ),
    outline: ['monograph Ein Arbeitsbereich', '  page', '  page'],
  }
}

export const german: readonly Delivery[] = [kitodo(), goobi(), vls(), ocrd()]
