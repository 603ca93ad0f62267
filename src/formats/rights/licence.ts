// Licences of digital copies: the codes of dv:license, the addresses that records and domains write, and the one form that each norm
// wants. IIIF wants the URI with http:// as Creative Commons and RightsStatements.org define it.
// @see METS application profile of the DFG Viewer 2.7.2.11; https://iiif.io/api/presentation/3.0/#rights
import { tableOf } from '../../codes.ts'
export interface Licence {
  /** With http://, as its body defines it */
  readonly uri: string
  readonly label: string
}

const creativeCommons = 'http://creativecommons.org'
const rightsStatements = 'http://rightsstatements.org/vocab'

/** Codes of dv:license; CC codes mean version 4.0, `reserved` that nobody has judged. */
const byCode: Readonly<Record<string, string>> = tableOf({
  pdm: `${creativeCommons}/publicdomain/mark/1.0/`,
  cc0: `${creativeCommons}/publicdomain/zero/1.0/`,
  'cc-by': `${creativeCommons}/licenses/by/4.0/`,
  'cc-by-sa': `${creativeCommons}/licenses/by-sa/4.0/`,
  'cc-by-nd': `${creativeCommons}/licenses/by-nd/4.0/`,
  'cc-by-nc': `${creativeCommons}/licenses/by-nc/4.0/`,
  'cc-by-nc-sa': `${creativeCommons}/licenses/by-nc-sa/4.0/`,
  'cc-by-nc-nd': `${creativeCommons}/licenses/by-nc-nd/4.0/`,
  reserved: `${rightsStatements}/CNE/1.0/`,
})

const statements = [
  'InC',
  'InC-OW-EU',
  'InC-EDU',
  'InC-NC',
  'InC-RUU',
  'NoC-CR',
  'NoC-NC',
  'NoC-OKLR',
  'NoC-US',
  'CNE',
  'UND',
  'NKC',
]

function labelOf(uri: string): string {
  if (uri.includes('/publicdomain/mark/')) return 'Public Domain Mark 1.0'
  if (uri.includes('/publicdomain/zero/')) return 'CC0 1.0'
  const cc = /licenses\/([a-z-]+)\/([\d.]+)(?:\/([a-z]{2}))?\//.exec(uri)
  if (cc) return `CC ${(cc[1] as string).toUpperCase()} ${cc[2]}${cc[3] ? ` ${cc[3].toUpperCase()}` : ''}`
  return `RightsStatements.org ${/vocab\/([A-Za-z-]+)\//.exec(uri)?.[1]}`
}

/** The licence that a code, an address or a name like ‘CC BY-SA 3.0 DE’ means; undefined where it is none that can be named. */
export function licenceOf(written: string | null | undefined): Licence | undefined {
  const text = (written ?? '').trim()
  const code = text.toLowerCase().replace(/_/g, '-')
  const coded = byCode[code]
  if (coded) return { uri: coded, label: labelOf(coded) }
  const address = /^https?:\/\/(?:www\.)?(creativecommons\.org|rightsstatements\.org)\/(.+)$/i.exec(text)
  if (address) {
    const path = (address[2] as string)
      .replace(/(?:legalcode|deed)(?:\.[a-z]{2})?$/i, '')
      .replace(/\/*$/, '/')
    const cc =
      /^(?:licenses\/(?:by|by-sa|by-nd|by-nc|by-nc-sa|by-nc-nd)\/(?:1\.0|2\.0|2\.5|3\.0|4\.0)\/(?:[a-z]{2}\/)?|publicdomain\/(?:mark|zero)\/1\.0\/)$/i
    if (/creative/i.test(address[1] as string)) {
      const uri = `${creativeCommons}/${path.toLowerCase()}`
      return cc.test(path) ? { uri, label: labelOf(uri) } : undefined
    }
    const statement = /^(?:vocab|page)\/([A-Za-z-]+)\/1\.0\/$/i.exec(path)?.[1]
    const known = statements.find(name => name.toLowerCase() === statement?.toLowerCase())
    return known
      ? { uri: `${rightsStatements}/${known}/1.0/`, label: labelOf(`${rightsStatements}/${known}/1.0/`) }
      : undefined
  }
  const named = /^cc[ -](by(?:-(?:sa|nd|nc|nc-sa|nc-nd))?)[ -](\d\.\d)(?:[ -]([a-z]{2}))?$/i.exec(text)
  if (named)
    return licenceOf(
      `${creativeCommons}/licenses/${named[1]?.toLowerCase()}/${named[2]}/${named[3] ? `${named[3].toLowerCase()}/` : ''}`,
    )
  return undefined
}
