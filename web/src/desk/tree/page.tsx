// The tree in three panes: where, what stands there, what it is.
import { hashKey, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { memo, useCallback, useMemo, useRef, useState } from 'react'
import { Head } from '../../app/room.tsx'
import { taken } from '../../shared/api.ts'
import { Empty, Fault, Skeleton } from '../parts/controls.tsx'
import { type Subject, WriteNote } from '../notes/write.tsx'
import { Panes } from '../parts/panes.tsx'
import { useSelection } from '../parts/selection.ts'
import { ancestorsQuery, childrenQuery, nodeQuery, type Place, type TreeNode } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { useActions, useSteady } from '../shell/actions.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { type Act, ActDialog, type Whole } from './act.tsx'
import { Bar as PlaceBar } from './bar.tsx'
import { Branches as AllBranches } from './branches.tsx'
import { needsFacts, useColumns } from './columns.ts'
import { Details as NodeDetails } from './details.tsx'
import { DraggingRoom, type Target } from './dragging.tsx'
import { Recognise } from '../texts/recognise.tsx'
import { FieldsDialog } from './fields.tsx'
import { filterOf } from './filter.ts'
import { MergeTitles } from './merge-titles.tsx'
import { type TreeSearch, usePlace } from './place.ts'
import { RetypeDialog } from './retype.tsx'
import { pressed, type SortBy, sortingOf } from './sorting.ts'
import { type Placing, ToPlace } from './to-place.tsx'
import { TagDialog } from './tag.tsx'
import { NodeTable } from './table.tsx'
import { useTreeActions } from './tree-actions.ts'
import { mostAtOnce, useSortActions, useSorted } from './use-sorted.ts'
import styles from './tree.module.css'

/** Place and filter of a list, whatever its order */
const levelOf = (key: readonly unknown[]) => hashKey(key.slice(0, 4))
const noPages: readonly number[] = []
const nothingAbove: readonly TreeNode[] = []

// rows come while somebody scrolls: what stands around the table is not drawn anew by them
const Bar = memo(PlaceBar)
const Branches = memo(AllBranches)
const Details = memo(NodeDetails)

export default function TreePage() {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const router = useRouter()
  const { search, place, named, go, domains, problem, hasNothing } = usePlace()
  const [act, setAct] = useState<Act>()
  const [subject, setSubject] = useState<Subject>()
  const [tagged, setTagged] = useState<{ readonly nodes: readonly TreeNode[]; readonly whole: Whole | undefined }>()
  const [retitled, setRetitled] = useState<readonly TreeNode[]>()
  const [read, setRead] = useState<TreeNode>()
  const [retyped, setRetyped] = useState<readonly TreeNode[]>()
  const [placed, setPlaced] = useState<{ readonly what: Placing; readonly nodes: readonly TreeNode[] }>()
  const [merged, setMerged] = useState<readonly [TreeNode, TreeNode]>()
  /** The rows that stand for everything at the place */
  const [standIns, setStandIns] = useState<ReadonlySet<number>>()
  const [cut, setCut] = useState<ReadonlySet<number>>(new Set())
  const [renamed, setRenamed] = useState<number>()
  const columns = useColumns()
  const facts = needsFacts(columns.chosen) ? { facts: 'true' as const } : {}
  const shownColumns = useMemo((): readonly SortBy[] => ['name', ...columns.chosen], [columns.chosen])
  const sorting = useMemo(() => sortingOf(search.sort, shownColumns), [search.sort, shownColumns])
  const level = childrenQuery(api, place ?? { node: 0 }, { ...filterOf(search), ...facts }, sorting !== undefined)
  const list = useInfiniteQuery({
    ...level,
    enabled: place !== undefined,
    // what is shown of a level stays while all of it is fetched
    placeholderData: (shown, query) => (query && levelOf(query.queryKey) === levelOf(level.queryKey) ? shown : undefined),
  })
  const fetched = useMemo(() => list.data?.pages.flatMap(page => page.items) ?? [], [list.data])
  const { nodes, order } = useSorted(list, fetched, sorting)
  const ids = useMemo(() => nodes.map(({ id }) => id), [nodes])
  const at = place && 'node' in place ? place.node : undefined
  const here = useQuery({ ...nodeQuery(api, at ?? 0), enabled: at !== undefined })
  const above = useQuery({ ...ancestorsQuery(api, at ?? 0), enabled: at !== undefined })
  const selection = useSelection(ids, id => void go({ ...search, node: String(id) }, { replace: true }))
  const latest = useRef({ selection, go, search })
  latest.current = { selection, go, search }
  const open = useCallback((next: Place) => {
    latest.current.selection.set([])
    void latest.current.go('node' in next ? { at: String(next.node) } : { domain: next.domain })
  }, [])
  const filter = useCallback((next: TreeSearch) => void latest.current.go(next, { replace: true }), [])
  const sort = useCallback((by: string | undefined) => {
    const { sort: _, ...others } = latest.current.search
    void latest.current.go(by === undefined ? others : { ...others, sort: by }, { replace: true })
  }, [])
  const domain =
    place && 'domain' in place
      ? domains.find(({ name }) => name === place.domain)
      : domains.find(({ id }) => id === here.data?.domainId)
  const ancestors = at === undefined ? nothingAbove : (above.data ?? nothingAbove)
  const path = useMemo(
    (): Place[] => [...(domain ? [{ domain: domain.name }] : []), ...ancestors.filter(({ datatype }) => datatype !== 'domain').map(({ id }) => ({ node: id }))],
    [domain, ancestors],
  )
  const up = () => {
    if (here.data === undefined) return
    if (here.data.parentId !== null) void go({ at: String(here.data.parentId), node: String(here.data.id) })
    else if (domain) void go({ domain: domain.name, node: String(here.data.id) })
  }
  const rename = useMutation({
    mutationFn: async ({ node, caption }: { node: TreeNode; caption: string }) =>
      taken(
        api.PATCH('/api/v1/tree/{id}', {
          params: { path: { id: node.id }, header: { 'if-match': `"${node.meta.version}"` } as never },
          body: { caption: caption.trim() === '' ? null : caption },
        }),
      ),
    onSuccess: async answer => {
      note({ batch: batchOf(answer), text: say('tree.renamed', { name: answer.caption ?? `#${answer.id}` }) })
      await queries.invalidateQueries({ queryKey: ['tree'] })
    },
    onError: error => note({ batch: undefined, tone: 'bad', text: error.message }),
  })
  const { fetchNextPage, isFetchingNextPage } = list
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, isFetchingNextPage])
  // where there are more rows than are fetched, all of them are meant by their place and filter
  const chooseAll = async () => {
    let found = list
    let all = nodes
    while (found.hasNextPage && all.length < mostAtOnce) {
      found = (await found.fetchNextPage()) as typeof list
      all = found.data?.pages.flatMap(page => page.items) ?? []
    }
    const rows: ReadonlySet<number> = new Set(all.map(({ id }) => id))
    setStandIns(found.hasNextPage ? rows : undefined)
    selection.set(rows)
  }
  const whole: Whole | undefined =
    place !== undefined && standIns !== undefined && selection.chosen === standIns
      ? { children: place, filter: { deleted: 'false', ...filterOf(search) } }
      : undefined
  const chosen = selection.list.length > 0 ? selection.list : []
  const chosenNodes = useMemo(() => nodes.filter(({ id }) => selection.chosen.has(id)), [nodes, selection.chosen])
  const moveTo = (ids: readonly number[], { place: to, caption }: Target) =>
    setAct({ action: 'move', ids, to: caption, ...('node' in to ? { parent: to.node } : { parent: null, domain: to.domain }) })
  const offered = useTreeActions({
    chosen: chosenNodes,
    whole,
    cut,
    placeName: here.data?.caption ?? domain?.caption ?? '',
    onAct: setAct,
    onCut: () => setCut(new Set(chosen)),
    onPaste: to => {
      if (place === undefined || cut.size === 0) return
      moveTo([...cut], { place, caption: to })
    },
    onRename: () => setRenamed(selection.focus),
    onPages: id => void router.navigate({ to: '/desk/title/$id/pages', params: { id: String(id) } }),
    onTag: (nodes, whole) => setTagged({ nodes, whole }),
    onFields: setRetitled,
    onRetype: setRetyped,
    onPlace: (what, nodes) => setPlaced({ what, nodes }),
    onMerge: setMerged,
    onRecognise: setRead,
    onNote: noted => setSubject({ ids: noted.map(({ id }) => id), name: noted.length === 1 ? (noted[0]?.caption ?? undefined) : undefined }),
    onRights: id => {
      const search = id !== undefined ? { node: String(id) } : place === undefined ? {} : 'node' in place ? { node: String(place.node) } : { domain: place.domain }
      void router.navigate({ to: '/desk/rights', search })
    },
    onRecord: id => void router.navigate({ to: '/desk/title/$id', params: { id: String(id) } }),
  })
  const actions = useSteady(offered)
  useActions('tree', actions)
  useSortActions(shownColumns, sorting, sort)
  if (problem) return <Fault error={problem} again={say('again')} onAgain={() => location.reload()} />
  if (hasNothing) return <Empty title={say('tree.empty')}>{say('tree.empty.text')}</Empty>
  const shown = named ?? at
  return (
    <div className={styles.tree}>
      <Head title={here.data?.caption ?? domain?.caption ?? say('place.tree')} noIndex />
      <h1 className={styles.unseen}>{say('place.tree')}</h1>
      <DraggingRoom chosen={chosenNodes} onChoose={id => selection.set([id], id)} onDrop={(dragged, to) => moveTo(dragged.map(({ id }) => id), to)}>
        <Panes
          left={{ name: 'tree', width: 264, min: 180, max: 520 }}
          right={{ name: 'details', width: 328, min: 240, max: 600 }}
          labels={[say('tree.widthLeft'), say('tree.widthRight')]}
        >
          <Branches domains={domains} place={place} path={path} onGo={open} />
          <>
            <Bar
              domain={domain}
              above={ancestors}
              here={here.data}
              search={search}
              count={chosen.length}
              isWhole={whole !== undefined}
              actions={actions}
              columns={columns}
              onGo={open}
              onFilter={filter}
            />
            <p role="status" className={styles.order}>
              {order === 'coming' ? say('tree.sort.coming') : order === 'tooMany' ? say('tree.sort.tooMany', { most: mostAtOnce }) : ''}
            </p>
            {list.error ? (
              <Fault error={list.error} again={say('again')} onAgain={() => void list.refetch()} />
            ) : list.isPending ? (
              <div className={styles.wait}>
                <Skeleton lines={12} />
              </div>
            ) : nodes.length === 0 ? (
              <Empty title={say('tree.nothing')}>{say('tree.nothing.text')}</Empty>
            ) : (
              <NodeTable
                label={say('tree.children', { name: here.data?.caption ?? domain?.caption ?? '' })}
                nodes={nodes}
                hasMore={list.hasNextPage}
                onMore={more}
                selection={whole ? { ...selection, isChosen: () => true } : selection}
                cut={cut}
                columns={columns.chosen}
                sorting={sorting}
                isSorted={order === 'sorted'}
                onSort={by => sort(pressed(sorting, by))}
                renamed={renamed}
                onName={(node, caption) => {
                  setRenamed(undefined)
                  if (caption !== undefined && caption !== (node.caption ?? '')) rename.mutate({ node, caption })
                }}
                onOpen={node => (node.datatype === 'page' ? undefined : open({ node: node.linkTo ?? node.id }))}
                onUp={up}
                onAll={() => void chooseAll()}
              />
            )}
          </>
          <Details chosen={chosen.length} isWhole={whole !== undefined} id={shown} />
        </Panes>
      </DraggingRoom>
      {subject ? <WriteNote subject={subject} onClose={() => setSubject(undefined)} /> : null}
      {tagged ? (
        <TagDialog {...tagged} domain={domain?.name} onClose={() => setTagged(undefined)} />
      ) : null}
      {read ? <Recognise node={read.id} name={read.caption ?? `#${read.id}`} chosen={noPages} onClose={() => setRead(undefined)} /> : null}
      {retitled ? (
        <FieldsDialog nodes={retitled} place={place} path={here.data?.path} filter={filterOf(search)} isWhole={whole !== undefined} onClose={() => setRetitled(undefined)} />
      ) : null}
      {retyped ? (
        <RetypeDialog
          nodes={retyped}
          onClose={() => setRetyped(undefined)}
          onChosen={(type, typeName) => {
            setRetyped(undefined)
            setAct({ action: 'retype', ids: retyped.map(({ id }) => id), type, typeName })
          }}
        />
      ) : null}
      {placed ? (
        <ToPlace
          {...placed}
          onMove={to => {
            setPlaced(undefined)
            moveTo(placed.nodes.map(({ id }) => id), to)
          }}
          onClose={() => setPlaced(undefined)}
        />
      ) : null}
      {merged ? (
        <MergeTitles
          titles={merged}
          onClose={() => setMerged(undefined)}
          onMerged={id => {
            selection.set([id], id)
            void go({ ...search, node: String(id) }, { replace: true })
          }}
        />
      ) : null}
      {act ? (
        <ActDialog
          act={act}
          onClose={isDone => {
            setAct(undefined)
            if (isDone && act.action === 'move') setCut(new Set())
          }}
        />
      ) : null}
    </div>
  )
}
