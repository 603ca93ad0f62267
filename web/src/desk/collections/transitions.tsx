// Transitions of a collection: what holds here for releasing, hiding and tagging, and where it comes from.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { PenLine, Plus, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { type Schemas, taken } from '../../shared/api.ts'
import { Button, Choice, Dialog, DialogFoot, Empty, Fault, Field, IconButton, Skeleton, Tag as Label } from '../parts/controls.tsx'
import { Table } from '../parts/table.tsx'
import { tagsQuery, useTagName } from '../parts/tags.tsx'
import { useGroupName } from '../people/names.ts'
import { TopicChoice, topicsOf, useTopicName } from '../people/topics.tsx'
import { groupsQuery } from '../queries.ts'
import { useApi, useMay } from '../session/session.ts'
import { note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { type Domain, faultAt, isStale, patchDomain, useDone } from './queries.ts'
import styles from './collections.module.css'

type Transition = Schemas['Transition']
const changes = ['release', 'hide', 'bin', 'restore', 'tag', 'untag'] as const

const splitList = (text: string): string[] =>
  text
    .split(/[\s,;]+/)
    .map(part => part.trim())
    .filter(Boolean)

function TransitionDialog({ transition, domain, onClose }: { readonly transition: Transition | undefined; readonly domain: Domain; readonly onClose: () => void }) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const groupName = useGroupName()
  const tagName = useTagName()
  const [change, setChange] = useState<(typeof changes)[number]>(transition?.change ?? 'release')
  const tags = useQuery(tagsQuery(api, domain.name)).data ?? []
  const groups = useInfiniteQuery(groupsQuery(api)).data?.pages.flatMap(page => page.items) ?? []
  const store = useMutation({
    mutationFn: (form: FormData): Promise<unknown> => {
      const text = (name: string) => String(form.get(name) ?? '').trim()
      const captions = Object.fromEntries(
        Object.entries({ ...transition?.captions, de: text('de'), en: text('en') }).filter((entry): entry is [string, string] => Boolean(entry[1])),
      )
      const who = transition?.who
      const fields = {
        captions: Object.keys(captions).length === 0 ? null : captions,
        from: form.getAll('from').map(String),
        who: {
          users: who?.users ?? [],
          programs: who?.programs ?? [],
          groups: form.getAll('group').map(Number),
          topics: topicsOf(form, who?.topics ?? []),
        },
        confirm: form.has('confirm'),
        comment: form.has('comment'),
        mail: splitList(text('mail')),
        webhook: text('webhook') || null,
      }
      return transition
        ? taken(
            api.PATCH('/api/v1/transitions/{transition}', {
              params: { path: { transition: transition.name }, header: { 'If-Match': `"${transition.meta.version}"` } as never },
              body: fields,
            }),
          )
        : taken(
            api.POST('/api/v1/transitions', {
              body: {
                ...fields,
                name: text('name'),
                change,
                domain: text('where') === 'here' ? domain.name : null,
                ...(change === 'tag' || change === 'untag' ? { tag: text('tag') } : {}),
              },
            }),
          )
    },
    onSuccess: async () => {
      note({ batch: undefined, text: say('transitions.stored') })
      await Promise.all([queries.invalidateQueries({ queryKey: ['transitions'] }), queries.invalidateQueries({ queryKey: ['domains'] })])
      onClose()
    },
  })
  const fault = (member: string) => faultAt(store.error, member)
  const isShown = ['name', 'mail', 'webhook'].some(member => fault(member) !== undefined)
  return (
    <Dialog title={say(transition ? 'transitions.change' : 'transitions.add')} isOpen isWide onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event: FormEvent<HTMLFormElement>) => {
          event.preventDefault()
          store.mutate(new FormData(event.currentTarget))
        }}
      >
        {transition ? null : (
          <>
            <Field label={say('tags.name')} name="name" description={say('tags.name.about')} isRequired autoFocus fault={fault('name')} />
            <div className={styles.pair}>
              <Choice label={say('transitions.of')} value={change} onChange={event => setChange(event.target.value as typeof change)}>
                {changes.map(each => (
                  <option key={each} value={each}>
                    {say(`transitions.of.${each}`)}
                  </option>
                ))}
              </Choice>
              {change === 'tag' || change === 'untag' ? (
                <Choice label={say('tags.tag')} name="tag" required>
                  {tags.map(tag => (
                    <option key={tag.name} value={tag.name}>
                      {tagName(tag)}
                    </option>
                  ))}
                </Choice>
              ) : null}
              <Choice label={say('tags.where')} name="where" defaultValue="here">
                <option value="here">{say('tags.here', { name: domain.caption })}</option>
                <option value="everywhere">{say('tags.everywhere')}</option>
              </Choice>
            </div>
          </>
        )}
        <div className={styles.pair}>
          <Field label={say('collections.captionIn.de')} name="de" defaultValue={transition?.captions?.['de'] ?? ''} />
          <Field label={say('collections.captionIn.en')} name="en" defaultValue={transition?.captions?.['en'] ?? ''} />
        </div>
        {tags.length === 0 ? null : (
          <fieldset className={styles.checks}>
            <legend>{say('transitions.from')}</legend>
            {tags.map(tag => (
              <label key={tag.name}>
                <input type="checkbox" name="from" value={tag.name} defaultChecked={transition?.from.includes(tag.name) ?? false} />
                <span>{tagName(tag)}</span>
              </label>
            ))}
          </fieldset>
        )}
        <fieldset className={styles.checks} key={`groups ${groups.length}`}>
          <legend>{say('transitions.groups')}</legend>
          {groups
            .filter(({ id }) => id > 2)
            .map(group => (
              <label key={group.id}>
                <input type="checkbox" name="group" value={group.id} defaultChecked={transition?.who.groups.includes(group.id) ?? false} />
                <span>{groupName(group.id, group.name)}</span>
              </label>
            ))}
        </fieldset>
        <TopicChoice legend={say('transitions.topics')} chosen={transition?.who.topics ?? []} />
        <div className={styles.checks}>
          <label>
            <input type="checkbox" name="confirm" defaultChecked={transition?.confirm ?? false} />
            <span>{say('transitions.confirm')}</span>
          </label>
          <label>
            <input type="checkbox" name="comment" defaultChecked={transition?.comment ?? false} />
            <span>{say('transitions.comment')}</span>
          </label>
        </div>
        <Field label={say('transitions.mail')} name="mail" description={say('transitions.mail.about')} defaultValue={transition?.mail.join(', ') ?? ''} fault={fault('mail')} />
        <Field label={say('transitions.webhook')} name="webhook" type="url" description={say('transitions.webhook.about')} defaultValue={transition?.webhook ?? ''} fault={fault('webhook')} />
        {store.error && !isShown ? <Fault error={store.error} /> : null}
        <DialogFoot onCancel={onClose}>
          <Button kind="primary" type="submit" isBusy={store.isPending}>
            {say(transition ? 'collections.store' : 'transitions.add')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}

export function Transitions({ domain, domains }: { readonly domain: Domain; readonly domains: readonly Domain[] }) {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const done = useDone()
  const queries = useQueryClient()
  const groupName = useGroupName()
  const topicName = useTopicName()
  const tagName = useTagName()
  const isManager = may('domain:write')
  const { data, error } = useQuery({
    queryKey: ['transitions', domain.name],
    queryFn: async () => (await taken(api.GET('/api/v1/transitions', { params: { query: { domain: domain.name } } }))).items,
  })
  const tags = useQuery(tagsQuery(api, domain.name)).data ?? []
  const groups = useInfiniteQuery(groupsQuery(api)).data?.pages.flatMap(page => page.items) ?? []
  const [open, setOpen] = useState<Transition | 'new'>()
  const remove = useMutation({
    mutationFn: ({ name, meta }: Transition) =>
      taken(api.DELETE('/api/v1/transitions/{transition}', { params: { path: { transition: name }, header: { 'If-Match': `"${meta.version}"` } as never } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['transitions'] }),
  })
  const setPrivate = useMutation({
    mutationFn: (privateTransitions: boolean) => patchDomain(api, { name: domain.name, version: domain.meta.version as number }, { privateTransitions }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['transitions'] })
      await done(say('collections.stored', { name: domain.caption }))
    },
    onError: async failed => {
      if (isStale(failed)) await done(say('collections.stale'))
    },
  })
  if (error) return <Fault error={error} />
  if (!data) return <Skeleton lines={6} />
  const labelOf = (name: string) => tagName(tags.find(tag => tag.name === name) ?? { name, captions: null })
  const whoOf = ({ who }: Transition): string => {
    const named = [
      ...who.groups.map(id => groupName(id, groups.find(group => group.id === id)?.name ?? `#${id}`)),
      ...who.topics.map(topicName),
      ...who.programs,
      ...(who.users.length > 0 ? [say('transitions.people', { count: who.users.length })] : []),
    ]
    return named.length === 0 ? say('transitions.anybody') : named.join(', ')
  }
  const demandsOf = ({ confirm, comment, mail, webhook }: Transition): string =>
    [
      ...(confirm ? [say('transitions.confirm.short')] : []),
      ...(comment ? [say('transitions.comment.short')] : []),
      ...(mail.length > 0 ? [say('transitions.mail.short', { count: mail.length })] : []),
      ...(webhook ? [say('transitions.webhook.short')] : []),
    ].join(', ') || '–'
  return (
    <>
      <header className={styles.head}>
        <p className={styles.quiet}>{say('transitions.lead')}</p>
        {isManager ? (
          <Button onPress={() => setOpen('new')}>
            <Plus size={16} aria-hidden /> {say('transitions.add')}
          </Button>
        ) : null}
      </header>
      {remove.error ? <Fault error={remove.error} /> : null}
      {data.length === 0 ? (
        <Empty title={say('transitions.none')}>{say('transitions.none.text')}</Empty>
      ) : (
        <div className={styles.scroll}>
          <Table
            label={say('collections.part.transitions')}
            columns={[say('transitions.of'), say('transitions.who'), say('transitions.demands'), say('tags.where')]}
          >
            {data.map(transition => (
              <tr key={transition.name}>
                <td>
                  {say(`transitions.of.${transition.change}`)} {transition.tag ? <Label>{labelOf(transition.tag)}</Label> : null}
                  {transition.from.length > 0 ? <small className={styles.origin}>{say('transitions.fromShort', { tags: transition.from.map(labelOf).join(', ') })}</small> : null}
                  <small className={styles.origin}>
                    <code>{transition.name}</code>
                  </small>
                </td>
                <td>{whoOf(transition)}</td>
                <td>{demandsOf(transition)}</td>
                <td>{transition.domainId === null ? say('tags.everywhere') : (domains.find(({ id }) => id === transition.domainId)?.caption ?? transition.domainId)}</td>
                <td className={styles.tools}>
                  {isManager ? (
                    <>
                      <IconButton label={say('tags.changeOne', { name: transition.name })} onPress={() => setOpen(transition)}>
                        <PenLine size={16} aria-hidden />
                      </IconButton>
                      <IconButton label={say('tags.removeOne', { name: transition.name })} onPress={() => remove.mutate(transition)}>
                        <Trash2 size={16} aria-hidden />
                      </IconButton>
                    </>
                  ) : null}
                </td>
              </tr>
            ))}
          </Table>
        </div>
      )}
      <div className={styles.checks}>
        <label>
          <input
            type="checkbox"
            checked={domain.privateTransitions ?? false}
            disabled={!isManager || setPrivate.isPending}
            onChange={event => setPrivate.mutate(event.target.checked)}
          />
          <span>{say('transitions.private')}</span>
        </label>
      </div>
      {setPrivate.error && !isStale(setPrivate.error) ? <Fault error={setPrivate.error} /> : null}
      {open ? <TransitionDialog transition={open === 'new' ? undefined : open} domain={domain} onClose={() => setOpen(undefined)} /> : null}
    </>
  )
}
