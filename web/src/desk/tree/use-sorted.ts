// The rows of a level in the order that the address names: all of them are fetched for it, as far as that goes.
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { useFormats } from '../../shared/text.ts'
import { type TreeNode, useTypeNames } from '../queries.ts'
import { useActions } from '../shell/actions.ts'
import { useSay } from '../texts.ts'
import { columnText } from './columns.ts'
import { pressed, type SortBy, sorted, type Sorting } from './sorting.ts'

/** So many rows of a level are fetched at once at most: to be sorted, or to be chosen. */
export const mostAtOnce = 5000

type List = UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly TreeNode[] }>>
/** How rows stand: as in the tree, or sorted; on the way to that; or as in the tree because they are too many. */
export type Order = 'tree' | 'sorted' | 'coming' | 'tooMany'

export function useSorted(list: List, fetched: readonly TreeNode[], sorting: Sorting | undefined): { readonly nodes: readonly TreeNode[]; readonly order: Order } {
  const say = useSay()
  const type = useTypeNames()
  const { locale } = useFormats()
  const { hasNextPage, isFetching, isError, isPlaceholderData, fetchNextPage } = list
  const isTooLong = fetched.length > mostAtOnce || (fetched.length === mostAtOnce && hasNextPage)
  const isComing = isPlaceholderData || (hasNextPage && !isTooLong)
  const order = !sorting || fetched.length === 0 ? 'tree' : isTooLong ? 'tooMany' : isComing ? 'coming' : 'sorted'
  useEffect(() => {
    if (order === 'coming' && !isFetching && !isError) void fetchNextPage()
  }, [order, isFetching, isError, fetchNextPage])
  // rows that somebody adds to a sorted level come as another page: what stands there stays sorted meanwhile
  const wasSorted = useRef(false)
  wasSorted.current = order === 'sorted' || (order === 'coming' && !isPlaceholderData && wasSorted.current)
  const isSorted = wasSorted.current
  const nodes = useMemo(() => {
    if (!sorting || !isSorted) return fetched
    const state = ({ isInBin, isReleased }: { readonly isInBin: boolean; readonly isReleased: boolean }) =>
      say(isInBin ? 'tree.state.bin' : isReleased ? 'tree.state.released' : 'tree.state.hidden')
    return sorted(fetched, sorting, { type: node => type(node.datatype, node.type), state }, locale)
  }, [fetched, sorting, isSorted, say, type, locale])
  return { nodes, order: isSorted ? 'sorted' : order }
}

/** What stands above a column */
export const nameOf = (by: SortBy) => (by === 'name' ? 'tree.name' : columnText[by])

/** The same as the heads of columns do, by name. */
export function useSortActions(shown: readonly SortBy[], sorting: Sorting | undefined, onSort: (by: string | undefined) => void): void {
  const say = useSay()
  useActions('tree.sort', [
    ...shown.flatMap(by => {
      const to = pressed(sorting, by)
      if (to === undefined) return []
      return [{ id: `tree.sort.${by}`, label: say(to.startsWith('-') ? 'tree.sort.down' : 'tree.sort', { column: say(nameOf(by)) }), run: () => onSort(to) }]
    }),
    ...(sorting ? [{ id: 'tree.sort.none', label: say('tree.sort.none'), run: () => onSort(undefined) }] : []),
  ])
}
