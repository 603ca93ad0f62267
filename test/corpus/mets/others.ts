// METS as Rosetta, docWorks and Princeton write it.
import { alto, type Delivery, file, four, links, mets, mods, numbers, pointers, wrapped } from './parts.ts'

/** Rosetta: the record is Dublin Core, representations are groups, their maps hold files below a table of contents. */
const rosetta = (): Delivery => {
  const pages = numbers(2)
  const record = `<dc:record xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Eine Akte aus Rosetta</dc:title><dc:creator>Muster, Clara</dc:creator><dc:date>1899</dc:date><dc:identifier>IE4711</dc:identifier></dc:record>`
  const document = mets(
    `${wrapped('ie-dmd', record, 'DC')}
<mets:amdSec ID="ie-amd"><mets:techMD ID="ie-amd-tech"><mets:mdWrap MDTYPE="OTHER" OTHERMDTYPE="dnx"><mets:xmlData><dnx xmlns="http://www.exlibrisgroup.com/dps/dnx"><section id="generalIECharacteristics"><record><key id="IEEntityType">Book</key></record></section></dnx></mets:xmlData></mets:mdWrap></mets:techMD></mets:amdSec>
<mets:fileSec><mets:fileGrp ID="rep1" ADMID="rep1-amd">${pages.map(n => file(`fid${n}-1`, `streams/${four(n)}.tif`, 'image/tiff', ` ADMID="fid${n}-1-amd"`)).join('')}</mets:fileGrp></mets:fileSec>
<mets:structMap ID="rep1-1" TYPE="PHYSICAL"><mets:div LABEL="PRESERVATION_MASTER;VIEW"><mets:div LABEL="Table of Contents">${pages.map(n => `<mets:div LABEL="${four(n)}" TYPE="FILE">${pointers(`fid${n}-1`)}</mets:div>`).join('')}</mets:div></mets:div></mets:structMap>`,
  )
  return {
    name: 'rosetta',
    documents: { 'ie1.xml': document },
    images: pages.map(n => `streams/${four(n)}.tif`),
    outline: ['monograph Eine Akte aus Rosetta', '  page 0001', '  page 0002'],
  }
}

/** docWorks: unprefixed, groups known by ID, articles by areas of ALTO, a plain document type before the texts. */
const docworks = (): Delivery => {
  const pages = numbers(2)
  const area = (n: number, block: string) =>
    `<fptr><area FILEID="ALTO${four(n)}" BEGIN="${block}" BETYPE="IDREF"/></fptr>`
  const document = `<?xml version="1.0" encoding="UTF-8"?>
<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink" TYPE="Newspaper" LABEL="Der Bote"><metsHdr CREATEDATE="2019-01-01T00:00:00"><agent ROLE="CREATOR" TYPE="OTHER" OTHERTYPE="SOFTWARE"><name>CCS docWORKS/METAe Version 6.7</name></agent></metsHdr>
<dmdSec ID="MODSMD_ISSUE1"><mdWrap MDTYPE="MODS" MIMETYPE="text/xml"><xmlData>${mods({ title: 'Der Bote, Nr. 1', record: 'bote-1', date: '1901-02-03' })}</xmlData></mdWrap></dmdSec>
<dmdSec ID="MODSMD_ARTICLE1"><mdWrap MDTYPE="MODS" MIMETYPE="text/xml"><xmlData>${mods({ title: 'Vom Tage' })}</xmlData></mdWrap></dmdSec>
<fileSec><fileGrp ID="IMGGRP" USE="Images">${pages.map(n => `<file ID="IMG${four(n)}" MIMETYPE="image/tiff"><FLocat LOCTYPE="URL" xlink:href="file://./Images/${four(n)}.tif"/></file>`).join('')}</fileGrp><fileGrp ID="ALTOGRP" USE="Text">${pages.map(n => `<file ID="ALTO${four(n)}" MIMETYPE="text/xml"><FLocat LOCTYPE="URL" xlink:href="file://./ALTO/ALTO${four(n)}.xml"/></file>`).join('')}</fileGrp></fileSec>
<structMap LABEL="Physical Structure" TYPE="PHYSICAL"><div ID="DIVP1" TYPE="Newspaper">${pages.map(n => `<div ID="DIVP${n + 1}" ORDER="${n}" ORDERLABEL="${n}" TYPE="PAGE"><fptr><par><area FILEID="IMG${four(n)}"/><area FILEID="ALTO${four(n)}"/></par></fptr></div>`).join('')}</div></structMap>
<structMap LABEL="Logical Structure" TYPE="LOGICAL"><div ID="DIVL1" TYPE="issue" DMDID="MODSMD_ISSUE1" LABEL="Der Bote, Nr. 1"><div ID="DIVL2" TYPE="article" DMDID="MODSMD_ARTICLE1" LABEL="Vom Tage">${area(1, 'B1')}${area(2, 'B1')}</div><div ID="DIVL3" TYPE="article" LABEL="Wetter">${area(2, 'B2')}</div></div></structMap></mets>
`
  const text = alto({ B1: [1, 2, 40, 30], B2: [1, 40, 50, 20] }, '<?xml version="1.0"?><!DOCTYPE alto>')
  return {
    name: 'docworks',
    documents: { 'bote.xml': document },
    images: pages.map(n => `Images/${four(n)}.tif`),
    texts: Object.fromEntries(pages.map(n => [`ALTO/ALTO${four(n)}.xml`, text])),
    outline: [
      'issue Der Bote, Nr. 1',
      '  article Vom Tage 1:1,2,40,30 2:1,2,40,30',
      '    page 1',
      '    page 2',
      '  article Wetter 2:1,40,50,20',
      '    page → 2',
    ],
  }
}

/** Princeton: kinds of maps in mixed case, a manuscript bound from right to left, folios as labels, SHA-1 sums. */
const princeton = (): Delivery => {
  const folios = ['[1r]', '[1v]']
  const document = mets(
    `${wrapped('dmd1', mods({ title: 'Ein Kodex', record: '9946093213506421' }))}
<mets:fileSec><mets:fileGrp USE="masters">${folios.map((_, at) => `<mets:file ID="m${at}" MIMETYPE="image/tiff"><mets:FLocat LOCTYPE="URL" xlink:href="file:///mnt/diglibdata/pudl0001/4612596/${four(at + 1)}.tif"/></mets:file>`).join('')}</mets:fileGrp></mets:fileSec>
<mets:structMap TYPE="RelatedObjects"><mets:div TYPE="OrderedList"><mets:div LABEL="Ein anderes"/></mets:div></mets:structMap>
<mets:structMap TYPE="Physical"><mets:div TYPE="RTLBoundManuscript" LABEL="Kodex">${folios.map((label, at) => `<mets:div ID="f${at}" TYPE="page" LABEL="${label}" ORDER="${at + 1}">${pointers(`m${at}`)}</mets:div>`).join('')}</mets:div></mets:structMap>
<mets:structMap TYPE="Logical"><mets:div ID="aggregates" TYPE="manuscript" DMDID="dmd1" LABEL="Ein Kodex"/></mets:structMap>
${links([
  ['aggregates', 'f0'],
  ['aggregates', 'f1'],
])}`,
  )
  return {
    name: 'princeton',
    documents: { 'kodex.mets': document },
    images: folios.map((_, at) => `${four(at + 1)}.tif`),
    outline: ['manuscript Ein Kodex', '  page [1r]', '  page [1v]'],
    direction: 'right-to-left',
  }
}

export const others: readonly Delivery[] = [rosetta(), docworks(), princeton()]
