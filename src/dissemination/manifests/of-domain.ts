// A domain as a IIIF collection: the domains below it, and the titles at its top. ‘top’ holds the domains that stand at the top.
import type { Collection, Member } from '../../formats/iiif-presentation/model.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { lentNow } from '../../people/lending/index.ts'
import { domainConfiguration, getDomain, listDomains, type Domain } from '../../catalogue/domains/index.ts'
import { addressesOf } from '../objects/index.ts'
import { type TopTitle, topTitles } from './repository.ts'

type Version = 2 | 3

/** @param domain undefined for the collection of all domains */
export async function collectionOfDomain(
  services: Services,
  db: Db,
  principal: Principal,
  domain: Domain | undefined,
  version: Version,
): Promise<Collection> {
  const addresses = addressesOf(services)
  const below = (await listDomains(db, domain ? domain.id : null)).filter(({ id }) =>
    access.seesDomain(principal, id),
  )
  const isMultiPart = (row: TopTitle): boolean =>
    services.types.ofNumbers(row.datatype, row.type)?.behavior === 'multi-part'
  const sight = access.sight(principal)
  const lent = await lentNow(services)
  const isPlayed = ({ id, recordings }: TopTitle, domainId: number): boolean => {
    const place = { path: `|${id}|`, domainId, isVisible: true }
    return version === 3 && recordings === 1 && lent(place.path) === undefined && sight.can('download', place)
  }
  // a title without pages and recordings has no manifest
  const rows = domain
    ? (await topTitles(db, domain.id, services.types.code('title'))).filter(
        row =>
          (isMultiPart(row) || (row.pagesPresent ?? 0) > 0 || isPlayed(row, domain.id)) &&
          access.sees(principal, { path: `|${row.id}|`, domainId: domain.id, isVisible: true }),
      )
    : []
  const parent = domain?.parentId == null ? undefined : await getDomain(db, domain.parentId)
  const options = domain
    ? new Map((await domainConfiguration(services, db, domain)).map(({ key, value }) => [key, String(value)]))
    : new Map<string, string>()
  const owner = options.get('rights.owner') || domain?.caption
  const members: Member[] = [
    ...below.map((each): Member => ({
      id: addresses.collection(version, each.name),
      kind: 'Collection',
      label: { none: [each.caption] },
      navDate: undefined,
      thumbnail: undefined,
    })),
    ...rows.map((row): Member => {
      const isCollection = isMultiPart(row)
      return {
        id: isCollection ? addresses.collection(version, row.id) : addresses.manifest(version, row.id),
        kind: isCollection ? 'Collection' : 'Manifest',
        label: { none: [row.caption ?? row.title ?? String(row.id)] },
        navDate: row.issueDate ? `${row.issueDate}T00:00:00Z` : undefined,
        thumbnail: undefined,
      }
    }),
  ]
  return {
    id: addresses.collection(version, domain?.name ?? 'top'),
    label: { none: [domain?.caption ?? services.config.oai.repositoryName] },
    metadata: [],
    rights: undefined,
    requiredStatement: owner
      ? { label: { de: ['Bereitgestellt von'], en: ['Provided by'] }, value: { none: [owner] } }
      : undefined,
    provider: undefined,
    homepage: undefined,
    thumbnail: undefined,
    seeAlso: [],
    rendering: [],
    partOf: domain
      ? [
          {
            id: addresses.collection(version, parent?.name ?? 'top'),
            label: { none: [parent?.caption ?? services.config.oai.repositoryName] },
          },
        ]
      : [],
    behavior: [],
    navDate: undefined,
    members,
  }
}
