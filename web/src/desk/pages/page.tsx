// Pages and structure of a title: choose among the pictures, number them, draw the outline around them.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { memo, useCallback, useDeferredValue, useMemo, useRef, useState } from 'react'
import { Head } from '../../app/room.tsx'
import { taken } from '../../shared/api.ts'
import { Button, Empty, Fault, Skeleton } from '../parts/controls.tsx'
import { EditorHead } from '../parts/editor-head.tsx'
import { ScanInput } from '../parts/scan-input.tsx'
import { useSelection } from '../parts/selection.ts'
import { useApi, useMay } from '../session/session.ts'
import { type Action, useActions } from '../shell/actions.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { NotesHere as Notes } from '../notes/here.tsx'
import { notesBelowQuery } from '../notes/queries.ts'
import { type Subject, WriteNote } from '../notes/write.tsx'
import { AddScan } from './add-scan.tsx'
import { BigPage } from './big-page.tsx'
import { ActDialog } from '../tree/act.tsx'
import { DraggingPages, DragPagesButton } from './dragging.tsx'
import { PageGrid, type Size } from './grid.tsx'
import { doublesOf, gapsOf, nextToLookAt, ordered } from './order.ts'
import { Paginate as PaginateForm } from './paginate.tsx'
import { kindsQuery, type Page, pagesQuery } from './queries.ts'
import { SplitTitle } from './split-title.tsx'
import { Structure as StructureForm } from './structure.tsx'
import { parted } from './outline.ts'
import { Tools } from './tools.tsx'
import { useOutline } from './use-outline.ts'
import { Recognise } from '../texts/recognise.tsx'
import { made, turnPages } from '../images/turn.ts'
import styles from './pages.module.css'

const none: ReadonlyMap<number, string> = new Map()
const noPages: readonly Page[] = []
const noNotes: never[] = []
const nothingCut: ReadonlySet<number> = new Set()

// what stands beside the pages is drawn after them: whoever chooses sees at once what is chosen
const Paginate = memo(PaginateForm)
const Structure = memo(StructureForm)
const NotesHere = memo(Notes)

/** A page as what a note is written about, with its image, so that a part can be marked. */
const subjectOf = (page: Page, name: string): Subject => ({
  ids: [page.id],
  name,
  image: page.width && page.height ? { width: page.width, height: page.height } : undefined,
})

export default function Pages() {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const queries = useQueryClient()
  const id = Number((useParams({ strict: false }) as { id?: string }).id)
  const asked = useQuery(pagesQuery(api, id))
  const title = useQuery({
    queryKey: ['titles', 'one', id],
    queryFn: () => taken(api.GET('/api/v1/titles/{id}', { params: { path: { id } } })),
  })
  const outline = useOutline(id)
  const pages = useMemo(() => ordered(asked.data ?? noPages, outline.isMoved ? outline.children : undefined), [asked.data, outline.isMoved, outline.children])
  const ids = useMemo(() => pages.map(page => page.id), [pages])
  const kinds = useQuery(kindsQuery(api)).data?.items
  const { doubles, gaps, odd } = useMemo(() => {
    const [doubles, gaps] = [doublesOf(pages), gapsOf(pages, kinds ?? [])]
    const isOdd = ({ id, pagination: { label } }: Page) => label === null || doubles.has(label) || gaps.has(id)
    return { doubles, gaps, odd: { isOdd, count: pages.filter(isOdd).length } }
  }, [pages, kinds])
  const selection = useSelection(ids)
  const [size, setSize] = useState<Size>('medium')
  const [preview, setPreview] = useState(none)
  const [big, setBig] = useState<number>()
  const [subject, setSubject] = useState<Subject>()
  const notes = useQuery({ ...notesBelowQuery(api, id), enabled: may('log:read') })
  const noted = useMemo(() => {
    const counts = new Map<number, number>()
    for (const { node } of notes.data ?? []) counts.set(node.id, (counts.get(node.id) ?? 0) + 1)
    return counts
  }, [notes.data])
  const nameOf = (page: Page) => say('notes.page', { label: page.pagination.label ?? `[${ids.indexOf(page.id) + 1}]` })
  /** About the chosen pages; where none is chosen, about the title */
  const writeNote = () => {
    const page = selection.list.length === 1 ? pages.find(each => each.id === selection.list[0]) : undefined
    setSubject(page ? subjectOf(page, nameOf(page)) : selection.list.length > 0 ? { ids: selection.list } : { ids: [id], name })
  }
  const [isReading, setReading] = useState(false)
  const [scan, setScan] = useState<File>()
  const input = useRef<HTMLInputElement>(null)
  const addScan = () => input.current?.click()
  const [cut, setCut] = useState<ReadonlySet<number>>(nothingCut)
  const canMove = may('structure:write') && outline.children !== undefined
  const put = () => {
    if (selection.focus === undefined) return
    outline.move({ pages: ids.filter(each => cut.has(each)), to: { before: selection.focus } })
    setCut(nothingCut)
  }
  const saveOrder = () => outline.save(say('pages.moved.done'))
  const beside = useDeferredValue(selection.list)
  const range = useMemo(() => {
    const [first, last] = [beside[0], beside.at(-1)]
    if (first === undefined || last === undefined) return undefined
    const all = ids.slice(ids.indexOf(first), ids.indexOf(last) + 1)
    const chosen = new Set(beside)
    return { ids: all, between: all.filter(id => !chosen.has(id)) }
  }, [beside, ids])
  const latest = useRef({ selection, beside, writeNote })
  latest.current = { selection, beside, writeNote }
  const newest = useCallback(() => latest.current.selection.list, [])
  const isBehind = useCallback(() => latest.current.selection.list.join() !== latest.current.beside.join(), [])
  const chooseAll = useCallback((list: readonly number[]) => latest.current.selection.set(list, list[0]), [])
  const write = useCallback(() => latest.current.writeNote(), [])
  const chosen = selection.list
  const from = chosen[0]
  const choose = useMutation({
    mutationFn: (page: number) =>
      taken(
        api.PUT('/api/v1/titles/{id}/titlepage', {
          params: { path: { id }, header: { 'if-match': '*' } as never },
          body: { page },
        }),
      ),
    onSuccess: async answer => {
      note({ batch: batchOf(answer), text: say('pages.titlepage.done') })
      await queries.invalidateQueries({ queryKey: ['titles'] })
    },
    onError: error => note({ batch: undefined, tone: 'bad', text: error.message }),
  })
  const [fresh, setFresh] = useState(0)
  const anew = async (ids: readonly number[]) => {
    await made(api, ids)
    setFresh(before => before + 1)
  }
  const turn = useMutation({
    mutationFn: (by: 90 | 270) => turnPages(api, chosen, by),
    onSuccess: ({ done, error, back }) => {
      if (done.length > 0) note({ batch: undefined, back: () => back().then(() => void anew(done)), text: say('images.turned', { count: done.length }) })
      if (error) note({ batch: undefined, tone: 'bad', text: error instanceof Error ? error.message : say('problem.unknown') })
      void queries.invalidateQueries({ queryKey: ['images'] })
      return anew(done)
    },
  })
  const canTurn = may('page:write') && chosen.length > 0
  const turns = [
    ['images.turn.left', 'l', 270],
    ['images.turn.right', 'r', 90],
  ] as const
  const canChoose = may('meta:write') && chosen.length === 1
  const setTitlepage = () => (from === undefined ? undefined : choose.mutate(from))
  const [isBinning, setBinning] = useState(false)
  const [isSplitting, setSplitting] = useState(false)
  const nextOdd = () => {
    const next = nextToLookAt(pages, selection.focus, odd.isOdd)
    if (next !== undefined) selection.set([next], next)
  }
  const cutElement = from !== undefined && chosen.length === 1 && canMove && outline.children ? parted(outline.children, from) : undefined
  const actions: readonly Action[] = [
    ...(may('page:write') ? [{ id: 'pages.add', label: say('pages.add'), shortcut: 'i', run: addScan }] : []),
    ...(canTurn ? turns.map(([id, shortcut, by]) => ({ id, label: say(id, { count: chosen.length }), shortcut, run: () => turn.mutate(by) })) : []),
    ...(may('text:write') && pages.length > 0 ? [{ id: 'pages.recognise', label: say('recognise.open'), run: () => setReading(true) }] : []),
    ...(canMove && chosen.length > 0 ? [{ id: 'pages.cut', label: say('pages.cut', { count: chosen.length }), shortcut: 'Mod+x', run: () => setCut(new Set(chosen)) }] : []),
    ...(canMove && cut.size > 0 ? [{ id: 'pages.put', label: say('pages.put', { count: cut.size }), shortcut: 'Mod+v', run: put }] : []),
    ...(outline.isMoved
      ? [
          { id: 'pages.order', label: say('pages.moved.save'), shortcut: 'Mod+s', run: saveOrder },
          { id: 'pages.back', label: say('pages.moved.back'), shortcut: 'Mod+z', run: () => outline.moveBack(false) },
        ]
      : []),
    ...(canChoose ? [{ id: 'pages.titlepage', label: say('pages.titlepage.set'), shortcut: 't', run: setTitlepage }] : []),
    ...(may('meta:write') ? [{ id: 'pages.note', label: say('notes.add'), shortcut: 'n', run: writeNote }] : []),
    ...(may('structure:write') && chosen.length > 0
      ? [{ id: 'pages.draw', label: say('structure.draw', { count: chosen.length }), shortcut: 's', run: () => document.getElementById('structure-type')?.focus() }]
      : []),
    ...(cutElement ? [{ id: 'pages.part', label: say('structure.part'), shortcut: 'd', run: () => outline.save(say('structure.parted'), cutElement) }] : []),
    ...(may('bin') && chosen.length > 0 ? [{ id: 'pages.bin', label: say('pages.bin', { count: chosen.length }), shortcut: 'Delete', run: () => setBinning(true) }] : []),
    ...(may('structure:write') && may('meta:write') && title.data && chosen.length === 1 && from !== ids[0] && !outline.isMoved
      ? [{ id: 'pages.split', label: say('split.open'), run: () => setSplitting(true) }]
      : []),
    ...(odd.count > 0 ? [{ id: 'pages.odd', label: say('pages.odd.next'), shortcut: 'g', run: nextOdd }] : []),
  ]
  useActions('pages', actions)
  const name = title.data?.title ?? title.data?.caption ?? `#${id}`
  return (
    <DraggingPages chosen={chosen} onChoose={page => selection.set([page], page)} onMove={canMove ? outline.move : undefined}>
      <div className={styles.pages}>
        <Head title={say('pages.title', { name })} noIndex />
        <EditorHead
          name={name}
          back={
            <Link to="/desk/tree" search={{ node: String(id) }}>
              ‹ {say('title.back')}
            </Link>
          }
        >
          <Tools
            id={id}
            from={from}
            chosen={chosen.length}
            count={pages.length}
            odd={odd}
            actions={actions}
            onNext={nextOdd}
            size={size}
            onSize={setSize}
          >
            {may('page:write') ? <ScanInput opener={input} label={say('pages.add.file')} onChosen={setScan} /> : null}
            {canMove && chosen.length > 0 ? <DragPagesButton /> : null}
          </Tools>
        </EditorHead>
        {outline.isMoved ? (
          <div className={styles.moved}>
            <span role="status">{say('pages.moved')}</span>
            <Button kind="quiet" onPress={() => outline.moveBack(false)}>
              {say('pages.moved.back')}
            </Button>
            <Button onPress={() => outline.moveBack(true)}>{say('title.discard')}</Button>
            <Button kind="primary" isBusy={outline.isSaving} onPress={saveOrder}>
              {say('pages.moved.save')}
            </Button>
          </div>
        ) : null}
        <div className={styles.halves}>
          {asked.error ? (
            <Fault error={asked.error} again={say('again')} onAgain={() => void asked.refetch()} />
          ) : asked.isPending ? (
            <Skeleton lines={12} />
          ) : pages.length === 0 ? (
            <Empty title={say('pages.none')}>{say('pages.none.text')}</Empty>
          ) : (
            <PageGrid
              label={say('pages.title', { name })}
              pages={pages}
              selection={selection}
              size={size}
              fresh={fresh}
              preview={preview}
              doubles={doubles}
              gaps={gaps}
              titlepage={title.data?.titlepageId ?? null}
              notes={noted}
              cut={cut}
              onOpen={setBig}
            />
          )}
          <aside className={styles.side} aria-label={say('pages.side')}>
            {may('page:write') && range ? <Paginate id={id} range={range} isBehind={isBehind} pages={pages} onPreview={setPreview} /> : null}
            <Structure outline={outline} chosen={beside} newest={newest} canWrite={may('structure:write')} onChoose={chooseAll} />
            {may('log:read') ? <NotesHere notes={notes.data ?? noNotes} title={id} pages={beside} {...(may('meta:write') ? { onWrite: write } : {})} /> : null}
          </aside>
        </div>
        {scan ? (
          <AddScan
            id={id}
            file={scan}
            pages={pages}
            beside={selection.focus ?? chosen.at(-1)}
            onAdded={added => {
              setScan(undefined)
              selection.set([added], added)
              void anew([added])
            }}
            onClose={() => setScan(undefined)}
          />
        ) : null}
        {isBinning ? <ActDialog act={{ action: 'bin', ids: chosen }} onClose={() => setBinning(false)} /> : null}
        {isSplitting && title.data && from !== undefined ? <SplitTitle title={title.data} pages={pages} at={from} onClose={() => setSplitting(false)} /> : null}
        {isReading ? <Recognise node={id} name={name} chosen={chosen} onClose={() => setReading(false)} /> : null}
        {big === undefined ? null : (
          <BigPage
            pages={pages}
            at={big}
            onTurn={setBig}
            onClose={() => setBig(undefined)}
            {...(may('meta:write')
              ? {
                  onNote: (page: Page) => {
                    setBig(undefined)
                    setSubject(subjectOf(page, nameOf(page)))
                  },
                }
              : {})}
          />
        )}
        {subject ? <WriteNote subject={subject} onClose={() => setSubject(undefined)} /> : null}
      </div>
    </DraggingPages>
  )
}
