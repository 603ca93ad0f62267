// The image of a page: turned, mirrored, cropped as it will be seen; another master in the place of this one, and the two compared.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CaretsToAxisDashedVertical, RotateCcw, RotateCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Head } from '../../app/room.tsx'
import { taken } from '../../shared/api.ts'
import { Button, Dialog, Empty, Fault, Field, IconButton, Skeleton, Tag } from '../parts/controls.tsx'
import { EditorHead } from '../parts/editor-head.tsx'
import { PageTurner, usePageByPage } from '../parts/page-by-page.tsx'
import { Scan, usePicture } from '../parts/scan.tsx'
import { useApi, useMay } from '../session/session.ts'
import { useActions } from '../shell/actions.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { Compare } from './compare.tsx'
import { mirrored, nothing, patchOf, stillWanted, turnedBy, uncut, type Wish } from './edits.ts'
import { Facts } from './facts.tsx'
import { imageQuery, onePageQuery, pictureOf } from './queries.ts'
import { Replace } from './replace.tsx'
import { Stage } from './stage.tsx'
import styles from './images.module.css'

const sides = ['top', 'right', 'bottom', 'left'] as const
const sideNames = { top: 'images.top', right: 'images.right.side', bottom: 'images.bottom', left: 'images.left.side' } as const
function OneImage({ id, name }: { readonly id: number; readonly name: string }) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const canWrite = useMay()('page:write')
  const page = useQuery(onePageQuery(api, id))
  const image = useQuery(imageQuery(api, id))
  const [wish, setWish] = useState(nothing)
  const [former, setFormer] = useState<string>()
  const [isAsReader, setAsReader] = useState(false)
  const [isComparing, setComparing] = useState(false)
  useEffect(() => () => (former === undefined ? undefined : URL.revokeObjectURL(former)), [former])
  const now = image.data?.value
  const { source } = usePicture(pictureOf(id, now?.meta.version ?? 0))
  const master = page.data?.value
  const isWished = wish !== nothing && JSON.stringify(wish) !== JSON.stringify(nothing)
  const again = () => queries.invalidateQueries({ predicate: ({ queryKey }) => ['images', 'pages'].includes(String(queryKey[0])) })
  const save = useMutation({
    mutationFn: async (wish: Wish) => {
      if (!now || !image.data || !master?.width || !master.height || !now.width || !now.height) return
      const size = { width: now.width, height: now.height }
      const body = patchOf(wish, now, size, { width: master.width, height: master.height })
      const answer = await taken(
        api.PATCH('/api/v1/pages/{id}/pack', { params: { path: { id }, header: { 'if-match': image.data.etag } as never }, body }),
      )
      note({ batch: batchOf(answer), text: say('images.edited', { name }) })
    },
    // what was changed meanwhile stays wanted
    onSuccess: (_, kept) => setWish(before => stillWanted(before, kept)),
    onSettled: again,
  })
  const turn = (by: number) => setWish(before => turnedBy(before, by))
  const mirror = () => setWish(mirrored)
  const canEdit = canWrite && now !== undefined && now.width !== null && now.height !== null
  useActions(
    'images',
    canEdit
      ? [
          { id: 'images.right', label: say('images.right'), shortcut: 'r', run: () => turn(90) },
          { id: 'images.left', label: say('images.left'), shortcut: 'l', run: () => turn(-90) },
          { id: 'images.mirror', label: say('images.mirror'), shortcut: 'm', run: mirror },
          { id: 'images.save', label: say('images.save'), shortcut: 'Mod+s', run: () => (isWished && !save.isPending ? save.mutate(wish) : undefined) },
        ]
      : [],
  )
  if (page.error) return <Fault error={page.error} again={say('again')} onAgain={() => void page.refetch()} />
  if (!master || image.isPending) return <Skeleton lines={12} />
  const size = now?.width && now.height ? { width: now.width, height: now.height } : undefined
  return (
    <div className={styles.halves}>
      {size && now ? (
        <Stage source={source} alt={say('details.picture', { name })} size={size} wish={wish} canDraw={canEdit} onCut={cut => setWish(before => ({ ...before, cut }))} />
      ) : (
        <Empty title={say('images.none')}>{now?.verdict ?? say('images.none.text')}</Empty>
      )}
      <aside className={styles.side} aria-label={say('images.side')}>
        {canEdit && size ? (
          <section className={styles.panel}>
            <h2>{say('images.edit')}</h2>
            <div className={styles.tools}>
              <IconButton label={say('images.left')} shortcut="L" onPress={() => turn(-90)}>
                <RotateCcw size={18} aria-hidden />
              </IconButton>
              <IconButton label={say('images.right')} shortcut="R" onPress={() => turn(90)}>
                <RotateCw size={18} aria-hidden />
              </IconButton>
              <IconButton label={say('images.mirror')} shortcut="M" onPress={mirror}>
                <CaretsToAxisDashedVertical size={18} aria-hidden />
              </IconButton>
              {now?.state === 'wanted' ? <Tag tone="warn">{say('images.making')}</Tag> : null}
            </div>
            <fieldset className={styles.cuts}>
              <legend>{say('images.cut')}</legend>
              {sides.map(side => (
                <Field
                  key={side}
                  label={say(sideNames[side])}
                  inputMode="numeric"
                  value={String(wish.cut[side])}
                  onChange={text => {
                    const most = (side === 'left' || side === 'right' ? size.width : size.height) - 1
                    const other = wish.cut[({ left: 'right', right: 'left', top: 'bottom', bottom: 'top' } as const)[side]]
                    const value = Math.max(0, Math.min(most - other, Number(text.replace(/\D/g, '')) || 0))
                    setWish(before => ({ ...before, cut: { ...before.cut, [side]: value } }))
                  }}
                />
              ))}
            </fieldset>
            {now?.crop ? (
              <label className={styles.check}>
                <input
                  type="checkbox"
                  checked={wish.isWhole}
                  onChange={event => setWish(before => ({ ...before, isWhole: event.target.checked, cut: uncut }))}
                />
                {say('images.whole')}
              </label>
            ) : null}
            {save.error ? <Fault error={save.error} /> : null}
            <div className={styles.tools}>
              <Button kind="primary" isDisabled={!isWished} isBusy={save.isPending} onPress={() => save.mutate(wish)}>
                {say('images.save')}
              </Button>
              <Button isDisabled={!isWished} onPress={() => setWish(nothing)}>
                {say('title.discard')}
              </Button>
            </div>
            <p className={styles.soft}>{say('images.masterStays')}</p>
          </section>
        ) : null}
        {canWrite ? <Replace page={master} etag={page.data?.etag ?? ''} image={now} name={name} onFormer={setFormer} /> : null}
        {size ? (
          <section className={styles.panel}>
            <div className={styles.tools}>
              {former ? <Button onPress={() => setComparing(true)}>{say('images.compare')}</Button> : null}
              <Button onPress={() => setAsReader(true)}>{say('images.asReader')}</Button>
            </div>
          </section>
        ) : null}
        <Facts page={master} image={now} />
      </aside>
      <Dialog title={say('images.compare')} isOpen={isComparing && former !== undefined} isWide onClose={() => setComparing(false)}>
        {former ? <Compare former={former} path={pictureOf(id, now?.meta.version ?? 0)} /> : null}
      </Dialog>
      <Dialog title={say('images.asReader')} isOpen={isAsReader} isWide onClose={() => setAsReader(false)}>
        <p className={styles.soft}>{say('images.asReader.text')}</p>
        <div className={styles.reader}>
          <Scan path={`/api/v1/pages/${id}/image?width=0&marked=true`} alt={say('details.picture', { name })} isEager />
        </div>
      </Dialog>
    </div>
  )
}

export default function Images() {
  const say = useSay()
  const turning = usePageByPage('/desk/title/$id/images')
  const { id, asked, at, shown, name, nameOf, turnTo } = turning
  useActions('images.pages', [
    { id: 'images.next', label: say('pages.next'), shortcut: 'PageDown', run: () => turnTo(at + 1) },
    { id: 'images.previous', label: say('pages.previous'), shortcut: 'PageUp', run: () => turnTo(at - 1) },
  ])
  return (
    <div className={styles.images}>
      <Head title={say('images.title', { name })} noIndex />
      <EditorHead
        name={name}
        back={
          <Link to="/desk/title/$id/pages" params={{ id: String(id) }}>
            ‹ {say('details.pages')}
          </Link>
        }
      >
        <PageTurner of={turning} />
      </EditorHead>
      {asked.error ? (
        <Fault error={asked.error} again={say('again')} onAgain={() => void asked.refetch()} />
      ) : asked.isPending ? (
        <Skeleton lines={12} />
      ) : shown ? (
        <OneImage key={shown.id} id={shown.id} name={nameOf(at)} />
      ) : (
        <Empty title={say('pages.none')}>{say('pages.none.text')}</Empty>
      )}
    </div>
  )
}
