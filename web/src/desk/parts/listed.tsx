// A list that is read page by page: what it shows while it is awaited, when it failed, when it is empty, and how it goes on.
import type { ReactNode } from 'react'
import { useSay } from '../texts.ts'
import { Button, Empty, Fault, Skeleton } from './controls.tsx'

/** What is asked of a list; useInfiniteQuery gives it. */
interface List {
  readonly data?: { readonly pages: readonly { readonly items: readonly unknown[] }[] } | undefined
  readonly error: unknown
  readonly isPending: boolean
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly refetch: () => unknown
  readonly fetchNextPage: () => unknown
}

export function Listed(props: {
  readonly list: List
  /** Lines of the size of what is awaited */
  readonly lines: number
  /** What is said where there is nothing, and what to do about it */
  readonly none: string
  readonly hint?: string
  readonly children: ReactNode
}) {
  const say = useSay()
  const { list } = props
  if (list.error) return <Fault error={list.error} again={say('again')} onAgain={() => void list.refetch()} />
  if (list.isPending) return <Skeleton lines={props.lines} />
  if (!list.data?.pages.some(page => page.items.length > 0)) return <Empty title={props.none}>{props.hint}</Empty>
  return (
    <>
      {props.children}
      {list.hasNextPage ? (
        <p>
          <Button kind="quiet" isBusy={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
            {say('more')}
          </Button>
        </p>
      ) : null}
    </>
  )
}
