// Reads METS as VLS, Kitodo and others write it into a neutral model: records, files, pages, the logical outline and the
// links between them. What the parts mean for our tree is decided in intake/plans.
// @see https://www.loc.gov/standards/mets/ and the METS application profile of the DFG Viewer
import { Refusal } from '../../errors.ts'
import { type ModsRecord, modsNamespace, readMods, readRecord } from '../mods/read.ts'
import { writeMods } from '../mods/write.ts'
import { areasOf } from './areas.ts'
import { fieldsOf, whatIsIn } from './described.ts'
import { directionOf } from './direction.ts'
import type { Administration, MetsDiv, MetsDocument, MetsFile, MetsPage } from './model.ts'
import { cutOut, readXml, type XmlElement, type XmlOptions } from '../xml/read.ts'

export const metsNamespace = 'http://www.loc.gov/METS/'
/** xlink:title of links to pages that stand elsewhere, as we write them */
export const referenceTitle = 'reference'
const xlink = 'http://www.w3.org/1999/xlink'
const dv = 'http://dfg-viewer.de/'

export type * from './model.ts'

const words = (text: string | undefined): string[] => (text ?? '').split(/\s+/).filter(word => word !== '')
const integer = (text: string | undefined): number | undefined =>
  text !== undefined && /^-?\d{1,9}$/.test(text) ? Number(text) : undefined

function findMets(root: XmlElement, name: string): XmlElement {
  if (root.namespace === metsNamespace && root.name === 'mets') return root
  const found: XmlElement[] = []
  for (const element of root.descendants())
    if (element.namespace === metsNamespace && element.name === 'mets') found.push(element)
  const [only] = found
  if (!only)
    throw new Refusal('bad-xml', `${name} holds no mets element of ${metsNamespace}.`, {
      line: root.line,
      column: root.column,
    })
  if (found.length > 1)
    throw new Refusal('bad-xml', `${name} holds ${found.length} mets elements; one is expected.`, {
      line: found[1]?.line ?? 1,
    })
  return only
}

/** True where the document is METS, alone or inside an OAI answer. */
export function isMets(source: string): boolean {
  return /<(?:[\w.-]+:)?mets[\s>]/.test(source) && source.includes(metsNamespace)
}

const isPageDiv = (div: XmlElement): boolean =>
  div.name === 'div' && div.attribute('TYPE')?.toLowerCase() === 'page'

class Reader {
  readonly #source: string
  readonly #mets: XmlElement
  readonly faults: { line: number; sentence: string }[] = []
  readonly records = new Map<string, ModsRecord>()
  readonly #sections = new Set<string>()
  /** Those that are no MODS, and poorer for it */
  readonly #converted = new Set<string>()
  /** What sections hold that cannot be read */
  readonly #unread = new Map<string, string>()
  readonly #administrations = new Map<string, Administration>()

  readonly #options: XmlOptions
  readonly #physicalMap: XmlElement | undefined
  /** The one map of structure and pages, where there is no PHYSICAL map */
  readonly #mixedMap: XmlElement | undefined

  constructor(source: string, mets: XmlElement, options: XmlOptions) {
    this.#options = options
    this.#source = source
    this.#mets = mets
    const maps = mets.all('structMap')
    const ofKind = (kind: string) => maps.find(map => (map.attribute('TYPE')?.toUpperCase() ?? '') === kind)
    this.#physicalMap = ofKind('PHYSICAL')
    const other = ofKind('LOGICAL') ?? ofKind('')
    if (!this.#physicalMap && other && [...other.descendants()].some(isPageDiv)) this.#mixedMap = other
    for (const section of mets.all('dmdSec')) this.#readRecord(section)
    for (const section of mets.all('amdSec')) this.#readAdministration(section)
  }

  /** Whether a div stands for a page in a map that is of structure and pages in one. */
  #isPageOfMixed(div: XmlElement): boolean {
    return this.#mixedMap !== undefined && isPageDiv(div)
  }

  #readRecord(section: XmlElement): void {
    const id = section.attribute('ID')
    if (id) this.#sections.add(id)
    const data = section.at('mdWrap', 'xmlData')
    const record = data?.children.find(child => child.namespace === modsNamespace && child.name === 'mods')
    const collection = data?.children.find(
      child => child.namespace === modsNamespace && child.name === 'modsCollection',
    )
    const element = record ?? collection?.all('mods')[0]
    const fields = element || !data ? undefined : fieldsOf(data)
    if (!id) this.faults.push({ line: section.line, sentence: 'A dmdSec has no ID.' })
    else if (this.records.has(id))
      this.faults.push({ line: section.line, sentence: `The ID ${id} is given to a second dmdSec.` })
    else if (element)
      this.records.set(
        id,
        readRecord(
          element,
          cutOut(this.#source, element),
          this.#options.name ?? 'The document',
          this.#options,
        ),
      )
    else if (fields?.title !== undefined) {
      this.#converted.add(id)
      this.records.set(id, {
        ...(readMods(writeMods({ ...fields, title: fields.title }))[0] as ModsRecord),
        line: section.line,
      })
    } else this.#unread.set(id, whatIsIn(section))
  }

  #readAdministration(section: XmlElement): void {
    const id = section.attribute('ID')
    if (!id) return
    let rights: XmlElement | undefined
    let links: XmlElement | undefined
    for (const element of section.descendants()) {
      if (element.namespace !== dv) continue
      if (element.name === 'rights') rights ??= element
      if (element.name === 'links') links ??= element
    }
    const text = (parent: XmlElement | undefined, name: string) => parent?.first(name)?.text || undefined
    const url = (value: string | undefined) => (value && /^https?:\/\//.test(value) ? value : undefined)
    this.#administrations.set(id, {
      owner: text(rights, 'owner'),
      licence: text(rights, 'license'),
      reference: url(text(links, 'reference')),
      presentation: url(text(links, 'presentation')),
    })
  }

  files(): Map<string, MetsFile> {
    const files = new Map<string, MetsFile>()
    const visit = (group: XmlElement, inherited: string) => {
      const use = group.attribute('USE') ?? inherited
      for (const inner of group.all('fileGrp')) visit(inner, use)
      for (const file of group.all('file')) {
        const id = file.attribute('ID')
        const href = file.first('FLocat')?.attribute('href', xlink)
        if (!id || !href)
          this.faults.push({
            line: file.line,
            sentence: `A file of the group ${use} has no ${id ? 'FLocat with xlink:href' : 'ID'}.`,
          })
        else if (files.has(id))
          this.faults.push({ line: file.line, sentence: `The ID ${id} is given to a second file.` })
        else
          files.set(id, {
            id,
            use,
            href,
            mimetype: file.attribute('MIMETYPE'),
            checksum: file.attribute('CHECKSUM'),
            checksumType: file.attribute('CHECKSUMTYPE'),
            title: file.first('FLocat')?.attribute('title', xlink) || undefined,
            ownerId: file.attribute('OWNERID') || undefined,
            line: file.line,
          })
      }
    }
    for (const section of this.#mets.all('fileSec'))
      for (const group of section.all('fileGrp')) visit(group, 'DEFAULT')
    return files
  }

  /** The pages in the order of the PHYSICAL map: by ORDER, ties and gaps in document order. */
  pages(): Pick<MetsDocument, 'pages' | 'pageRoots' | 'rootFileIds' | 'readingDirection'> {
    const pages: MetsPage[] = []
    const rootFileIds: string[] = []
    const roots = new Set<string>()
    const map = this.#physicalMap ?? this.#mixedMap
    const visit = (div: XmlElement) => {
      const below = div.all('div')
      const isPage =
        isPageDiv(div) ||
        (!this.#mixedMap && below.length === 0 && div.children.some(child => child.name === 'fptr'))
      const id = div.attribute('ID')
      if (!isPage) {
        if (id && !this.#mixedMap) roots.add(id)
        for (const pointer of this.#mixedMap ? [] : div.all('fptr')) {
          const file = pointer.attribute('FILEID')
          if (file) rootFileIds.push(file)
        }
        below.forEach(visit)
        return
      }
      const fileIds: string[] = []
      for (const element of div.descendants()) {
        const file = ['fptr', 'area'].includes(element.name) ? element.attribute('FILEID') : undefined
        if (file) fileIds.push(file)
      }
      pages.push({
        id: id ?? `page-${pages.length + 1}`,
        type: div.attribute('TYPE'),
        order: integer(div.attribute('ORDER')) ?? pages.length + 1,
        label: div.attribute('LABEL'),
        orderLabel: div.attribute('ORDERLABEL'),
        contentIds: words(div.attribute('CONTENTIDS')),
        fileIds,
        line: div.line,
      })
    }
    for (const div of map?.all('div') ?? []) visit(div)
    const seen = new Set<string>()
    for (const page of pages) {
      if (seen.has(page.id))
        this.faults.push({ line: page.line, sentence: `The ID ${page.id} is given to a second page.` })
      seen.add(page.id)
    }
    return {
      pages: pages.sort((a, b) => a.order - b.order),
      pageRoots: roots,
      rootFileIds,
      readingDirection: map?.all('div').map(directionOf).find(Boolean),
    }
  }

  outline(): MetsDiv[] {
    const maps = this.#mets.all('structMap')
    const kind = (map: XmlElement) => map.attribute('TYPE')?.toUpperCase() ?? ''
    // a map of another kind (Rosetta’s of file names, Princeton’s of related objects) is only taken where it has no rival
    const [logical, ...further] = maps.filter(each => kind(each) === 'LOGICAL')
    for (const { line } of further)
      this.faults.push({ line, sentence: 'A second LOGICAL map was left out; the first one counts.' })
    const map = logical ?? maps.find(each => kind(each) === '')
    return (map?.all('div') ?? []).filter(div => !this.#isPageOfMixed(div)).map(div => this.#div(div))
  }

  #div(div: XmlElement): MetsDiv {
    const records = words(div.attribute('DMDID'))
    const readable = records.filter(id => this.records.has(id))
    const record = this.records.get(readable.find(id => !this.#converted.has(id)) ?? readable[0] ?? '')
    for (const id of records)
      if (!this.#sections.has(id))
        this.faults.push({ line: div.line, sentence: `DMDID ${id} names no dmdSec.` })
      else if (!record)
        this.faults.push({
          line: div.line,
          sentence: `The dmdSec ${id} holds ${this.#unread.get(id) ?? 'nothing'}, no record that is read: MODS, MARCXML, Dublin Core.`,
        })
    const administration = words(div.attribute('ADMID'))
      .map(id => this.#administrations.get(id))
      .find(found => found !== undefined)
    return {
      id: div.attribute('ID'),
      type: div.attribute('TYPE') ?? 'section',
      label: div.attribute('LABEL') || undefined,
      orderLabel: div.attribute('ORDERLABEL') || undefined,
      note: div.attribute('label', xlink) || undefined,
      order: integer(div.attribute('ORDER')),
      record,
      administration,
      contentIds: words(div.attribute('CONTENTIDS')),
      pointers: div.all('mptr').map(pointer => pointer.attribute('href', xlink) ?? ''),
      // pages within an element are those that it is about
      areas: [div, ...div.all('div').filter(child => this.#isPageOfMixed(child))].flatMap(areasOf),
      children: div
        .all('div')
        .filter(child => !this.#isPageOfMixed(child))
        .map(child => this.#div(child)),
      line: div.line,
    }
  }

  links(): { links: Map<string, string[]>; references: Set<string> } {
    const links = new Map<string, string[]>()
    const references = new Set<string>()
    for (const section of this.#mets.all('structLink'))
      for (const link of section.all('smLink')) {
        const from = link.attribute('from', xlink)
        const to = link.attribute('to', xlink)
        if (!from || !to) {
          this.faults.push({ line: link.line, sentence: 'An smLink lacks xlink:from or xlink:to.' })
          continue
        }
        if (link.attribute('title', xlink) === referenceTitle) references.add(`${from} ${to}`)
        const known = links.get(from)
        // the same link twice means nothing more
        if (!known) links.set(from, [to])
        else if (known.at(-1) !== to) known.push(to)
      }
    // a title of thousands of pages has as many links: sets, not searches
    for (const [from, targets] of links) links.set(from, [...new Set(targets)])
    return { links, references }
  }
}

/**
 * @throws Refusal bad-xml where it is not well-formed, or holds no METS
 */
export function readMets(source: string, options: XmlOptions = {}): MetsDocument {
  const root = readXml(source, { ...options, plainDoctype: true })
  const mets = findMets(root, options.name ?? 'The document')
  const reader = new Reader(source, mets, options)
  const agents = mets.at('metsHdr')?.all('agent') ?? []
  const agent = (kind: string) =>
    agents.find(candidate => candidate.attribute('OTHERTYPE') === kind)?.first('name')?.text || undefined
  const isOfSoftware = (name: string): boolean =>
    agents.some(
      candidate =>
        candidate.attribute('OTHERTYPE') === 'SOFTWARE' &&
        (candidate.first('name')?.text ?? '').startsWith(name),
    )
  const address = mets.at('metsHdr', 'metsDocumentID')?.text
  let oaiIdentifier: string | undefined
  if (root !== mets)
    for (const element of root.descendants())
      if (element.name === 'header') oaiIdentifier ??= element.first('identifier')?.text || undefined
  return {
    objId: mets.attribute('OBJID'),
    label: mets.attribute('LABEL'),
    address: /^https?:\/\//.test(address ?? '') ? address : undefined,
    records: [...reader.records.values()],
    instance: agent('INSTANCE'),
    repository: agent('REPOSITORY'),
    isVls: isOfSoftware('vls/'),
    isOurs: isOfSoftware('firefolio/'),
    files: reader.files(),
    ...reader.pages(),
    outline: reader.outline(),
    ...reader.links(),
    oaiIdentifier,
    faults: reader.faults,
  }
}
