// Where one is in the tree: the address says it, and only the address.
import { useQuery } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import { type Domain, domainsQuery, nodeQuery, type Place } from '../queries.ts'
import { useApi } from '../session/session.ts'

const noDomains: readonly Domain[] = []

export interface TreeSearch {
  /** The node whose children are listed */
  readonly at?: string
  /** Or the domain, by name, whose top is listed */
  readonly domain?: string
  /** The node that details are shown of */
  readonly node?: string
  readonly kind?: string
  readonly state?: string
  readonly bin?: string
  readonly q?: string
  readonly type?: string
  readonly text?: string
  readonly pages?: string
  readonly labels?: string
  /** A day */
  readonly since?: string
  /** Somebody, as the log names them */
  readonly by?: string
  readonly tag?: string
  /** A column that rows are sorted by, with `-` from the last to the first */
  readonly sort?: string
}

export function usePlace() {
  const api = useApi()
  const router = useRouter()
  const search = useSearch({ strict: false }) as TreeSearch
  const domains = useQuery(domainsQuery(api))
  const named = search.node === undefined ? undefined : Number(search.node)
  const isOpen = search.at !== undefined || search.domain !== undefined
  const node = useQuery({ ...nodeQuery(api, named ?? 0), enabled: named !== undefined && !isOpen })
  const go = (next: TreeSearch, how: { readonly replace?: boolean } = {}) =>
    router.navigate({ to: '/desk/tree', search: next, ...how })
  // a node alone is shown where it stands; nothing at all leads to the first collection
  const first = domains.data?.find(({ isSystem }) => !isSystem)?.name
  useEffect(() => {
    if (isOpen) return
    if (node.data) {
      const domain = domains.data?.find(({ id }) => id === node.data.domainId)?.name
      if (node.data.parentId !== null) void go({ at: String(node.data.parentId), node: String(node.data.id) }, { replace: true })
      else if (domain !== undefined) void go({ domain, node: String(node.data.id) }, { replace: true })
    } else if (named === undefined && first !== undefined) void go({ domain: first }, { replace: true })
  })
  const { at, domain } = search
  const place = useMemo((): Place | undefined => (at !== undefined ? { node: Number(at) } : domain !== undefined ? { domain } : undefined), [at, domain])
  return {
    search,
    place,
    named,
    go,
    problem: domains.error ?? (isOpen ? null : node.error),
    hasNothing: domains.data !== undefined && first === undefined && !isOpen && named === undefined,
    domains: domains.data ?? noDomains,
  }
}
