// The METS of a sample work: records, file groups, both maps and the links between them.
import { escapeXml } from '../formats/xml/read.ts'
import type { SetPage } from './typeset.ts'

export interface SamplePage {
  readonly label: string
  readonly page: SetPage
}
export interface SampleSection {
  readonly type: string
  readonly caption: string
  /** Index of its first page, and how many */
  readonly first: number
  readonly count: number
}
export interface SampleTitle {
  readonly id: string
  readonly type: string
  readonly label: string
  readonly mods: string
  readonly child?: SampleTitle
  readonly sections: readonly SampleSection[]
}

export interface Work {
  readonly name: string
  readonly title: SampleTitle
  readonly pages: readonly SamplePage[]
}

const namespaces =
  'xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink"'

export const pageName = (at: number): string => String(at + 1).padStart(4, '0')

export function metsOf(work: Work): string {
  const chain: SampleTitle[] = []
  for (let title: SampleTitle | undefined = work.title; title; title = title.child) chain.push(title)
  const lowest = chain.at(-1) as SampleTitle
  const sections = chain.map(
    title =>
      `<mets:dmdSec ID="dmd-${title.id}"><mets:mdWrap MDTYPE="MODS" MIMETYPE="text/xml"><mets:xmlData>${title.mods}</mets:xmlData></mets:mdWrap></mets:dmdSec>`,
  )
  const files = (use: string, prefix: string, media: string, extension: string) =>
    `<mets:fileGrp USE="${use}">${work.pages.map((_, at) => `<mets:file ID="${prefix}${pageName(at)}" MIMETYPE="${media}"><mets:FLocat LOCTYPE="URL" xlink:href="${use}/${pageName(at)}.${extension}"/></mets:file>`).join('')}</mets:fileGrp>`
  const physical = work.pages.map(
    (page, at) =>
      `<mets:div ID="phys-${pageName(at)}" TYPE="page" ORDER="${at + 1}" LABEL="${escapeXml(page.label)}"><mets:fptr FILEID="img${pageName(at)}"/><mets:fptr FILEID="txt${pageName(at)}"/></mets:div>`,
  )
  const logical = chain.reduceRight((inner, title) => {
    const own = title.sections
      .map(
        (section, at) =>
          `<mets:div ID="log-${title.id}-${at}" TYPE="${section.type}" LABEL="${escapeXml(section.caption)}"/>`,
      )
      .join('')
    return `<mets:div ID="log-${title.id}" TYPE="${title.type}" DMDID="dmd-${title.id}" LABEL="${escapeXml(title.label)}">${own}${inner}</mets:div>`
  }, '')
  const link = (from: string, to: string) => `<mets:smLink xlink:from="${from}" xlink:to="${to}"/>`
  const links = [
    link(`log-${lowest.id}`, 'physroot'),
    ...work.pages.map((_, at) => link(`log-${lowest.id}`, `phys-${pageName(at)}`)),
    ...lowest.sections.flatMap((section, n) =>
      Array.from({ length: section.count }, (_, at) =>
        link(`log-${lowest.id}-${n}`, `phys-${pageName(section.first + at)}`),
      ),
    ),
  ]
  return `<?xml version="1.0" encoding="UTF-8"?>
<mets:mets ${namespaces} LABEL="Firefolio sample">
${sections.join('\n')}
<mets:fileSec>
${files('MAX', 'img', 'image/jpeg', 'jpg')}
${files('FULLTEXT', 'txt', 'application/alto+xml', 'xml')}
</mets:fileSec>
<mets:structMap TYPE="PHYSICAL"><mets:div ID="physroot" TYPE="physSequence">${physical.join('')}</mets:div></mets:structMap>
<mets:structMap TYPE="LOGICAL">${logical}</mets:structMap>
<mets:structLink>${links.join('')}</mets:structLink>
</mets:mets>
`
}
