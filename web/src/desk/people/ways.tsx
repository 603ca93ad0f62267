// By whom else somebody logs in: linked and unlinked by whom it is about, shown and unlinked for who manages users. The way to link one leads to the
// service and comes back here; before that, and before unlinking, whoever sits here shows that the session is theirs where it is an old one.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { Link2, Unlink } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Head, useAddress } from '../../app/room.tsx'
import { type Api, ApiProblem, type Schemas, taken } from '../../shared/api.ts'
import { Button, Dialog, DialogFoot, Empty, Fault, Field, IconButton, Skeleton, Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Page } from '../parts/page.tsx'
import { Table } from '../parts/table.tsx'
import { userQuery } from '../queries.ts'
import { mayIn, useApi, useSession } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { PeopleTabs } from './tabs.tsx'
import styles from './people.module.css'

type Identity = Schemas['Identity']
/** What is wanted, kept while whoever wants it shows who they are */
type Wanted = { readonly link: string } | { readonly unlink: number }

const listed = (api: Api, user: string | undefined) =>
  user === undefined ? api.GET('/api/v1/users/me/identities') : api.GET('/api/v1/users/{id}/identities', { params: { path: { id: user } } })
const unlinked = (api: Api, user: string | undefined, identity: number) =>
  user === undefined
    ? api.DELETE('/api/v1/users/me/identities/{identity}', { params: { path: { identity } } })
    : api.DELETE('/api/v1/users/{id}/identities/{identity}', { params: { path: { id: user, identity } } })

const isProofNeeded = (error: unknown): boolean => error instanceof ApiProblem && error.more['proofNeeded'] === true

export default function Ways() {
  const say = useSay()
  const at = useAddress()
  const api = useApi()
  const queries = useQueryClient()
  const { exact, ago } = useMoments()
  const { session } = useSession()
  const { user } = useSearch({ strict: false }) as { user?: string }
  const whose = useQuery({ ...userQuery(api, user ?? ''), enabled: user !== undefined })
  const ways = useQuery({ queryKey: ['identities', user ?? 'me'], retry: false, queryFn: () => taken(listed(api, user)) })
  const [asked, setAsked] = useState<Identity>()
  const may = mayIn(session, user === undefined ? 'account' : 'user:manage')
  const act = useMutation({
    mutationFn: async (wanted: Wanted) => {
      if ('unlink' in wanted) await taken(unlinked(api, user, wanted.unlink))
      else {
        const { address } = await taken(api.POST('/api/v1/users/me/identities', { body: { provider: wanted.link, next: at('/desk/ways') } }))
        window.location.assign(address)
      }
    },
    onSuccess: async () => {
      setAsked(undefined)
      await queries.invalidateQueries({ queryKey: ['identities'] })
    },
  })
  const prove = useMutation({
    mutationFn: async (password: string) => void (await taken(api.POST('/api/v1/session/proof', { body: { password } }))),
    onSuccess: () => (act.variables ? act.mutate(act.variables) : undefined),
  })
  const mustProve = isProofNeeded(act.error)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    prove.mutate(String(new FormData(event.currentTarget).get('password')))
  }
  const close = () => {
    setAsked(undefined)
    act.reset()
    prove.reset()
  }
  const title = user === undefined ? say('ways.mine') : say('ways.of', { name: whose.data?.name ?? '' })
  const { items = [], providers = [], hasPassword = false } = ways.data ?? {}
  return (
    <Page
      title={title}
      lead={say('ways.lead')}
      actions={
        may && user === undefined
          ? providers.map(({ name, label }) => (
              <Button key={name} onPress={() => act.mutate({ link: name })}>
                <Link2 size={16} aria-hidden /> {say('ways.link', { provider: label })}
              </Button>
            ))
          : null
      }
    >
      <Head title={title} noIndex />
      <PeopleTabs here="/desk/ways" />
      {user !== undefined && mayIn(session, 'account') ? (
        <p className={styles.back}>
          <Link to="/desk/ways">{say('ways.toMine')}</Link>
        </p>
      ) : null}
      {act.error && !mustProve && !asked ? <Fault error={act.error} /> : null}
      {ways.error ? (
        <Fault error={ways.error} again={say('again')} onAgain={() => void ways.refetch()} />
      ) : ways.isPending ? (
        <Skeleton lines={4} />
      ) : (
        <>
          <p className={styles.back}>{say(hasPassword ? 'ways.password.is' : 'ways.password.none')}</p>
          {items.length === 0 ? (
            <Empty title={say('ways.none')}>{say(user === undefined ? 'ways.none.text' : 'ways.none.ofUser')}</Empty>
          ) : (
            <div className={styles.scroll}>
              <Table columns={[say('ways.provider'), say('ways.subject'), say('ways.linked'), say('ways.used')]}>
                {items.map(identity => (
                  <tr key={identity.id}>
                    <td>
                      {identity.label} {identity.isOffered ? null : <Tag tone="warn">{say('ways.gone')}</Tag>}
                    </td>
                    <td dir="auto">{identity.subject}</td>
                    <td title={exact(identity.linkedAt)}>{ago(identity.linkedAt)}</td>
                    <td title={identity.usedAt ? exact(identity.usedAt) : undefined}>{identity.usedAt ? ago(identity.usedAt) : '–'}</td>
                    <td>
                      {may ? (
                        <IconButton label={say('ways.unlinkOne', { provider: identity.label })} onPress={() => setAsked(identity)}>
                          <Unlink size={16} aria-hidden />
                        </IconButton>
                      ) : null}
                    </td>
                  </tr>
                ))}
              </Table>
            </div>
          )}
        </>
      )}
      <Dialog title={say('ways.unlink')} isOpen={asked !== undefined && !mustProve} onClose={close}>
        <p>{say('ways.unlink.text', { subject: asked?.subject ?? '', provider: asked?.label ?? '' })}</p>
        {act.error ? <Fault error={act.error} /> : null}
        <DialogFoot onCancel={close}>
          <Button kind="danger" autoFocus isBusy={act.isPending} onPress={() => (asked ? act.mutate({ unlink: asked.id }) : undefined)}>
            {say('ways.unlink')}
          </Button>
        </DialogFoot>
      </Dialog>
      <Dialog title={say('ways.proof')} isOpen={mustProve} onClose={close}>
        {hasPassword ? (
          <form className={styles.form} onSubmit={submit}>
            <p>{say('ways.proof.text')}</p>
            <Field label={say('ways.proof.field')} name="password" type="password" autoComplete="current-password" isRequired autoFocus />
            {prove.error ? <Fault error={prove.error} /> : null}
            <DialogFoot onCancel={close}>
              <Button kind="primary" type="submit" isBusy={prove.isPending}>
                {say('ways.proof.go')}
              </Button>
            </DialogFoot>
          </form>
        ) : (
          <>
            <p>{say('ways.proof.again')}</p>
            {items
              .filter(({ isOffered }) => isOffered)
              .map(({ id, provider, label }) => (
                <p key={id}>
                  <a href={at(`/log-in/${provider}?next=${encodeURIComponent(at('/desk/ways'))}`)}>{say('logIn.with', { provider: label })}</a>
                </p>
              ))}
          </>
        )}
      </Dialog>
    </Page>
  )
}
