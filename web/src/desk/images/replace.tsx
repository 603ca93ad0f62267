// Another master in the place of the one there is; what was seen until then is kept in the window, to be compared.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useAddress } from '../../app/room.tsx'
import { Button, Fault } from '../parts/controls.tsx'
import { ScanInput } from '../parts/scan-input.tsx'
import type { Page } from '../pages/queries.ts'
import { credentialHeaders } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import type { PageImage } from './edits.ts'
import { pictureOf } from './queries.ts'
import { putMaster } from './upload.ts'
import styles from './images.module.css'

export function Replace(props: { readonly page: Page; readonly etag: string; readonly image: PageImage | undefined; readonly name: string; readonly onFormer: (former: string) => void }) {
  const say = useSay()
  const at = useAddress()
  const queries = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [gone, setGone] = useState<number>()
  const { page, image } = props
  const upload = useMutation({
    mutationFn: async (file: File) => {
      setGone(0)
      // what is seen now is kept in the window, to be compared with what comes
      const former = image ? await fetch(at(pictureOf(page.id, image.meta.version)), { headers: credentialHeaders() }) : undefined
      const picture = former?.ok ? await former.blob() : undefined
      const answer = await putMaster(at(`/api/v1/pages/${page.id}/master`), file, props.etag, setGone)
      if (picture) props.onFormer(URL.createObjectURL(picture))
      return answer
    },
    onSuccess: async answer => {
      note({ batch: batchOf(answer), text: say('images.replaced', { name: props.name }) })
      await queries.invalidateQueries({ predicate: ({ queryKey }) => ['images', 'pages', 'tree'].includes(String(queryKey[0])) })
    },
    onSettled: () => setGone(undefined),
  })
  return (
    <section className={styles.panel}>
      <h2>{say('images.replace')}</h2>
      <p className={styles.soft}>{say('images.replace.text')}</p>
      <ScanInput opener={input} label={say('images.replace.file')} onChosen={file => upload.mutate(file)} />
      <Button onPress={() => input.current?.click()} isBusy={upload.isPending}>
        {say('images.replace.choose')}
      </Button>
      {gone === undefined ? null : <progress max={1} value={gone} aria-label={say('images.replace.progress')} />}
      {upload.error ? <Fault error={upload.error} /> : null}
    </section>
  )
}
