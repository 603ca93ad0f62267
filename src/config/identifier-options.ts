// Options of [identifiers].
import { z } from 'zod'
import { flag, oneOf, secret, text, whole } from './option-kinds.ts'

/** What is wrong with a template of identifiers, as the end of a sentence; undefined where nothing is. */
export function faultOfTemplate(scheme: 'urn' | 'doi' | 'handle', template: string): string | undefined {
  if (template === '' || template === 'none') return undefined
  if (template.split('{id}').length !== 2) return 'needs {id} once, where the id of the node goes'
  const rest = template.replace('{id}', '')
  if (scheme === 'urn')
    return /^urn:[a-z0-9][a-z0-9-]{1,31}:[a-z0-9:_.+/-]*$/.test(rest)
      ? undefined
      : 'is no URN like urn:nbn:de:xyz-{id}, in small letters'
  if (scheme === 'doi')
    return /^10\.\d{4,9}(\.\d+)*\/[a-z0-9._;()/-]*$/.test(rest)
      ? undefined
      : 'is no DOI like 10.12345/xyz.{id}, in small letters'
  return /^\d+(\.[0-9a-z]+)*\/[A-Za-z0-9._-]*$/.test(rest) ? undefined : 'is no handle like 20.500.12345/{id}'
}

const template = (scheme: 'urn' | 'doi' | 'handle', description: string) =>
  text('', description).superRefine((value, context) => {
    const fault = faultOfTemplate(scheme, value)
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault })
  })

export const identifierSection = z
  .strictObject({
    on: flag(
      false,
      'Assign identifiers when titles are released: to those that are marked so (generateIdentifier), or to all of a domain ([identifiers] titles of the domain).',
    ),
    urn: template(
      'urn',
      'URN of a title, e.g. urn:nbn:de:xyz-{id}; {id} is the id of the node; empty: none. Domains may say otherwise.',
    ),
    checkDigit: flag(
      true,
      'URNs that begin with urn:nbn: end with the check digit of the Deutsche Nationalbibliothek.',
    ),
    pageUrns: flag(false, 'Pages of such titles get URNs, too.'),
    urnUrl: text(
      '',
      'URN service that is told where URNs lead, e.g. https://api.nbn-resolving.org/v2; empty: they are collected by OAI-PMH (epicur), those of titles.',
    ),
    urnUser: text('', 'Account there.'),
    urnPassword: secret('', 'Its password.'),
    doi: template('doi', 'DOI of a title, e.g. 10.12345/xyz.{id}; empty: none.'),
    handle: template('handle', 'Handle of a title, e.g. 20.500.12345/{id}; empty: none.'),
    dataciteUrl: text('https://api.datacite.org', 'Interface of DataCite.'),
    dataciteAccounts: secret(
      '',
      'Repository accounts of DataCite as ACCOUNT:PASSWORD, separated by commas; empty: DOIs are assigned, but not registered.',
    ),
    doiState: oneOf(
      ['draft', 'registered', 'findable'],
      'findable',
      'State in which DOIs of what everyone may see are kept with DataCite; those of what was withdrawn are registered.',
    ),
    handleUrl: text(
      '',
      'Handle server with its interface, e.g. https://handle.example.org:8000; empty: handles are assigned, but not registered.',
    ),
    handleUser: text('', 'Administrator there, e.g. 300:20.500.12345/ADMIN.'),
    handlePassword: secret('', 'Secret key of that administrator.'),
    timeoutS: whole(30, 1, 300, 'Seconds that an agency has to answer.'),
    attempts: whole(
      10,
      1,
      20,
      'How often a registration is tried, with growing pauses, before its job fails.',
    ),
  })
  .describe('Identifiers that are assigned here: URN:NBN, DOI, handle.')
