// A Visual Library Server as far as it is known from outside: METS with its ids, and the addresses that these name.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { modsOf } from './start.ts'

export const instance = 'vls-example'

export interface VlsBook {
  readonly id: number
  readonly title: string
  /** The first page has id + 10 */
  readonly pages: number
}

/** METS of a book: a chapter that holds all pages but the first, images and texts by their addresses. @param host with its domain, as the agent REPOSITORY has it */
export function metsOfVls({ id, title, pages }: VlsBook, base: string, host = 'vls.example/prints'): string {
  const mods = modsOf(
    `AC${id}`,
    title,
    `<identifier type="urn">urn:nbn:de:example-${id}</identifier>`,
  ).replace(/^<\?xml[^>]*>\n/, '')
  const list = Array.from({ length: pages }, (_, at) => id + 10 + at)
  const agent = (kind: string, name: string) =>
    `<mets:agent ROLE="OTHER" TYPE="OTHER" OTHERTYPE="${kind}"><mets:name>${name}</mets:name></mets:agent>`
  const group = (use: string, media: string, place: string) =>
    `<mets:fileGrp USE="${use}">${list.map(page => `<mets:file ID="${use}_${page}" MIMETYPE="${media}"><mets:FLocat LOCTYPE="URL" xlink:href="${base}/download/${place}/${page}"/></mets:file>`).join('')}</mets:fileGrp>`
  return `<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink" OBJID="3" LABEL="Alte Drucke"><mets:metsHdr>${agent('SOFTWARE', 'vls/2203')}${agent('INSTANCE', instance)}${agent('REPOSITORY', host)}</mets:metsHdr>
<mets:dmdSec ID="md${id}"><mets:mdWrap MDTYPE="MODS"><mets:xmlData>${mods}</mets:xmlData></mets:mdWrap></mets:dmdSec>
<mets:fileSec>${group('MAX', 'image/jpeg', 'webcache/0')}${group('FULLTEXT', 'application/alto+xml', 'fulltext/alto3')}</mets:fileSec>
<mets:structMap TYPE="PHYSICAL"><mets:div ID="physroot" TYPE="physSequence">${list.map((page, at) => `<mets:div ID="phys${page}" TYPE="page" ORDER="${at + 1}" LABEL="Seite ${at + 1}" ORDERLABEL="${at + 1}" CONTENTIDS="urn:nbn:de:example-${id}/fragment/page=${page}"><mets:fptr FILEID="MAX_${page}"/><mets:fptr FILEID="FULLTEXT_${page}"/></mets:div>`).join('')}</mets:div></mets:structMap>
<mets:structMap TYPE="LOGICAL"><mets:div ID="log${id}" TYPE="monograph" DMDID="md${id}" LABEL="${title}" CONTENTIDS="urn:nbn:de:example-${id}"><mets:div ID="log${id + 1}" TYPE="chapter" LABEL="Erstes Kapitel"/></mets:div></mets:structMap>
<mets:structLink><mets:smLink xlink:from="log${id}" xlink:to="physroot"/>${list.map((page, at) => `<mets:smLink xlink:from="log${at === 0 ? id : id + 1}" xlink:to="phys${page}"/>`).join('')}</mets:structLink></mets:mets>`
}

export const scanOf = (page: number): Promise<Buffer> =>
  sharp({ create: { width: 300, height: 400, channels: 3, background: { r: page % 250, g: 90, b: 40 } } })
    .jpeg()
    .toBuffer()

export const altoOf = (page: number): string =>
  `<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Description><MeasurementUnit>pixel</MeasurementUnit></Description><Layout><Page WIDTH="300" HEIGHT="400" PHYSICAL_IMG_NR="1"><PrintSpace><TextBlock ID="b"><TextLine HPOS="10" VPOS="10" WIDTH="90" HEIGHT="20"><String CONTENT="Seite${page}" HPOS="10" VPOS="10" WIDTH="90" HEIGHT="20"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>`

export interface RunningVls {
  readonly url: string
  /** Paths that were asked for, with their queries */
  readonly asked: string[]
  readonly server: Server
}

/** Answers OAI-PMH, one record a list, and hands out images and texts. @param lost pages without an image */
export async function startVls(
  books: readonly VlsBook[],
  lost: ReadonlySet<number> = new Set(),
): Promise<RunningVls> {
  const asked: string[] = []
  let url = ''
  const oai = (query: URLSearchParams): string => {
    const wrap = (body: string) =>
      `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-01T00:00:00Z</responseDate><request>${url}</request>${body}</OAI-PMH>`
    if (query.get('verb') === 'Identify')
      return wrap(
        `<Identify><repositoryName>Visual Library Server</repositoryName><baseURL>${url}/oai</baseURL><protocolVersion>2.0</protocolVersion><adminEmail>a@example.org</adminEmail><earliestDatestamp>2000-01-01T00:00:00Z</earliestDatestamp><deletedRecord>no</deletedRecord><granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>`,
      )
    const at = Number(query.get('resumptionToken') ?? 0)
    const book = books[at] as VlsBook
    return wrap(
      `<ListRecords><record><header><identifier>oai:vls.example/prints:${book.id}</identifier><datestamp>2020-01-01T00:00:00Z</datestamp></header><metadata>${metsOfVls(book, url)}</metadata></record>${at + 1 < books.length ? `<resumptionToken>${at + 1}</resumptionToken>` : ''}</ListRecords>`,
    )
  }
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const page = Number(/(\d+)$/.exec(path)?.[1])
    if (path.startsWith('/oai'))
      return void response
        .writeHead(200, { 'content-type': 'text/xml' })
        .end(oai(new URL(path, 'http://x').searchParams))
    if (path.startsWith('/download/fulltext')) return void response.end(altoOf(page))
    if (lost.has(page)) return void response.writeHead(404).end()
    void scanOf(page).then(bytes => response.end(bytes))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, asked, server }
}
