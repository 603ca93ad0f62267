// Runs the rules of the German Digital Library for METS/MODS: their XPath 2 through fontoxpath, with the keys and variables that their
// Schematron defines. They lie beside the project, so what uses them skips, saying so, where they are absent.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fontoxpath from 'fontoxpath'
import { type Document, type Element, parseXmlDocument } from 'slimdom'
import { iso6392 } from '../../src/formats/languages/codes.ts'
import { relatorCodes } from '../../src/formats/mods/vocabularies.ts'
import { licenceOf } from '../../src/formats/rights/licence.ts'
import { sharedRules } from './shared.ts'

export interface Rule {
  readonly role: string
  readonly id: string
  readonly kind: 'assert' | 'report'
  readonly context: string
  readonly test: string
}
export interface Failure {
  readonly rule: string
  readonly role: string
  readonly element: string
}

const { evaluateXPathToBoolean, evaluateXPathToNodes, registerCustomXPathFunction } = fontoxpath

const namespaces: Record<string, string> = {
  mets: 'http://www.loc.gov/METS/',
  mods: 'http://www.loc.gov/mods/v3',
  dv: 'http://dfg-viewer.de/',
  oai: 'http://www.openarchives.org/OAI/2.0/',
  xlink: 'http://www.w3.org/1999/xlink',
  xs: 'http://www.w3.org/2001/XMLSchema',
  own: 'urn:own',
}
const codes = [
  'pdm',
  'cc0',
  'cc-by',
  'cc-by-sa',
  'cc-by-nd',
  'cc-by-nc',
  'cc-by-nc-sa',
  'cc-by-nc-nd',
  'reserved',
]

export const readRules = (profile: 'medien' | 'zeitungen'): Rule[] =>
  readFileSync(join(sharedRules, `RULES-${profile}.tsv`), 'utf8')
    .split('\n')
    .slice(1)
    .filter(line => line !== '')
    .map(line => {
      const [role, id, kind, context, test] = line.split('\t') as [
        string,
        string,
        'assert' | 'report',
        string,
        string,
      ]
      // fontoxpath takes no sequences as variables
      return { role, id, kind, context, test: test.replaceAll('$fileids', "tokenize($fileids, ' ')") }
    })

let keys = new Map<string, Map<string, Element[]>>()

function index(document: Document): Map<string, Map<string, Element[]>> {
  const result = new Map<string, Map<string, Element[]>>()
  const add = (name: string, path: string, attribute: string) => {
    const map = new Map<string, Element[]>()
    const found = evaluateXPathToNodes(
      path,
      document,
      null,
      {},
      { namespaceResolver: prefix => namespaces[prefix] ?? null },
    )
    for (const element of found as unknown as Element[])
      for (const value of (attribute === 'xlink:from'
        ? element.getAttributeNS(namespaces['xlink'] as string, 'from')
        : element.getAttribute(attribute)
      )?.split(' ') ?? [])
        (map.get(value) ?? map.set(value, []).get(value))?.push(element)
    result.set(name, map)
  }
  add('mets_ids', '//mets:*[@ID]', 'ID')
  add('structMap_LOGICAL_dmdids', "//mets:structMap[@TYPE='LOGICAL']//mets:div[@DMDID]", 'DMDID')
  add('structMap_LOGICAL_admids', "//mets:structMap[@TYPE='LOGICAL']//mets:div[@ADMID]", 'ADMID')
  add('dmdsec_ids', '//mets:dmdSec[@ID]', 'ID')
  add('structMap_PHYSICAL_fptr_FILEID', "//mets:structMap[@TYPE='PHYSICAL']//mets:fptr", 'FILEID')
  add('structMap_PHYSICAL_ids', "//mets:structMap[@TYPE='PHYSICAL']//mets:div[@ID]", 'ID')
  add('structLink_from_ids', '//mets:structLink/mets:smLink', 'xlink:from')
  add('fileGrp_DEFAULT_file_ids', "//mets:fileGrp[@USE='DEFAULT']/mets:file[@ID]", 'ID')
  return result
}

const lists: Record<string, (value: string) => boolean> = {
  license_uris: value => value.startsWith('http') && licenceOf(value) !== undefined,
  mets_ap_dv_license_values: value => codes.includes(value),
  'iso639-1_codes': value => value.length === 2 && iso6392(value) !== undefined,
  'iso639-2_codes': value => value.length === 3 && iso6392(value) === value,
  marc_relator_codes: value => relatorCodes.has(value),
}
const keyOf = (_context: unknown, name: string, values: string[]): unknown[] =>
  lists[name]
    ? values.filter(value => lists[name]?.(value) === true)
    : values.flatMap(value => {
        const map = keys.get(name)
        if (!map) throw new Error(`There is no key ${name}.`)
        return map.get(value) ?? []
      })
for (const more of [[], ['item()*']])
  registerCustomXPathFunction(
    { namespaceURI: 'urn:own', localName: 'key' },
    ['xs:string', 'xs:string*', ...more],
    'item()*',
    keyOf as never,
  )

/** Rules that a METS breaks, of the given severities. */
export function brokenRules(
  mets: string,
  rules: readonly Rule[],
  options: { readonly isAnchor: boolean; readonly roles?: readonly string[] },
): Failure[] {
  const document = parseXmlDocument(mets)
  keys = index(document)
  const [work] = evaluateXPathToNodes(
    "//mets:structMap[@TYPE='LOGICAL']//mets:div[not(mets:mptr)][not(@TYPE = ('year', 'month', 'day'))]",
    document,
    null,
    {},
    { namespaceResolver: prefix => namespaces[prefix] ?? null },
  ) as unknown as Element[]
  const failures: Failure[] = []
  const resolver = { namespaceResolver: (prefix: string) => namespaces[prefix] ?? null }
  const functions = {
    ...resolver,
    functionNameResolver: ({ prefix, localName }: { prefix: string; localName: string }) =>
      prefix === '' && localName === 'key'
        ? { namespaceURI: 'urn:own', localName: 'key' }
        : prefix === ''
          ? { namespaceURI: 'http://www.w3.org/2005/xpath-functions', localName }
          : null,
  }
  for (const rule of rules) {
    if (!(options.roles ?? ['fatal', 'error']).includes(rule.role)) continue
    const variables: Record<string, unknown> = {
      work_dmdid: work?.getAttribute('DMDID') ?? '',
      work_amdid: work?.getAttribute('ADMID') ?? '',
      is_anchor: options.isAnchor,
      license_uris: 'list',
      mets_ap_dv_license_values: 'list',
      'iso639-1_codes': 'list',
      'iso639-2_codes': 'list',
      marc_relator_codes: 'list',
      current_year: new Date().getUTCFullYear(),
      year: 0,
      name: '',
      point: '',
      current_physicalLocation: '',
      fileids: '',
    }
    // a context is a pattern: it matches anywhere below the root
    const path = rule.context.startsWith('key(')
      ? rule.context
      : rule.context
          .split(/ \| (?=(?:mets|mods|oai|key\())/)
          .map(part => (part.startsWith('key(') ? part : `//${part}`))
          .join(' | ')
    for (const node of evaluateXPathToNodes(path, document, null, variables as never, functions as never)) {
      const element = node as unknown as Element
      const own = {
        ...variables,
        name: element.localName ?? '',
        point: element.getAttribute?.('point') ?? '',
        current_physicalLocation:
          element.children?.find(child => child.localName === 'physicalLocation')?.textContent ?? '',
        fileids: rule.test.includes('$fileids') ? linkedFiles(element).join(' ') : '',
      }
      const holds = evaluateXPathToBoolean(rule.test, element, null, own as never, functions as never)
      if (holds !== (rule.kind === 'assert'))
        failures.push({
          rule: rule.id,
          role: rule.role,
          element: (element as unknown as { nodeName: string }).nodeName,
        })
    }
  }
  return failures
}

/** Files of the pages that a div is linked to. */
function linkedFiles(div: Element): string[] {
  const id = div.getAttribute?.('ID')
  if (!id || div.localName !== 'div') return []
  return (keys.get('structLink_from_ids')?.get(id) ?? []).flatMap(link => {
    const to = link.getAttributeNS(namespaces['xlink'] as string, 'to') ?? ''
    return (keys.get('structMap_PHYSICAL_ids')?.get(to) ?? []).flatMap(page =>
      page.children
        .filter(child => child.localName === 'fptr')
        .map(child => child.getAttribute('FILEID') ?? ''),
    )
  })
}

/** They need a file, or a map of pages, which titles imported without scans do not have. */
const needScans = new Set([
  'fileSec_01',
  'fileSec_02',
  'structMapPhysical_01',
  'structMapPhysical_03',
  'structMapPhysical_07',
  'structLink_01',
  'structMapLogical_04',
  'structMapLogical_22',
])

/**
 * Rules that the METS of a title breaks though its material would let it keep them: those about scans count where there are some. A year of a
 * newspaper is handed to viewers alone, so neither profile knows it as a work; calendars are for the newspaper portal and for viewers.
 */
export function avoidable(type: string, mets: string): string[] {
  const isAnchor = ['multivolume_work', 'periodical', 'newspaper', 'year'].includes(type)
  const underNewspaper = mets.includes('TYPE="newspaper"') && type !== 'newspaper'
  if (underNewspaper && isAnchor) return []
  const hasScans = mets.includes('USE="DEFAULT"')
  const broken = brokenRules(mets, readRules(underNewspaper ? 'zeitungen' : 'medien'), { isAnchor })
  return [...new Set(broken.map(({ rule }) => rule))].filter(
    rule => (hasScans || !needScans.has(rule)) && !(type === 'newspaper' && rule === 'structMapLogical_19'),
  )
}
