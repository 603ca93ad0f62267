// Which identifiers a domain assigns: what its options say, otherwise those of [identifiers].
import { faultOfTemplate } from '../../config/identifier-options.ts'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { checkDigit } from '../../formats/urn/check-digit.ts'
import type { Services } from '../../http/module.ts'
import { domainConfiguration } from '../domains/index.ts'

export const schemes = ['urn', 'doi', 'handle'] as const
export type Scheme = (typeof schemes)[number]

export interface Settings {
  /** '' where such identifiers are not assigned */
  readonly templates: Readonly<Record<Scheme, string>>
  readonly checkDigit: boolean
  readonly pageUrns: boolean
  /** Every released title gets identifiers, not only those that are marked so */
  readonly all: boolean
  readonly dataciteAccount: string
}

/** @throws Refusal not-processable where a template of the domain is none */
export async function settingsOf(
  services: Services,
  db: Db,
  domain: { readonly name: string; readonly path: string | null },
): Promise<Settings> {
  const own = await domainConfiguration(services, db, domain)
  const textOf = (name: string): string =>
    String(own.find(({ key }) => key === `identifiers.${name}`)?.value ?? '')
  const { identifiers } = services.config
  const template = (scheme: Scheme): string => {
    const said = textOf(scheme)
    const fault = faultOfTemplate(scheme, said)
    if (fault !== undefined)
      throw new Refusal(
        'not-processable',
        `Domain ${domain.name}, option identifiers.${scheme}: ‘${said}’ ${fault}.`,
      )
    return said === 'none' ? '' : said || identifiers[scheme]
  }
  const pages = textOf('pageUrns')
  return {
    templates: { urn: template('urn'), doi: template('doi'), handle: template('handle') },
    checkDigit: identifiers.checkDigit,
    pageUrns: pages === 'server' ? identifiers.pageUrns : pages === 'true',
    all: textOf('titles') === 'all',
    dataciteAccount: textOf('dataciteAccount'),
  }
}

/** The identifier of a node, in the n-th form: others follow where the first one is somebody else's. */
export function valueOf(settings: Settings, scheme: Scheme, id: number, nth = 1): string {
  const value = settings.templates[scheme].replace('{id}', nth === 1 ? String(id) : `${id}-${nth}`)
  return scheme === 'urn' && settings.checkDigit && value.startsWith('urn:nbn:')
    ? `${value}${checkDigit(value) ?? ''}`
    : value
}
