// The digital object: a title (or a part of one) with its outline and its pages in reading order, as manifests, METS, PDF and feeds
// need it. Loaded by a handful of statements.
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { licenceOf } from '../../formats/rights/licence.ts'
import type { Principal } from '../../http/principal.ts'
import type { Services } from '../../http/module.ts'
import type { Sight } from '../../http/sight.ts'
import { access, isOpenImage, publicNow } from '../../people/access/index.ts'
import { lentNow } from '../../people/lending/index.ts'
import { filesOfTitles, withRecordings } from '../../catalogue/attachments/index.ts'
import { domainFace, type DomainInShort, domainsInShort } from '../../catalogue/domains/index.ts'
import { findNode, isVisible, shownPlace } from '../../catalogue/tree/index.ts'
import {
  type DigitalObject,
  factsOf,
  isPart,
  type ObjectDomain,
  type ObjectPage,
  type ObjectPart,
  type PageRights,
  type Recording,
  type TitleFacts,
} from './facts.ts'
import { Outline } from './outline.ts'
import { regionsByNode } from './regions.ts'
import * as repository from './repository.ts'
import type { Row } from './repository.ts'

const idsOf = (path: string): number[] =>
  path
    .split('|')
    .filter(part => part !== '')
    .map(Number)

/** An address of ours, as `/static/logo.png`, as others reach it. */
const absolute = (services: Services, address: string): string =>
  address.startsWith('/') ? `${services.publicUrl()}${address}` : address

function domainOf(services: Services, domain: DomainInShort): ObjectDomain {
  const options = new Map(domain.options.map(({ key, value }) => [key, String(value)]))
  const option = (name: string): string => options.get(`rights.${name}`) ?? ''
  return {
    id: domain.id,
    name: domain.name,
    caption: domain.caption,
    owner: option('owner'),
    ownerSiteUrl: option('ownerSiteUrl'),
    ownerContact: option('ownerContact') || (domain.contact ?? ''),
    ownerLogo: absolute(services, option('ownerLogo')),
    licence: licenceOf(option('licence')),
    face: domainFace(domain.options),
  }
}

async function domainsOf(
  services: Services,
  db: Db,
  ids: Iterable<number>,
): Promise<Map<number, ObjectDomain>> {
  const found = await domainsInShort(services, db, [...new Set(ids)])
  return new Map([...found.values()].map(domain => [domain.id, domainOf(services, domain)]))
}

function byNode(rows: readonly repository.IdentifierRow[]): Map<number, { scheme: string; value: string }[]> {
  const identifiers = new Map<number, { scheme: string; value: string }[]>()
  for (const { nodeId, scheme, value } of rows) {
    const list = identifiers.get(nodeId)
    if (list) list.push({ scheme, value })
    else identifiers.set(nodeId, [{ scheme, value }])
  }
  return identifiers
}

/** A row as rights are decided about it; what lies in the bin is not read. */
const placeOf = (row: Row) => ({ path: row.path, domainId: row.domainId, isVisible: row.state === 1 })

/** Rows without those that are not seen and what stands below them. */
export function withoutUnseen<Each extends Pick<Row, 'id' | 'path'>>(
  rows: readonly Each[],
  rootId: number,
  sees: (row: Each) => boolean,
): Each[] {
  const unseen = new Set(rows.filter(row => row.id !== rootId && !sees(row)).map(row => row.id))
  if (unseen.size === 0) return [...rows]
  return rows.filter(row => {
    if (row.id === rootId) return true
    const path = idsOf(row.path)
    return !path.slice(path.indexOf(rootId) + 1).some(id => unseen.has(id))
  })
}

const everything: PageRights = { widest: undefined, text: true, download: true, isOpen: true, isLent: false } // prettier-ignore

/** Pages of a title that is lent by itself are not given with what it stands in, or is linked from. */
const lentElsewhere: PageRights = { widest: undefined, text: false, download: false, isOpen: true, isLent: true } // prettier-ignore

/** What of a page may be shown beside its existence. */
function pageRights(
  principal: Principal,
  everyone: Sight,
  row: Row,
  lent: { readonly isLent: boolean; readonly isElsewhere: boolean },
): PageRights {
  const sight = access.sight(principal)
  const { isLent } = lent
  if (lent.isElsewhere && !sight.can('edit', placeOf(row))) return lentElsewhere
  if (sight.isPlain && everyone.isPlain) return { ...everything, isLent }
  const place = placeOf(row)
  const image = sight.reason('see-image', place)
  return {
    widest: image.allowed ? image.width : 0,
    text: sight.can('text', place),
    download: sight.can('download', place),
    isOpen: isOpenImage(everyone, place),
    isLent,
  }
}

/** A title without its parts, for lists. */
export interface TitleInContext {
  readonly facts: TitleFacts
  /** Titles above that are shown, from the top down */
  readonly above: readonly TitleFacts[]
  readonly domain: ObjectDomain
  readonly path: string
}

/** A title's row with the counts of what the principal, or everyone, is told of: hidden pages are none of theirs. */
const toldTo =
  (principal: Principal | undefined) =>
  (row: Row): Row =>
    row.pageCache === null || (principal && access.seesHiddenAt(principal, placeOf(row)))
      ? row
      : { ...row, pageCache: row.pagesShown, textState: row.textShown }

/**
 * Titles that are released, each with those above it; a few statements for all of them.
 * @param principal who they are for: what they may not see is left out
 */
export async function loadTitles(
  services: Services,
  db: Db,
  ids: readonly number[],
  principal?: Principal,
): Promise<Map<number, TitleInContext>> {
  const { types } = services
  const title = types.code('title')
  const sees = principal && access.filter(principal)
  const isShown = (row: Row): boolean => row.state === 1 && (!sees || sees(placeOf(row)))
  const told = toldTo(principal)
  const rows = (await repository.titles(db, ids, title)).filter(isShown).map(told)
  const aboveIds = new Set(rows.flatMap(row => idsOf(row.path).slice(0, -1)))
  const ancestors = (await repository.titles(db, [...aboveIds], title)).filter(isShown).map(told)
  const identifiers = byNode(
    await repository.identifiers(db, [...new Set([...rows, ...ancestors].map(row => row.id))], undefined),
  )
  const facts = (row: Row) =>
    factsOf(row, types.ofNumbers(row.datatype, row.type), identifiers.get(row.id) ?? [])
  const known = new Map(ancestors.map(row => [row.id, facts(row)]))
  const domains = await domainsOf(
    services,
    db,
    rows.map(row => row.domainId),
  )
  return new Map(
    rows.map(row => [
      row.id,
      {
        facts: facts(row),
        above: idsOf(row.path)
          .slice(0, -1)
          .map(id => known.get(id))
          .filter(found => found !== undefined),
        domain: domains.get(row.domainId) as ObjectDomain,
        path: row.path,
      },
    ]),
  )
}

/** The titles that links among the rows show, as far as who asks sees them. */
async function originals(
  services: Services,
  db: Db,
  principal: Principal,
  rows: readonly Row[],
): Promise<ReadonlyMap<number, Row>> {
  const title = services.types.code('title')
  const ids = rows.filter(row => row.datatype === title).flatMap(row => row.linkId ?? [])
  if (ids.length === 0) return new Map()
  const found = await repository.titles(db, ids, title)
  return new Map(
    found.filter(row => access.sees(principal, placeOf(row))).map(row => [row.id, toldTo(principal)(row)]),
  )
}

/**
 * The object of a title or structure element, as the principal may see it.
 * @param year of the issues of a newspaper, those of this year alone
 * @throws Refusal not-found for what is not there, is hidden, or is neither
 */
export async function loadObject(
  services: Services,
  db: Db,
  principal: Principal,
  id: number,
  year?: string,
): Promise<DigitalObject> {
  const { types } = services
  const node = await findNode(db, id)
  if (
    !node ||
    node.delState === 1 ||
    node.linkId !== null ||
    !['title', 'structure'].includes(types.datatypeOf(node.datatype) ?? '')
  )
    throw new Refusal('not-found', `There is no title ${id}.`)
  access.requireVisible(principal, shownPlace(node))
  const type = types.ofNumbers(node.datatype, node.type)
  const isMultiPart = type?.datatype === 'title' && type.behavior === 'multi-part'
  const title = types.code('title')
  const everyone = access.sight(await publicNow(services))
  const sight = access.sight(principal)
  const sees = access.filter(principal)
  const [all, allAbove, domains] = await Promise.all([
    repository.rows(db, id, {
      hidden: access.seesHidden(principal),
      descend: !isMultiPart,
      title,
      year: isMultiPart ? year : undefined,
    }),
    repository.titles(db, idsOf(node.path).slice(0, -1), title),
    domainsOf(services, db, [node.domainId]),
  ])
  const told = toldTo(principal)
  const rows = (sees ? withoutUnseen(all, id, row => sees(placeOf(row))) : all).map(told)
  const ancestors = allAbove.filter(row => access.sees(principal, placeOf(row))).map(told)
  const root = rows.find(row => row.id === id) as Row
  // members are objects of their own: their identifiers stand there
  const inside = isMultiPart ? [] : rows.filter(row => row.datatype === title && row.id !== id)
  const titleIds = [root, ...ancestors, ...inside].map(row => row.id)
  const hasPages = rows.some(row => row.datatype === types.code('page'))
  const identifiers = byNode(await repository.identifiers(db, titleIds, hasPages ? node.path : undefined))
  const lent = await lentNow(services)
  const own = lent(node.path)?.titleId
  const isLentElsewhere = (row: Row): boolean => {
    const found = lent(row.path)
    return found !== undefined && found.titleId !== own
  }
  const regions = regionsByNode(hasPages ? await repository.regions(db, node.path) : [])
  const shown = isMultiPart ? await originals(services, db, principal, rows) : new Map<number, Row>()
  const outline = new Outline(
    services,
    rows,
    identifiers,
    isMultiPart,
    row =>
      pageRights(principal, everyone, row, {
        isLent: lent(row.path) !== undefined,
        isElsewhere: isLentElsewhere(row),
      }),
    regions,
    shown,
  )
  const part = outline.part(root)
  outline.resolveLinks()
  const above = ancestors.map(row => outline.facts(row))
  const given = [root, ...inside].filter(
    row => row.datatype === title && !isLentElsewhere(row) && sight.can('download', placeOf(row)),
  )
  const files = await filesOfTitles(
    db,
    given.map(row => row.id),
  )
  // whoever borrows a lent title plays it in the reading room: a kept manifest does not know who has a copy
  const isPlayed = new Set(given.filter(row => lent(row.path) === undefined).map(row => row.id))
  const silent = [...rows, ...shown.values()].filter(
    row =>
      isMultiPart &&
      row.id !== id &&
      row.datatype === title &&
      row.linkId === null &&
      !row.pageCache &&
      lent(row.path) === undefined &&
      sight.can('download', placeOf(row)),
  )
  return {
    root: part,
    title: part.facts ?? (above.at(-1) as TitleFacts),
    path: node.path,
    pages: outline.pages,
    above: part.facts ? above : above.slice(0, -1),
    members: outline.members,
    files,
    recordings: files.filter(
      (file): file is Recording => file.duration !== null && isPlayed.has(file.titleId),
    ),
    played: await withRecordings(
      db,
      silent.map(row => row.id),
    ),
    isMultiPart,
    domain: domains.get(node.domainId) as ObjectDomain,
    updatedAt: new Date(Math.max(...[...rows, ...ancestors].map(row => row.updatedAt.getTime()))),
    isVisible: isVisible(node),
    imageReason: sight.isPlain ? undefined : sight.reason('see-image', shownPlace(node)),
    imageWays: sight.isPlain ? [] : sight.waysIn('see-image', shownPlace(node)),
    everyone,
  }
}

/** All pages of a part, in reading order, with those linked to it. */
export function pagesOf(part: ObjectPart): ObjectPage[] {
  return part.children.flatMap(child => (isPart(child) ? pagesOf(child) : [child]))
}
