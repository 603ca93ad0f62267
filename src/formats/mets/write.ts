// Writes METS in the profile of the DFG Viewer from a neutral model. What a title's METS holds is decided in dissemination/mets.
// @see https://www.loc.gov/standards/mets/, METS-Anwendungsprofil für digitalisierte Medien 2.3.1 (DFG)
import { escapeXml } from '../xml/read.ts'
import { metsNamespace, referenceTitle } from './read.ts'

const dvNamespace = 'http://dfg-viewer.de/'

export interface MetsFileOut {
  readonly id: string
  readonly media: string
  readonly href: string
  /** What people read */
  readonly title?: string | undefined
  /** File name */
  readonly name?: string | undefined
  readonly bytes?: number | undefined
  readonly sha256?: string | undefined
}
export interface MetsPageOut {
  readonly id: string
  readonly order: number
  readonly label: string | undefined
  readonly orderLabel: string | undefined
  readonly contentIds: string | undefined
  readonly fileIds: readonly string[]
}
export interface MetsDivOut {
  readonly id: string
  readonly type: string
  /** Our own type, where TYPE is only the nearest that the profile knows */
  readonly ownType?: string | undefined
  readonly label?: string | undefined
  readonly orderLabel?: string | undefined
  readonly order?: number | undefined
  readonly recordId?: string | undefined
  readonly administrationId?: string | undefined
  readonly contentIds?: string | undefined
  /** Address of the METS document that describes it */
  readonly pointer?: string | undefined
  readonly fileIds?: readonly string[]
  /** Parts of images, in their pixels */
  readonly areas?:
    | readonly {
        readonly fileId: string
        readonly box: {
          readonly x: number
          readonly y: number
          readonly width: number
          readonly height: number
        }
      }[]
    | undefined
  readonly children?: readonly MetsDivOut[]
}
/** dv:rights and dv:links of the DFG Viewer, in the order of its profile. */
export interface AdministrationOut {
  readonly id: string
  readonly owner: string
  readonly ownerContact: string
  readonly ownerLogo: string
  readonly ownerSiteUrl: string
  /** Address of the licence */
  readonly licence: string
  readonly references: readonly { readonly href: string; readonly label: string }[]
  readonly presentation: string
  readonly sru: string | undefined
  readonly iiif: string | undefined
}
export interface MetsOut {
  readonly objId: string
  readonly label: string
  /** Address of the document itself */
  readonly address: string
  readonly written: Date
  readonly agents: readonly { readonly kind: string; readonly name: string }[]
  /** Each a mods element that declares its namespaces */
  readonly records: readonly { readonly id: string; readonly mods: string }[]
  readonly administration: AdministrationOut
  readonly groups: readonly { readonly use: string; readonly files: readonly MetsFileOut[] }[]
  readonly physical:
    | {
        readonly id: string
        readonly contentIds: string | undefined
        readonly fileIds: readonly string[]
        readonly pages: readonly MetsPageOut[]
        /** Where it is opened, as far as the title says so itself */
        readonly direction: string | undefined
      }
    | undefined
  readonly logical: MetsDivOut
  /** isReference: the page stands elsewhere and is only shown here, too */
  readonly links: readonly { readonly from: string; readonly to: string; readonly isReference: boolean }[]
}

const attributes = (values: Readonly<Record<string, string | number | undefined>>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('')

const pointersTo = (ids: readonly string[] = []): string =>
  ids.map(id => `<mets:fptr FILEID="${escapeXml(id)}"/>`).join('')

function division(div: MetsDivOut): string {
  const content =
    (div.pointer === undefined ? '' : `<mets:mptr LOCTYPE="URL" xlink:href="${escapeXml(div.pointer)}"/>`) +
    pointersTo(div.fileIds) +
    (div.areas ?? [])
      .map(
        ({ fileId, box: { x, y, width, height } }) =>
          `<mets:fptr><mets:area${attributes({ FILEID: fileId, SHAPE: 'RECT', COORDS: [x, y, x + width, y + height].join(',') })}/></mets:fptr>`,
      )
      .join('') +
    (div.children ?? []).map(division).join('')
  const own = attributes({
    ID: div.id,
    TYPE: div.type,
    LABEL: div.label,
    ORDER: div.order,
    ORDERLABEL: div.orderLabel,
    DMDID: div.recordId,
    'xlink:label': div.ownType,
    ADMID: div.administrationId,
    CONTENTIDS: div.contentIds,
  })
  return content === '' ? `<mets:div${own}/>` : `<mets:div${own}>${content}</mets:div>`
}

const section = (tag: string, id: string, kind: string, content: string): string =>
  `<mets:${tag} ID="${id}"><mets:mdWrap MIMETYPE="text/xml" MDTYPE="OTHER" OTHERMDTYPE="${kind}"><mets:xmlData>${content}</mets:xmlData></mets:mdWrap></mets:${tag}>`
const dv = (name: string, text: string | undefined, more = ''): string =>
  text === undefined || text === '' ? '' : `<dv:${name}${more}>${escapeXml(text)}</dv:${name}>`

function administration(out: AdministrationOut): string {
  const rights =
    dv('owner', out.owner) +
    dv('ownerContact', out.ownerContact) +
    dv('ownerLogo', out.ownerLogo) +
    dv('ownerSiteURL', out.ownerSiteUrl) +
    dv('license', out.licence)
  const links =
    out.references.map(({ href, label }) => dv('reference', href, attributes({ linktext: label }))).join('') +
    dv('presentation', out.presentation) +
    dv('sru', out.sru) +
    dv('iiif', out.iiif)
  return `<mets:amdSec ID="${out.id}">${section('rightsMD', `rights-${out.id}`, 'DVRIGHTS', `<dv:rights>${rights}</dv:rights>`)}${section('digiprovMD', `links-${out.id}`, 'DVLINKS', `<dv:links>${links}</dv:links>`)}</mets:amdSec>`
}

const file = ({ id, media, href, title, name, bytes, sha256 }: MetsFileOut): string => {
  const own = attributes({
    ID: id,
    MIMETYPE: media,
    SIZE: bytes,
    CHECKSUM: sha256,
    CHECKSUMTYPE: sha256 === undefined ? undefined : 'SHA-256',
    OWNERID: name,
  })
  return `<mets:file${own}><mets:FLocat${attributes({ LOCTYPE: 'URL', 'xlink:href': href, 'xlink:title': title })}/></mets:file>`
}

/** A mets element that declares its namespaces; `<?xml …?>` is left to who sends it. */
export function writeMets(out: MetsOut): string {
  const parts = [
    `<mets:mets xmlns:mets="${metsNamespace}" xmlns:mods="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dv="${dvNamespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.loc.gov/METS/ http://www.loc.gov/standards/mets/version112/mets.xsd http://www.loc.gov/mods/v3 http://www.loc.gov/standards/mods/v3/mods-3-7.xsd"${attributes({ OBJID: out.objId, LABEL: out.label })}>`,
    `<mets:metsHdr CREATEDATE="${out.written.toISOString().replace(/\.\d+/, '')}">${out.agents.map(({ kind, name }) => `<mets:agent ROLE="CREATOR" TYPE="OTHER" OTHERTYPE="${escapeXml(kind)}"><mets:name>${escapeXml(name)}</mets:name></mets:agent>`).join('')}<mets:metsDocumentID TYPE="URL">${escapeXml(out.address)}</mets:metsDocumentID></mets:metsHdr>`,
    ...out.records.map(
      ({ id, mods }) =>
        `<mets:dmdSec ID="${id}"><mets:mdWrap MIMETYPE="text/xml" MDTYPE="MODS"><mets:xmlData>${mods}</mets:xmlData></mets:mdWrap></mets:dmdSec>`,
    ),
    administration(out.administration),
  ]
  const groups = out.groups.filter(group => group.files.length > 0)
  if (groups.length > 0)
    parts.push(
      `<mets:fileSec>${groups.map(({ use, files }) => `<mets:fileGrp USE="${escapeXml(use)}">${files.map(file).join('')}</mets:fileGrp>`).join('')}</mets:fileSec>`,
    )
  if (out.physical)
    parts.push(
      `<mets:structMap TYPE="PHYSICAL"><mets:div${attributes({ ID: out.physical.id, TYPE: 'physSequence', 'xlink:label': out.physical.direction, CONTENTIDS: out.physical.contentIds })}>${pointersTo(out.physical.fileIds)}`,
      ...out.physical.pages.map(
        page =>
          `<mets:div${attributes({ ID: page.id, TYPE: 'page', ORDER: page.order, LABEL: page.label, ORDERLABEL: page.orderLabel, CONTENTIDS: page.contentIds })}>${pointersTo(page.fileIds)}</mets:div>`,
      ),
      '</mets:div></mets:structMap>',
    )
  parts.push(`<mets:structMap TYPE="LOGICAL">${division(out.logical)}</mets:structMap>`)
  if (out.links.length > 0)
    parts.push(
      `<mets:structLink>${out.links.map(({ from, to, isReference }) => `<mets:smLink xlink:from="${escapeXml(from)}" xlink:to="${escapeXml(to)}"${isReference ? ` xlink:title="${referenceTitle}"` : ''}/>`).join('')}</mets:structLink>`,
    )
  parts.push('</mets:mets>')
  return parts.join('\n')
}
