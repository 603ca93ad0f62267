// Arguments of an OAI-PMH request: which are there, which may be, and what is wrong with them.
// @see https://www.openarchives.org/OAI/openarchivesprotocol.html#ErrorConditions

export const verbs = {
  Identify: { required: [], optional: [] },
  ListMetadataFormats: { required: [], optional: ['identifier'] },
  ListSets: { required: [], optional: ['resumptionToken'] },
  GetRecord: { required: ['identifier', 'metadataPrefix'], optional: [] },
  ListIdentifiers: { required: ['metadataPrefix'], optional: ['from', 'until', 'set', 'resumptionToken'] },
  ListRecords: { required: ['metadataPrefix'], optional: ['from', 'until', 'set', 'resumptionToken'] },
} as const satisfies Record<string, { required: readonly string[]; optional: readonly string[] }>
export type Verb = keyof typeof verbs

export type OaiErrorCode =
  | 'badVerb'
  | 'badArgument'
  | 'badResumptionToken'
  | 'cannotDisseminateFormat'
  | 'idDoesNotExist'
  | 'noRecordsMatch'
  | 'noMetadataFormats'
  | 'noSetHierarchy'

/** A condition that the protocol has a code for. */
export class OaiError extends Error {
  readonly code: OaiErrorCode
  constructor(code: OaiErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

export interface OaiRequest {
  readonly verb: Verb
  readonly arguments: Readonly<Record<string, string>>
}

/** @throws OaiError badVerb, badArgument */
export function readOaiRequest(parameters: URLSearchParams): OaiRequest {
  const all = parameters.getAll('verb')
  const verb = all[0]
  if (all.length !== 1)
    throw new OaiError(
      'badVerb',
      all.length === 0 ? 'The argument verb is missing.' : 'The argument verb is repeated.',
    )
  if (!Object.hasOwn(verbs, verb ?? ''))
    throw new OaiError('badVerb', `There is no verb ‘${verb?.slice(0, 60)}’.`)
  const rule = verbs[verb as Verb]
  const known: readonly string[] = [...rule.required, ...rule.optional]
  const given: Record<string, string> = {}
  for (const [name, value] of parameters) {
    if (name === 'verb') continue
    // what a browser may add to see the answer as a page
    if (name === 'mode' && value === 'view') continue
    if (!known.includes(name))
      throw new OaiError('badArgument', `${verb} takes no argument ‘${name.slice(0, 60)}’.`)
    if (name in given) throw new OaiError('badArgument', `The argument ${name} is repeated.`)
    if (value === '') throw new OaiError('badArgument', `The argument ${name} is empty.`)
    given[name] = value
  }
  if ('resumptionToken' in given) {
    if (Object.keys(given).length > 1)
      throw new OaiError('badArgument', 'resumptionToken stands alone beside verb.')
  } else
    for (const name of rule.required)
      if (!(name in given)) throw new OaiError('badArgument', `${verb} needs the argument ${name}.`)
  return { verb: verb as Verb, arguments: given }
}

/** from and until, inclusive; a day means all of it. @throws OaiError badArgument, noRecordsMatch */
export function readRange(
  from: string | undefined,
  until: string | undefined,
): { from: Date | undefined; until: Date | undefined } {
  const read = (name: string, text: string | undefined, time: string): Date | undefined => {
    if (text === undefined) return undefined
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text)
    const date =
      isDay || /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)
        ? new Date(isDay ? `${text}T${time}Z` : text)
        : undefined
    const written = date && !Number.isNaN(date.getTime()) ? date.toISOString() : ''
    if (!date || written.slice(0, 10) !== text.slice(0, 10))
      throw new OaiError(
        'badArgument',
        `${name} is neither a day (YYYY-MM-DD) nor a second in UTC (YYYY-MM-DDThh:mm:ssZ).`,
      )
    return date
  }
  if (from !== undefined && until !== undefined && from.length !== until.length)
    throw new OaiError('badArgument', 'from and until have different granularities.')
  const range = { from: read('from', from, '00:00:00'), until: read('until', until, '23:59:59') }
  if (range.from && range.until && range.from > range.until)
    throw new OaiError('badArgument', 'from is later than until.')
  return range
}
