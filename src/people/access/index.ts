// Who may do what. The policy: everyone reads what is released; topics give rights over the whole installation; the operator key may do everything.
import { Refusal } from '../../errors.ts'
import type { Authoriser } from '../../http/auth.ts'
import type { Principal } from '../../http/principal.ts'

export interface Access extends Authoriser {
  /** Whether hidden and binned nodes are shown as well. */
  seesHidden(principal: Principal): boolean
  /** Whether the confidential fields of titles and pages are shown (decision 20). */
  seesConfidential(principal: Principal): boolean
  /** @throws Refusal not-found for a node that is hidden from the principal: its existence is not told */
  requireVisible(principal: Principal, node: { readonly id: number; readonly isVisible: boolean }): void
}

export const access: Access = {
  can(principal, right, node) {
    if (!principal.rights.has(right)) return false
    return node === undefined || node.isVisible || principal.rights.has('hidden:read')
  },
  seesHidden(principal) {
    return access.can(principal, 'hidden:read')
  },
  seesConfidential(principal) {
    return access.can(principal, 'meta:write')
  },
  requireVisible(principal, node) {
    if (!node.isVisible && !access.seesHidden(principal))
      throw new Refusal('not-found', `There is no tree node ${node.id}.`)
  },
}
