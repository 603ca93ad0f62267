// Who may do what. Everyone reads what is released; topics give rights over the whole installation; entries on domains and nodes say otherwise
// for whoever they are about. The operator's key may do everything.
import { createHash } from 'node:crypto'
import { Refusal } from '../../errors.ts'
import type { Authoriser } from '../../http/auth.ts'
import type { Principal, Right } from '../../http/principal.ts'
import type { Reason, ShownPlace, Sight, Verb } from '../../http/sight.ts'
import { EntrySight } from './decide.ts'
import type { Snapshot } from './entries.ts'

/** What a right of a route asks for on the node that it is about; rights without one are of the installation. */
const verbs: Readonly<Partial<Record<Right, Verb>>> = {
  'tree:read': 'see',
  'hidden:read': 'edit',
  'meta:write': 'edit',
  'structure:write': 'structure',
  'page:write': 'structure',
  'master:read': 'master',
  'text:write': 'edit',
  import: 'import',
  release: 'release',
  bin: 'bin',
  purge: 'purge',
  'log:read': 'edit',
  'manage-rights': 'manage-rights',
}
export const verbOf = (right: Right | undefined): Verb | undefined => right && verbs[right]

/** Whether the right is the principal's over the whole installation. */
const everywhere = (principal: Principal, right: Right): boolean => principal.rights.has(right)

const noEntries: Snapshot = {
  number: 0,
  nodes: new Map(),
  domains: new Map(),
  lineage: new Map(),
  domainIds: new Map(),
  boundaries: [],
  ranges: new Map(),
}
const plainSights = new WeakMap<Principal, Sight>()
/** Of principals that no request stands behind: topics and release alone. */
function plain(principal: Principal): Sight {
  let known = plainSights.get(principal)
  if (!known) plainSights.set(principal, (known = new EntrySight(noEntries, principal, new Set(), 0, '')))
  return known
}

const sight = (principal: Principal): Sight => principal.sight ?? plain(principal)

export interface Access extends Pick<Authoriser, 'can'> {
  /** What the principal may see and do, as of its request */
  sight(principal: Principal): Sight
  /** Whether the right is the principal's over the whole installation. */
  everywhere(principal: Principal, right: Right): boolean
  /** Whether hidden and binned nodes may be among what is shown: lists read them as well, and show each that is seen. */
  seesHidden(principal: Principal): boolean
  /** Whether the confidential fields of titles and pages are shown (decision 20). */
  seesConfidential(principal: Principal, node?: ShownPlace): boolean
  sees(principal: Principal, node: ShownPlace): boolean
  /** Whether what is hidden there, or lies in the bin, is seen and counted, too. */
  seesHiddenAt(principal: Principal, node: Omit<ShownPlace, 'isVisible'>): boolean
  /** Whether a collection is shown: what stands at its top may be seen, where no entry of its own says otherwise */
  seesDomain(principal: Principal, id: number): boolean
  /** Marks what a principal sees differently from everyone, in ETags and names of kept documents: '' for the public view */
  variant(principal: Principal): string
  /** Whether an answer may be kept for everyone who asks for it */
  isShared(principal: Principal): boolean
  /** A test for rows of a list; undefined where release has decided already, in SQL, and nothing is to be looked at. */
  filter(principal: Principal): ((node: ShownPlace) => boolean) | undefined
  /** @throws Refusal not-found for a node that is hidden from the principal: its existence is not told */
  requireVisible(principal: Principal, node: ShownPlace & { readonly id: number }): void
  /** @throws Refusal not-found, unauthorized or forbidden, with what would help */
  require(principal: Principal, verb: Verb, node: ShownPlace & { readonly id: number }): void
  /** Something on a domain itself: what stands at its top. @throws Refusal unauthorized, forbidden */
  requireInDomain(
    principal: Principal,
    verb: Verb,
    domain: { readonly id: number; readonly name?: string },
  ): void
}

/** @throws Refusal unauthorized for who has not said who they are, else forbidden */
export function refuse(principal: Principal, verb: Verb, what: string, reason: Reason): never {
  const until = reason.until ? ` until ${reason.until.toISOString()}` : ''
  // the note of an entry is for those who manage rights
  const because = reason.by === 'entry' ? ` It is restricted${until}.` : ''
  if (principal.kind === 'public')
    throw new Refusal(
      'unauthorized',
      `This needs the right ${verb} on ${what}.${because} Log in, or send a key as ‘Authorization: Bearer <key>’.`,
    )
  throw new Refusal('forbidden', `This needs the right ${verb} on ${what}.${because}`)
}

export const access: Access = {
  can(principal, right) {
    if (everywhere(principal, right)) return true
    const verb = verbs[right]
    // an entry may give it somewhere: the gate asks where
    return verb !== undefined && principal.sight !== undefined && sight(principal).mayAnywhere(verb)
  },
  everywhere,
  sight,
  seesHidden: principal => sight(principal).hidden !== 'none',
  seesConfidential(principal, node) {
    if (node && !sight(principal).isPlain) return sight(principal).can('edit', node)
    return everywhere(principal, 'meta:write')
  },
  sees: (principal, node) => sight(principal).can('see', node),
  seesHiddenAt: (principal, node) => sight(principal).can('see', { ...node, isVisible: false }),
  variant(principal) {
    const { isPlain, key } = sight(principal)
    const letter = access.seesHidden(principal) ? 'o' : ''
    return isPlain ? letter : `${letter}-${createHash('sha256').update(key).digest('base64url').slice(0, 12)}`
  },
  isShared: principal => principal.kind === 'public' && sight(principal).isShared,
  seesDomain: (principal, id) => access.sees(principal, { path: '', domainId: id, isVisible: true }),
  filter(principal) {
    const own = sight(principal)
    return own.isPlain || principal.kind === 'operator' ? undefined : node => own.can('see', node)
  },
  requireVisible(principal, node) {
    if (!sight(principal).can('see', node))
      throw new Refusal('not-found', `There is no tree node ${node.id}.`)
  },
  require(principal, verb, node) {
    access.requireVisible(principal, node)
    const reason = sight(principal).reason(verb, node)
    if (!reason.allowed) refuse(principal, verb, `node ${node.id}`, reason)
  },
  requireInDomain(principal, verb, domain) {
    const reason = sight(principal).reason(verb, { path: '', domainId: domain.id, isVisible: true })
    if (!reason.allowed) refuse(principal, verb, `domain ${domain.name ?? domain.id}`, reason)
  },
}
