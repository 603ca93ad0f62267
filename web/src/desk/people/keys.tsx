// Keys for programs: one's own, or those of a user for who manages users. The secret is shown once, when a key is made.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { KeyRound, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Head } from '../../app/room.tsx'
import { type Api, ApiProblem, type Schemas, taken } from '../../shared/api.ts'
import { Button, Dialog, DialogFoot, Empty, Fault, Field, IconButton, Skeleton, Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Page } from '../parts/page.tsx'
import { Table } from '../parts/table.tsx'
import { userQuery } from '../queries.ts'
import { mayIn, useApi, useSession } from '../session/session.ts'
import { useActions } from '../shell/actions.ts'
import { type DeskKey, useSay } from '../texts.ts'
import { Secret } from './secret.tsx'
import { PeopleTabs } from './tabs.tsx'
import { useTopicName } from './topics.tsx'
import styles from './people.module.css'

type Key = Schemas['Key']
type Scope = Key['scopes'][number]
const narrow = ['read', 'import', 'CATALOGUING', 'RELEASE', 'DATA_MANAGEMENT', 'USER_MANAGEMENT', 'SYSTEM'] as const satisfies readonly Scope[]

const listed = (api: Api, user: string | undefined) =>
  user === undefined ? api.GET('/api/v1/users/me/keys') : api.GET('/api/v1/users/{id}/keys', { params: { path: { id: user } } })
const made = (api: Api, user: string | undefined, body: Schemas['NewKeyInput']) =>
  user === undefined ? api.POST('/api/v1/users/me/keys', { body }) : api.POST('/api/v1/users/{id}/keys', { params: { path: { id: user } }, body })
const revoked = (api: Api, user: string | undefined, key: number) =>
  user === undefined
    ? api.DELETE('/api/v1/users/me/keys/{key}', { params: { path: { key } } })
    : api.DELETE('/api/v1/users/{id}/keys/{key}', { params: { path: { id: user, key } } })

export default function Keys() {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const { exact, ago } = useMoments()
  const topicName = useTopicName()
  const { session } = useSession()
  const { user } = useSearch({ strict: false }) as { user?: string }
  const whose = useQuery({ ...userQuery(api, user ?? ''), enabled: user !== undefined })
  const keys = useQuery({ queryKey: ['keys', user ?? 'me'], retry: false, queryFn: () => taken(listed(api, user)) })
  const [isNew, setNew] = useState(false)
  const [isNarrow, setNarrow] = useState(false)
  const [secret, setSecret] = useState<Key>()
  const [asked, setAsked] = useState<Key>()
  const may = mayIn(session, user === undefined ? 'account' : 'user:manage')
  const refresh = () => queries.invalidateQueries({ queryKey: ['keys'] })
  const close = () => {
    setNew(false)
    setNarrow(false)
    make.reset()
  }
  const make = useMutation({
    mutationFn: (form: FormData) => {
      const until = String(form.get('until') ?? '')
      return taken(
        made(api, user, {
          label: String(form.get('label') ?? '').trim(),
          scopes: isNarrow ? (form.getAll('scope') as Scope[]) : ['read-write'],
          // the whole of the last day
          expiresAt: until === '' ? null : new Date(`${until}T23:59:59`).toISOString(),
        }),
      )
    },
    onSuccess: async key => {
      close()
      setSecret(key)
      await refresh()
    },
  })
  const revoke = useMutation({
    mutationFn: (key: Key) => taken(revoked(api, user, key.id)),
    onSuccess: async () => {
      setAsked(undefined)
      await refresh()
    },
  })
  useActions('keys', may ? [{ id: 'keys.add', label: say('keys.add'), shortcut: 'n', run: () => setNew(true) }] : [])
  const scopeName = (scope: Scope): string =>
    scope === 'read' || scope === 'read-write' || scope === 'import' ? say(`keys.scope.${scope}` as DeskKey) : topicName(scope)
  const errors = make.error instanceof ApiProblem ? make.error.errors : []
  const faultAt = (member: string) => errors.find(({ pointer }) => pointer.startsWith(`/${member}`))?.detail
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    make.mutate(new FormData(event.currentTarget))
  }
  const name = user === undefined ? undefined : whose.data?.name
  const title = user === undefined ? say('keys.mine') : say('keys.of', { name: name ?? '' })
  const items = keys.data?.items ?? []
  return (
    <Page
      title={title}
      lead={say('keys.lead')}
      actions={
        may ? (
          <Button kind="primary" onPress={() => setNew(true)}>
            <KeyRound size={16} aria-hidden /> {say('keys.add')}
          </Button>
        ) : null
      }
    >
      <Head title={title} noIndex />
      <PeopleTabs here="/desk/keys" />
      {user !== undefined && mayIn(session, 'account') ? (
        <p className={styles.back}>
          <Link to="/desk/keys">{say('keys.toMine')}</Link>
        </p>
      ) : null}
      {keys.error ? (
        <Fault error={keys.error} again={say('again')} onAgain={() => void keys.refetch()} />
      ) : keys.isPending ? (
        <Skeleton lines={4} />
      ) : items.length === 0 ? (
        <Empty title={say('keys.none')}>{say('keys.none.text')}</Empty>
      ) : (
        <div className={styles.scroll}>
          <Table columns={[say('keys.label'), say('keys.scopes'), say('keys.made'), say('keys.used'), say('keys.until')]}>
            {items.map(key => (
              <tr key={key.id}>
                <td>{key.label}</td>
                <td className={styles.chosen}>
                  {key.scopes.map(scope => (
                    <Tag key={scope}>{scopeName(scope)}</Tag>
                  ))}
                </td>
                <td title={exact(key.createdAt)}>{ago(key.createdAt)}</td>
                <td title={key.usedAt ? exact(key.usedAt) : undefined}>{key.usedAt ? ago(key.usedAt) : say('keys.never')}</td>
                <td>
                  {key.expiresAt === null ? (
                    say('keys.endless')
                  ) : new Date(key.expiresAt).getTime() <= Date.now() ? (
                    <Tag tone="bad">{say('keys.over')}</Tag>
                  ) : (
                    exact(key.expiresAt)
                  )}
                </td>
                <td>
                  {may ? (
                    <IconButton label={say('keys.revokeOne', { name: key.label })} onPress={() => setAsked(key)}>
                      <Trash2 size={16} aria-hidden />
                    </IconButton>
                  ) : null}
                </td>
              </tr>
            ))}
          </Table>
        </div>
      )}
      <Dialog title={say('keys.add')} isOpen={isNew} onClose={close}>
        <form className={styles.form} onSubmit={submit}>
          <Field label={say('keys.label')} name="label" description={say('keys.label.about')} isRequired autoComplete="off" fault={faultAt('label')} />
          <fieldset className={styles.topics}>
            <legend>{say('keys.scopes')}</legend>
            {[false, true].map(each => (
              <label key={String(each)}>
                <input type="radio" name="all" checked={isNarrow === each} onChange={() => setNarrow(each)} />
                <span>
                  <strong>{say(each ? 'keys.some' : 'keys.scope.read-write')}</strong>
                  <small>{say(each ? 'keys.some.about' : 'keys.all.about')}</small>
                </span>
              </label>
            ))}
            {isNarrow ? (
              <div className={styles.narrow}>
                {narrow.map(scope => (
                  <label key={scope}>
                    <input type="checkbox" name="scope" value={scope} defaultChecked={scope === 'read'} />
                    <span>{scopeName(scope)}</span>
                  </label>
                ))}
              </div>
            ) : null}
          </fieldset>
          <Field label={say('keys.untilField')} name="until" type="date" description={say('keys.until.about')} fault={faultAt('expiresAt')} />
          {make.error && errors.every(({ pointer }) => !['/label', '/expiresAt'].includes(pointer)) ? <Fault error={make.error} /> : null}
          <DialogFoot onCancel={close}>
            <Button kind="primary" type="submit" isBusy={make.isPending}>
              {say('keys.add')}
            </Button>
          </DialogFoot>
        </form>
      </Dialog>
      <Dialog title={say('keys.secret')} isOpen={secret !== undefined} onClose={() => setSecret(undefined)}>
        <Secret text={say('keys.secret.text', { name: secret?.label ?? '' })} value={secret?.key ?? ''} />
      </Dialog>
      <Dialog
        title={say('keys.revoke')}
        isOpen={asked !== undefined}
        onClose={() => {
          setAsked(undefined)
          revoke.reset()
        }}
      >
        <p>{say('keys.revoke.text', { name: asked?.label ?? '' })}</p>
        {revoke.error ? <Fault error={revoke.error} /> : null}
        <DialogFoot onCancel={() => setAsked(undefined)}>
          <Button kind="danger" autoFocus isBusy={revoke.isPending} onPress={() => (asked ? revoke.mutate(asked) : undefined)}>
            {say('keys.revoke')}
          </Button>
        </DialogFoot>
      </Dialog>
    </Page>
  )
}
