// A record of a foreign repository as what an import stores: MODS as it comes, METS by its outline, Dublin Core as a small MODS record.
import type { HarvestedPrefix } from '../../formats/oai-pmh/harvested.ts'
import { readMets } from '../../formats/mets/read.ts'
import { modsNamespace, modsOf, type ModsRecord, readMods } from '../../formats/mods/read.ts'
import { writeMods } from '../../formats/mods/write.ts'
import { cutOut, type XmlElement } from '../../formats/xml/read.ts'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import { changed, type ImportPlan, planOfMets, type PlannedTitle } from '../plans/index.ts'
import { guessType } from '../../catalogue/titles/index.ts'

const dcNamespace = 'http://purl.org/dc/elements/1.1/'

function modsOfDublinCore(element: XmlElement, identifier: string): ModsRecord {
  const all = (name: string) =>
    element.children.filter(child => child.namespace === dcNamespace && child.name === name).map(child => child.text).filter(text => text !== '') // prettier-ignore
  const [title] = all('title')
  if (title === undefined) throw new Refusal('not-processable', `The record ${identifier} has no dc:title.`)
  const host = /^oai:([^:]+):/.exec(identifier)?.[1] ?? 'oai'
  const xml = writeMods({
    title,
    persons: [
      ...all('creator').map(name => ({ name, role: 'aut' })),
      ...all('contributor').map(name => ({ name, role: 'ctb' })),
    ],
    date: all('date')[0],
    publisher: all('publisher')[0],
    languages: all('language').filter(code => /^[a-z]{3}$/.test(code)),
    genre: all('type')[0],
    extent: all('format')[0],
    identifiers: all('identifier')
      .filter(value => /^urn:nbn:/i.test(value))
      .map(value => ({ scheme: 'urn', value })),
    record: { value: identifier.replace(/^oai:[^:]+:/, ''), source: host },
  })
  return readMods(xml)[0] as ModsRecord
}

const webAddress = (texts: readonly string[]): string | undefined =>
  texts.find(text => /^https?:\/\//.test(text))

/** @throws Refusal bad-xml, not-processable */
export function planOfRecord(
  services: Services,
  source: string,
  record: XmlElement,
  prefix: HarvestedPrefix,
  identifier: string,
): ImportPlan {
  const element = record.first('metadata')?.children[0]
  if (!element) throw new Refusal('not-processable', `The record ${identifier} holds no metadata.`)
  const own = { scheme: 'oai', value: identifier }
  if (prefix === 'mets') {
    const plan = planOfMets(readMets(cutOut(source, element), { name: identifier }), services.types)
    const mark = (title: PlannedTitle): PlannedTitle =>
      title.isPrimary ? { ...title, oaiIdent: identifier, identifiers: [...title.identifiers, own] } : title
    return { ...plan, titles: changed(plan.titles, mark) }
  }
  let found: ModsRecord
  let presentation: string | undefined
  if (prefix === 'oai_dc') {
    found = modsOfDublinCore(element, identifier)
    presentation = webAddress(
      element.children.filter(child => child.name === 'identifier').map(child => child.text),
    )
  } else {
    if (element.namespace !== modsNamespace)
      throw new Refusal('not-processable', `The record ${identifier} is no MODS.`)
    found = { mods: modsOf(element), xml: cutOut(source, element), line: element.line }
    presentation = webAddress(found.mods.urls)
  }
  return {
    titles: [
      {
        type: guessType(services.types, found.mods),
        caption: undefined,
        record: found,
        identifiers: [own],
        keepId: undefined,
        owner: undefined,
        presentationUrl: presentation,
        referenceUrl: undefined,
        oaiIdent: identifier,
        children: [],
        items: [],
      },
    ],
    messages: [],
  }
}
