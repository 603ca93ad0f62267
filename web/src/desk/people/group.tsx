// One group: its members, people and groups; the link by which an unlisted one is joined; removing it.
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { UserMinus, UsersRound } from 'lucide-react'
import { useState } from 'react'
import { type Schemas, taken } from '../../shared/api.ts'
import { Button, Choice, Dialog, DialogFoot, Fault, IconButton, Tag } from '../parts/controls.tsx'
import { Listed } from '../parts/listed.tsx'
import { type Person, PersonField } from '../parts/person.tsx'
import { cursorOf } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { useGroupName } from './names.ts'
import { Secret } from './secret.tsx'
import styles from './people.module.css'

type Group = Schemas['Group']
type Member = Schemas['Member']

export function GroupDetails({ group, groups, isManager, onEdit }: {
  readonly group: Group
  readonly groups: readonly Group[]
  readonly isManager: boolean
  readonly onEdit: () => void
}) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const groupName = useGroupName()
  const [person, setPerson] = useState<Person>()
  const [link, setLink] = useState<string>()
  const [isAsked, setAsked] = useState(false)
  const [nested, setNested] = useState('')
  const [round, setRound] = useState(0)
  const path = { id: group.id }
  const members = useInfiniteQuery({
    queryKey: ['groups', 'members', group.id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      taken(api.GET('/api/v1/groups/{id}/members', { params: { path, query: { limit: 50, ...(cursor ? { cursor } : {}) } } })),
    getNextPageParam: cursorOf,
  })
  const refresh = () => queries.invalidateQueries({ queryKey: ['groups'] })
  const change = useMutation({
    mutationFn: async (what: { add: Schemas['NewMemberInput'] } | { remove: Member } | 'link' | 'revoke'): Promise<void> => {
      if (what === 'link') setLink((await taken(api.POST('/api/v1/groups/{id}/link', { params: { path } }))).link)
      else if (what === 'revoke') await taken(api.DELETE('/api/v1/groups/{id}/link', { params: { path } }))
      else if ('add' in what) await taken(api.POST('/api/v1/groups/{id}/members', { params: { path }, body: what.add }))
      else
        await taken(
          api.DELETE('/api/v1/groups/{id}/members/{kind}/{member}', {
            params: { path: { ...path, kind: `${what.remove.kind}s`, member: String(what.remove.id) } },
          }),
        )
    },
    onSuccess: async () => {
      setPerson(undefined)
      setNested('')
      setRound(round + 1)
      await refresh()
    },
  })
  const remove = useMutation({
    mutationFn: () => taken(api.DELETE('/api/v1/groups/{id}', { params: { path } })),
    onSuccess: async () => {
      setAsked(false)
      await navigate({ to: '/desk/groups', search: {} })
      await refresh()
    },
  })
  const items = members.data?.pages.flatMap(page => page.items) ?? []
  // who is in the first two is nobody's choice
  const isOpen = isManager && group.id > 2
  const others = groups.filter(each => each.id !== group.id && each.id !== 1 && !items.some(({ kind, id }) => kind === 'group' && id === each.id))
  return (
    <section className={styles.details} aria-labelledby="group">
      <h2 id="group">{groupName(group.id, group.name)}</h2>
      {group.description ? <p>{group.description}</p> : null}
      {isManager ? (
        <p className={styles.ways}>
          <Button onPress={onEdit}>{say('groups.change')}</Button>
          {group.isBuiltIn ? null : (
            <Button kind="quiet" onPress={() => setAsked(true)}>
              {say('groups.remove')}
            </Button>
          )}
        </p>
      ) : null}
      {isManager && group.visibility === 'unlisted' ? (
        <div className={styles.part}>
          <h3>{say('groups.link')}</h3>
          <p className={styles.quiet}>{say(group.hasLink ? 'groups.link.is' : 'groups.link.none')}</p>
          <p className={styles.ways}>
            <Button onPress={() => change.mutate('link')}>{say(group.hasLink ? 'groups.link.again' : 'groups.link.make')}</Button>
            {group.hasLink ? (
              <Button kind="quiet" onPress={() => change.mutate('revoke')}>
                {say('groups.link.revoke')}
              </Button>
            ) : null}
          </p>
        </div>
      ) : null}
      <div className={styles.part}>
        <h3>{say('groups.members')}</h3>
        {group.id <= 2 ? (
          <p className={styles.quiet}>{say(group.id === 1 ? 'groups.everyone.about' : 'groups.signedIn.about')}</p>
        ) : (
          <Listed list={members} lines={3} none={say('groups.members.none')}>
            <ul className={styles.members}>
              {items.map(member => (
                <li key={`${member.kind} ${member.id}`}>
                  <span>
                    {member.kind === 'group' ? (
                      <>
                        <UsersRound size={15} aria-label={say('rights.subject.group')} />{' '}
                        <Link to="/desk/groups" search={{ id: String(member.id) }}>
                          {groupName(Number(member.id), member.name)}
                        </Link>
                      </>
                    ) : (
                      member.name
                    )}{' '}
                    {member.source ? <Tag>{say('groups.source', { source: member.source })}</Tag> : null}
                  </span>
                  {isOpen ? (
                    <IconButton label={say('groups.takeOut', { name: member.name })} onPress={() => change.mutate({ remove: member })}>
                      <UserMinus size={16} aria-hidden />
                    </IconButton>
                  ) : null}
                </li>
              ))}
            </ul>
          </Listed>
        )}
        {change.error ? <Fault error={change.error} /> : null}
        {isOpen ? (
          <div className={styles.adding} key={round}>
            <PersonField label={say('groups.addPerson')} chosen={person} onChoose={setPerson} />
            <Button isDisabled={person === undefined} onPress={() => (person ? change.mutate({ add: { user: person.id } }) : undefined)}>
              {say('groups.putIn')}
            </Button>
            {others.length > 0 ? (
              <>
                <Choice label={say('groups.addGroup')} value={nested} onChange={event => setNested(event.target.value)}>
                  <option value="">{say('groups.chooseGroup')}</option>
                  {others.map(each => (
                    <option key={each.id} value={each.id}>
                      {groupName(each.id, each.name)}
                    </option>
                  ))}
                </Choice>
                <Button isDisabled={nested === ''} onPress={() => change.mutate({ add: { group: Number(nested) } })}>
                  {say('groups.putInGroup')}
                </Button>
              </>
            ) : null}
          </div>
        ) : null}
      </div>
      <Dialog title={say('groups.link')} isOpen={link !== undefined} onClose={() => setLink(undefined)}>
        <Secret text={say('groups.link.text', { name: group.name })} value={link ?? ''} />
      </Dialog>
      <Dialog
        title={say('groups.remove')}
        isOpen={isAsked}
        onClose={() => {
          setAsked(false)
          remove.reset()
        }}
      >
        <p>{say('groups.remove.text', { name: group.name, count: items.length })}</p>
        {remove.error ? <Fault error={remove.error} /> : null}
        <DialogFoot onCancel={() => setAsked(false)}>
          <Button kind="danger" autoFocus isBusy={remove.isPending} onPress={() => remove.mutate()}>
            {say('groups.remove')}
          </Button>
        </DialogFoot>
      </Dialog>
    </section>
  )
}
