// Before the draft is stored: what would change here, for whom, by the service's own preview.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowRight } from 'lucide-react'
import { ApiProblem } from '../../shared/api.ts'
import { Button, Dialog, DialogFoot, Fault, Skeleton, Tag } from '../parts/controls.tsx'
import type { Place } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { type Preview, previewOf, saveRights } from './queries.ts'
import { useRightsWords } from './words.ts'
import styles from './rights.module.css'

type Wanted = Parameters<typeof saveRights>[2]

export function Review(props: {
  readonly place: Place
  readonly wanted: Wanted
  readonly etag: string
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const words = useRightsWords()
  const { place, wanted, etag } = props
  const preview = useQuery({
    queryKey: ['preview', place, wanted],
    gcTime: 0,
    staleTime: 0,
    retry: false,
    // over what somebody else stored the same draft is previewed again: until then the former one stands, and can be stored
    placeholderData: keepPreviousData,
    queryFn: () => previewOf(api, place, wanted),
  })
  const save = useMutation({
    mutationFn: () => saveRights(api, place, wanted, etag),
    onSuccess: () => {
      props.onDone()
      // who sees what may be other everywhere
      void queries.invalidateQueries({ predicate: ({ queryKey }) => !['session', 'desk-texts', 'types'].includes(String(queryKey[0])) })
    },
    onError: async error => {
      // somebody was faster: the draft holds over what they stored, and that is read before anything is said
      if (error instanceof ApiProblem && error.status === 412) await queries.invalidateQueries({ queryKey: ['rights'] })
    },
  })
  const nameOf = ({ kind, name, group, address }: Preview['subjects'][number]['subject']): string =>
    kind === 'caller' ? say('review.you') : kind === 'anonymous' ? (address ?? say('why.who.anonymous')) : kind === 'group' ? words.groupName(group, name) : (name ?? '')
  const isStale = save.error instanceof ApiProblem && save.error.status === 412
  const locksOut = preview.data?.subjects.some(
    ({ subject, changes }) => subject.kind === 'caller' && changes.some(({ right, after }) => ['see', 'manage-rights'].includes(right) && !after.allowed),
  )
  return (
    <Dialog title={say('review.title')} isOpen isWide onClose={props.onClose}>
      <div aria-live="polite">
        {preview.error ? (
          <Fault error={preview.error} />
        ) : preview.isPending ? (
          <Skeleton lines={4} />
        ) : preview.data.subjects.length === 0 ? (
          <p>{say('review.nothing')}</p>
        ) : (
          <dl className={styles.review}>
            {preview.data.subjects.map(({ subject, changes }) => (
              <div key={`${subject.kind} ${subject.user} ${subject.group} ${subject.address}`}>
                <dt>{nameOf(subject)}</dt>
                {changes.map(({ right, before, after }) => (
                  <dd key={right}>
                    <span>{words.right(right)}</span>
                    {[before, after].map((reason, at) => (
                      <span key={at} className={styles.side}>
                        {at === 1 ? <ArrowRight size={14} aria-label={say('review.becomes')} /> : null}
                        <Tag tone={reason.allowed ? 'good' : 'bad'}>
                          {say(reason.allowed ? 'why.yes' : 'why.no')}
                          {reason.allowed && reason.width ? ` ${say('rights.upTo', { width: reason.width })}` : ''}
                        </Tag>
                      </span>
                    ))}
                  </dd>
                ))}
              </div>
            ))}
          </dl>
        )}
        {preview.data && !preview.data.isComplete ? <p className={styles.quiet}>{say('review.more')}</p> : null}
        {locksOut ? <p className={styles.warning}>{say('review.out')}</p> : null}
        {isStale ? <p className={styles.warning}>{say('review.stale')}</p> : save.error ? <Fault error={save.error} /> : null}
      </div>
      <p className={styles.quiet}>{say('review.below')}</p>
      <DialogFoot onCancel={props.onClose}>
        <Button
          kind={locksOut ? 'danger' : 'primary'}
          autoFocus
          isBusy={save.isPending || preview.isPending}
          isDisabled={preview.error !== null}
          onPress={() => save.mutate()}
        >
          {say('review.save')}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}
