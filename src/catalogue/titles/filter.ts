import type { z } from 'zod'
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { getDomain, listDomains } from '../domains/index.ts'
import { taggedWith } from '../tags/index.ts'
import { countsHidden, otherwiseFor, placeAsked, requireWork, seenNode } from '../tree/index.ts'
import { origins } from './codes.ts'
import type { TitleFilter } from './list.ts'
import type { TitlesQuery } from './schemas.ts'

const schemes = [
  'urn',
  'doi',
  'handle',
  'record',
  'vls',
  'purl',
  'vd16',
  'vd17',
  'vd18',
  'zdb',
  'isbn',
  'issn',
  'gbv',
  'mptr',
  'div',
]

/** `record:123@abc` as scheme and value; anything else, a urn included, is a value of any scheme. */
export function identifierOf(text: string): { scheme: string | undefined; value: string } {
  const at = text.indexOf(':')
  const scheme = text.slice(0, at)
  if (at > 0 && schemes.includes(scheme) && scheme !== 'urn') return { scheme, value: text.slice(at + 1) }
  return { scheme: undefined, value: text }
}

const nextDay = (day: string): Date => new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000)

/** Ids of a domain and, where wished, of those below it. */
async function domainsOf(services: Services, name: string, below: boolean): Promise<number[]> {
  const { id } = await getDomain(services.db, name)
  const ids = [id]
  if (below)
    for (let at = 0; at < ids.length; at++)
      ids.push(...(await listDomains(services.db, ids[at] as number)).map(domain => domain.id))
  return ids
}

/** The filter of a request; who sees only what is visible gets only that. */
export async function filterOf(
  services: Services,
  query: z.output<typeof TitlesQuery>,
  principal: Principal,
): Promise<TitleFilter> {
  const seesHidden = access.seesHidden(principal)
  const domainIds =
    query.domain === undefined
      ? undefined
      : await domainsOf(services, query.domain, query.subdomains === 'true')
  const asked = await placeAsked(services.db, principal, {
    node: query.parent === 'none' ? undefined : query.parent,
    path: query.path,
    domainId: domainIds?.[0],
  })
  // the id is a condition like others: none is met by a title that is not there; and people of a deliverer ask at their own area
  const ofId = query.id === undefined ? undefined : await seenNode(services.db, principal, query.id)
  const place =
    ofId ??
    asked ??
    (query.deliverer === undefined ? undefined : await seenNode(services.db, principal, query.deliverer))
  // who works on what is not the public's to ask
  requireWork(principal, query, place)
  const ofPages = {
    isShownOnly: !countsHidden(principal, place),
    pages: query.pages,
    textState: query.hasText === undefined ? undefined : query.hasText === 'true' ? 1 : 0,
    labels: query.labels,
  }
  return {
    ...ofPages,
    otherwise: await otherwiseFor(services.db, services.types, principal, ofPages),
    id: query.id,
    domainIds,
    catalogueId: query.catalogueId,
    person: query.person,
    origin: query.origin === undefined ? undefined : origins.of(query.origin),
    deliverer: query.deliverer,
    changedSince: query.changedSince === undefined ? undefined : new Date(query.changedSince),
    changedBy: query.changedBy,
    path: query.path,
    parentId: query.parent === 'none' ? null : query.parent,
    tagged: query.tag === undefined ? undefined : await taggedWith(services.db, query.tag, principal),
    identifier: query.identifier === undefined ? undefined : identifierOf(query.identifier),
    signature: query.signature,
    owner: query.owner,
    type: query.type === undefined ? undefined : services.types.get('title', query.type).number,
    state: seesHidden
      ? query.state === undefined
        ? undefined
        : query.state === 'released'
          ? 1
          : 0
      : query.state === 'hidden'
        ? -1
        : 1,
    delState: seesHidden
      ? query.deleted === 'all'
        ? undefined
        : query.deleted === 'true'
          ? 1
          : 0
      : query.deleted === 'true'
        ? -1
        : 0,
    releasedFrom: query.releasedFrom === undefined ? undefined : new Date(`${query.releasedFrom}T00:00:00Z`),
    releasedTo: query.releasedTo === undefined ? undefined : nextDay(query.releasedTo),
    dateFrom: query.dateFrom,
    dateTo: query.dateTo,
    q: query.q,
  }
}
