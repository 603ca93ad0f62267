// Groups: what they are called, who sees them, what they give, who is in them; one of them opens beside the list.
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { UsersRound } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Head } from '../../app/room.tsx'
import { ApiProblem, type Schemas, taken } from '../../shared/api.ts'
import { Button, Choice, Dialog, DialogFoot, Fault, Field, Tag } from '../parts/controls.tsx'
import { Listed } from '../parts/listed.tsx'
import { Page, tableStyle } from '../parts/page.tsx'
import { groupsQuery } from '../queries.ts'
import { mayIn, useApi, useSession } from '../session/session.ts'
import { useActions } from '../shell/actions.ts'
import { useSay } from '../texts.ts'
import { GroupDetails } from './group.tsx'
import { useGroupName } from './names.ts'
import { PeopleTabs } from './tabs.tsx'
import { TopicChoice, topicsOf, useTopicName } from './topics.tsx'
import styles from './people.module.css'

type Group = Schemas['Group']
const visibilities = ['members', 'public', 'unlisted'] as const

export default function Groups() {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const topicName = useTopicName()
  const groupName = useGroupName()
  const { session } = useSession()
  const { id } = useSearch({ strict: false }) as { id?: string }
  const groups = useInfiniteQuery(groupsQuery(api))
  const [edited, setEdited] = useState<Group | 'new'>()
  const isManager = mayIn(session, 'user:manage')
  const items = groups.data?.pages.flatMap(page => page.items) ?? []
  const chosen = items.find(group => String(group.id) === id)
  const before = edited === 'new' ? undefined : edited
  const close = () => {
    setEdited(undefined)
    save.reset()
  }
  const save = useMutation({
    mutationFn: (form: FormData) => {
      const text = (name: string) => String(form.get(name) ?? '').trim()
      const fields = {
        description: text('description') || null,
        visibility: visibilities.find(each => each === text('visibility')) ?? 'members',
      }
      const given = topicsOf(form, before?.topics)
      // built-in groups keep their names, and the two that anybody may be in have no topics
      return before
        ? taken(
            api.PATCH('/api/v1/groups/{id}', {
              params: { path: { id: before.id }, header: { 'If-Match': `"${before.meta.version}"` } },
              body: { ...fields, ...(before.isBuiltIn ? {} : { name: text('name') }), ...(before.id <= 2 ? {} : { topics: given }) },
            }),
          )
        : taken(api.POST('/api/v1/groups', { body: { ...fields, name: text('name'), topics: given } }))
    },
    onSuccess: async group => {
      close()
      await queries.invalidateQueries({ queryKey: ['groups'] })
      await navigate({ to: '/desk/groups', search: { id: String(group.id) } })
    },
  })
  const errors = save.error instanceof ApiProblem ? save.error.errors : []
  useActions('groups', isManager ? [{ id: 'groups.add', label: say('groups.add'), shortcut: 'n', run: () => setEdited('new') }] : [])
  return (
    <Page
      title={say('place.groups')}
      lead={say('groups.lead')}
      actions={
        isManager ? (
          <Button kind="primary" onPress={() => setEdited('new')}>
            <UsersRound size={16} aria-hidden /> {say('groups.add')}
          </Button>
        ) : null
      }
    >
      <Head title={say('place.groups')} noIndex />
      <PeopleTabs here="/desk/groups" />
      <div className={styles.beside}>
        <div className={styles.scroll}>
          <Listed list={groups} lines={6} none={say('groups.none')}>
            <table className={tableStyle}>
              <thead>
                <tr>
                  <th>{say('groups.name')}</th>
                  <th>{say('groups.visibility')}</th>
                  <th>{say('people.topics')}</th>
                </tr>
              </thead>
              <tbody>
                {items.map(group => (
                  <tr key={group.id} className={group === chosen ? styles.here : ''}>
                    <td>
                      <Link to="/desk/groups" search={{ id: String(group.id) }} {...(group === chosen ? { 'aria-current': 'true' as const } : {})}>
                        {groupName(group.id, group.name)}
                      </Link>
                    </td>
                    <td>
                      {say(`groups.visibility.${group.visibility}`)} {group.isBuiltIn ? <Tag>{say('groups.builtIn')}</Tag> : null}
                    </td>
                    <td className={styles.chosen}>
                      {group.topics.map(topic => (
                        <Tag key={topic}>{topicName(topic)}</Tag>
                      ))}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Listed>
        </div>
        {chosen ? <GroupDetails group={chosen} groups={items} isManager={isManager} onEdit={() => setEdited(chosen)} key={chosen.id} /> : null}
      </div>
      <Dialog title={say(before ? 'groups.change' : 'groups.add')} isOpen={edited !== undefined} onClose={close}>
        <form
          className={styles.form}
          onSubmit={(event: FormEvent<HTMLFormElement>) => {
            event.preventDefault()
            save.mutate(new FormData(event.currentTarget))
          }}
        >
          {before?.isBuiltIn ? null : (
            <Field
              label={say('groups.name')}
              name="name"
              isRequired
              autoComplete="off"
              defaultValue={before?.name ?? ''}
              fault={errors.find(({ pointer }) => pointer === '/name')?.detail}
            />
          )}
          <Field label={say('groups.description')} name="description" defaultValue={before?.description ?? ''} />
          <Choice label={say('groups.visibility')} name="visibility" defaultValue={before?.visibility ?? 'members'}>
            {visibilities.map(each => (
              <option key={each} value={each}>
                {say(`groups.visibility.${each}`)}
              </option>
            ))}
          </Choice>
          {before && before.id <= 2 ? null : <TopicChoice chosen={before?.topics ?? []} legend={say('groups.topics')} />}
          {save.error && !errors.some(({ pointer }) => pointer === '/name') ? <Fault error={save.error} /> : null}
          <DialogFoot onCancel={close}>
            <Button kind="primary" type="submit" isBusy={save.isPending}>
              {say(before ? 'people.save' : 'groups.add')}
            </Button>
          </DialogFoot>
        </form>
      </Dialog>
    </Page>
  )
}
