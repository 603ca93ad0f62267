// Who works here: users with their topics; new ones, a link for a password, closing an account.
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { KeyRound, KeySquare, Lock, LockOpen, LogIn, UserPlus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Head } from '../../app/room.tsx'
import { type Schemas, taken } from '../../shared/api.ts'
import { Button, Dialog, Fault, Field, IconButton, Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Listed } from '../parts/listed.tsx'
import { Page } from '../parts/page.tsx'
import { Table } from '../parts/table.tsx'
import { usersQuery } from '../queries.ts'
import { mayIn, useApi, useSession } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { Secret } from './secret.tsx'
import { PeopleTabs } from './tabs.tsx'
import { type Topic, TopicChoice, topicsOf, useTopicName } from './topics.tsx'
import styles from './people.module.css'

type User = Schemas['User']
const text = (form: FormData, name: string): string => {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}

export default function People() {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { exact, ago } = useMoments()
  const topicName = useTopicName()
  const { session } = useSession()
  const { q = '' } = useSearch({ strict: false }) as { q?: string }
  const users = useInfiniteQuery(usersQuery(api, q))
  const [edited, setEdited] = useState<User | 'new'>()
  const [link, setLink] = useState<{ name: string; link: string | null }>()
  const isManager = session !== undefined && mayIn(session, 'user:manage')

  const refresh = () => queries.invalidateQueries({ queryKey: ['users'] })
  const linkFor = async (user: { id: string; name: string }) => {
    const made = await taken(api.POST('/api/v1/users/{id}/password-link', { params: { path: { id: user.id } } }))
    setLink({ name: user.name, link: made.link })
  }
  const change = async (user: User, body: { name?: string; email?: string | null; topics?: Topic[]; isActive?: boolean }) =>
    await taken(
      api.PATCH('/api/v1/users/{id}', {
        params: { path: { id: user.id }, header: { 'If-Match': `"${user.meta.version}"` } },
        body,
      }),
    )
  const save = useMutation({
    mutationFn: async (form: FormData) => {
      const fields = { name: text(form, 'name'), email: text(form, 'email') || null, topics: topicsOf(form, edited === 'new' ? [] : edited?.topics) }
      if (edited !== 'new') return void (await change(edited as User, fields))
      const user = await taken(api.POST('/api/v1/users', { body: { ...fields, login: text(form, 'login') } }))
      await linkFor(user)
    },
    onSuccess: async () => {
      setEdited(undefined)
      await refresh()
    },
  })
  const act = useMutation({
    mutationFn: async ({ user, what }: { user: User; what: 'link' | 'close' | 'open' }) =>
      what === 'link' ? await linkFor(user) : void (await change(user, { isActive: what === 'open' })),
    onSuccess: refresh,
  })
  const items = users.data?.pages.flatMap(page => page.items) ?? []
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    save.mutate(new FormData(event.currentTarget))
  }
  return (
    <Page
      title={say('place.people')}
      lead={say('people.lead')}
      actions={
        isManager ? (
          <Button kind="primary" onPress={() => setEdited('new')}>
            <UserPlus size={16} aria-hidden /> {say('people.add')}
          </Button>
        ) : null
      }
    >
      <Head title={say('place.people')} noIndex />
      <PeopleTabs here="/desk/people" />
      <form
        role="search"
        className={styles.find}
        onSubmit={event => {
          event.preventDefault()
          const words = text(new FormData(event.currentTarget), 'q')
          void navigate({ to: '/desk/people', search: words === '' ? {} : { q: words } })
        }}
      >
        <Field label={say('people.find')} name="q" defaultValue={q} />
      </form>
      {act.error ? <Fault error={act.error} /> : null}
      <Listed list={users} lines={6} none={say('people.none')}>
        <Table columns={[say('people.name'), say('people.login'), say('people.topics'), say('people.seen')]}>
          {items.map(user => (
            <tr key={user.id}>
              <td>
                {isManager ? (
                  <Button kind="quiet" onPress={() => setEdited(user)}>
                    {user.name}
                  </Button>
                ) : (
                  user.name
                )}{' '}
                {user.isActive === false ? <Tag tone="warn">{say('people.closed')}</Tag> : null}
              </td>
              <td>{user.login ?? '–'}</td>
              <td className={styles.chosen}>
                {user.topics?.map(topic => (
                  <Tag key={topic}>{topicName(topic)}</Tag>
                ))}
              </td>
              <td title={user.logIns?.currentAt ? exact(user.logIns.currentAt) : undefined}>{user.logIns?.currentAt ? ago(user.logIns.currentAt) : '–'}</td>
              <td>
                {isManager && !user.isPartial ? (
                  <IconButton
                    label={say('ways.of', { name: user.name })}
                    onPress={() => void navigate({ to: '/desk/ways', search: user.id === session?.user?.id ? {} : { user: user.id } })}
                  >
                    <LogIn size={16} aria-hidden />
                  </IconButton>
                ) : null}
                {isManager && user.login ? (
                  <>
                    <IconButton label={say('people.link')} onPress={() => act.mutate({ user, what: 'link' })}>
                      <KeyRound size={16} aria-hidden />
                    </IconButton>
                    <IconButton
                      label={say('people.keys', { name: user.name })}
                      onPress={() => void navigate({ to: '/desk/keys', search: user.id === session?.user?.id ? {} : { user: user.id } })}
                    >
                      <KeySquare size={16} aria-hidden />
                    </IconButton>
                    {user.id === session?.user?.id ? null : user.isActive === false ? (
                      <IconButton label={say('people.open')} onPress={() => act.mutate({ user, what: 'open' })}>
                        <LockOpen size={16} aria-hidden />
                      </IconButton>
                    ) : (
                      <IconButton label={say('people.close')} onPress={() => act.mutate({ user, what: 'close' })}>
                        <Lock size={16} aria-hidden />
                      </IconButton>
                    )}
                  </>
                ) : null}
              </td>
            </tr>
          ))}
        </Table>
      </Listed>
      <Dialog
        title={edited === 'new' ? say('people.add') : (edited?.name ?? '')}
        isOpen={edited !== undefined}
        onClose={() => {
          setEdited(undefined)
          save.reset()
        }}
      >
        <form className={styles.form} onSubmit={submit}>
          <Field label={say('people.name')} name="name" isRequired defaultValue={edited === 'new' ? '' : (edited?.name ?? '')} />
          {edited === 'new' ? <Field label={say('people.login')} name="login" isRequired autoComplete="off" /> : null}
          <Field label={say('people.email')} name="email" type="email" defaultValue={edited === 'new' ? '' : (edited?.email ?? '')} />
          <TopicChoice chosen={edited === 'new' ? [] : (edited?.topics ?? [])} />
          {save.error ? <Fault error={save.error} /> : null}
          <Button kind="primary" type="submit" isBusy={save.isPending}>
            {say(edited === 'new' ? 'people.add' : 'people.save')}
          </Button>
        </form>
      </Dialog>
      <Dialog title={say('people.link')} isOpen={link !== undefined} onClose={() => setLink(undefined)}>
        {link?.link ? (
          <Secret text={say('people.linkText', { name: link.name })} value={link.link} />
        ) : (
          <p>{say('people.linkSent', { name: link?.name ?? '' })}</p>
        )}
      </Dialog>
    </Page>
  )
}
