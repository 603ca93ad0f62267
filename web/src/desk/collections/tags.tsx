// Tags of a collection: those that all in it carries, and the definitions.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { PenLine, Plus, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { taken } from '../../shared/api.ts'
import { Button, Choice, Dialog, DialogFoot, Fault, Field, IconButton, Skeleton, Tag as Label } from '../parts/controls.tsx'
import { Table } from '../parts/table.tsx'
import { TagMark, type Tag, tagsQuery, useTagName } from '../parts/tags.tsx'
import { useApi, useMay } from '../session/session.ts'
import { note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { StoreFault } from './foot.tsx'
import { type Domain, faultAt, isStale, patchDomain, useDone } from './queries.ts'
import styles from './collections.module.css'

function Carried({ domain, domains, tags, onStored }: {
  readonly domain: Domain
  readonly domains: readonly Domain[]
  readonly tags: readonly Tag[]
  readonly onStored: () => void
}) {
  const say = useSay()
  const api = useApi()
  const done = useDone()
  const tagName = useTagName()
  const isReadOnly = !useMay()('domain:write')
  const [own, setOwn] = useState<ReadonlySet<string>>(() => new Set(domain.tags))
  const [isPrivate, setPrivate] = useState(domain.privateTags ?? false)
  const inherited = (domain.compiledTags ?? []).filter(({ domainId }) => domainId !== domain.id)
  const store = useMutation({
    mutationFn: () => patchDomain(api, { name: domain.name, version: domain.meta.version as number }, { tags: [...own], privateTags: isPrivate }),
    onSuccess: async () => {
      await done(say('tags.stored', { name: domain.caption }))
      onStored()
    },
    onError: async error => {
      if (isStale(error)) await done(say('collections.stale'))
    },
  })
  const put = (name: string, is: boolean) => {
    const next = new Set(own)
    if (is) next.add(name)
    else next.delete(name)
    setOwn(next)
  }
  return (
    <form
      className={styles.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        store.mutate()
      }}
    >
      <fieldset className={styles.checks} disabled={isReadOnly}>
        <legend>{say('tags.carried')}</legend>
        {tags.length === 0 ? <p className={styles.quiet}>{say('tags.none')}</p> : null}
        {tags.map(tag => (
          <label key={tag.name}>
            <input type="checkbox" checked={own.has(tag.name)} onChange={event => put(tag.name, event.target.checked)} />
            <TagMark tag={tag} />
          </label>
        ))}
        {inherited.length > 0 ? (
          <p className={styles.quiet}>
            {say('tags.inherited', {
              tags: inherited
                .map(({ name, domainId }) => `${tagName(tags.find(tag => tag.name === name) ?? { name, captions: null })} (${domains.find(({ id }) => id === domainId)?.caption ?? domainId})`)
                .join(', '),
            })}
          </p>
        ) : null}
        <label>
          <input type="checkbox" checked={isPrivate} onChange={event => setPrivate(event.target.checked)} />
          <span>{say('tags.private')}</span>
        </label>
      </fieldset>
      <StoreFault error={store.error} />
      {isReadOnly ? null : (
        <p>
          <Button kind="primary" type="submit" isBusy={store.isPending}>
            {say('collections.store')}
          </Button>
        </p>
      )}
    </form>
  )
}

function TagDialog({ tag, domain, onClose }: { readonly tag: Tag | undefined; readonly domain: Domain; readonly onClose: () => void }) {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const queries = useQueryClient()
  const store = useMutation({
    mutationFn: (form: FormData): Promise<unknown> => {
      const text = (name: string) => String(form.get(name) ?? '').trim()
      const captions = Object.fromEntries(
        Object.entries({ ...tag?.captions, de: text('de'), en: text('en') }).filter((entry): entry is [string, string] => Boolean(entry[1])),
      )
      const fields = {
        name: text('name'),
        captions: Object.keys(captions).length === 0 ? null : captions,
        colour: form.has('coloured') ? text('colour') : null,
        isPublic: form.has('isPublic'),
      }
      return tag
        ? taken(api.PATCH('/api/v1/tags/{tag}', { params: { path: { tag: tag.name }, header: { 'If-Match': `"${tag.meta.version}"` } as never }, body: fields }))
        : taken(
            api.POST('/api/v1/tags', {
              body: { ...fields, kind: text('kind') === 'system' ? 'system' : 'user', domain: text('where') === 'here' ? domain.name : null },
            }),
          )
    },
    onSuccess: async () => {
      note({ batch: undefined, text: say('tags.defined') })
      await Promise.all([queries.invalidateQueries({ queryKey: ['tags'] }), queries.invalidateQueries({ queryKey: ['domains'] })])
      onClose()
    },
  })
  const nameFault = faultAt(store.error, 'name')
  const [isColoured, setColoured] = useState(Boolean(tag?.colour))
  return (
    <Dialog title={say(tag ? 'tags.change' : 'tags.add')} isOpen onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event: FormEvent<HTMLFormElement>) => {
          event.preventDefault()
          store.mutate(new FormData(event.currentTarget))
        }}
      >
        <Field label={say('tags.name')} name="name" description={say('tags.name.about')} defaultValue={tag?.name ?? ''} isRequired autoFocus fault={nameFault} />
        <div className={styles.pair}>
          <Field label={say('collections.captionIn.de')} name="de" defaultValue={tag?.captions?.['de'] ?? ''} />
          <Field label={say('collections.captionIn.en')} name="en" defaultValue={tag?.captions?.['en'] ?? ''} />
        </div>
        <div className={styles.checks}>
          <label>
            <input type="checkbox" name="coloured" checked={isColoured} onChange={event => setColoured(event.target.checked)} />
            <span>{say('tags.coloured')}</span>
            {isColoured ? <input type="color" name="colour" aria-label={say('tags.colour')} defaultValue={tag?.colour ?? '#2f6f4f'} /> : null}
          </label>
          <label>
            <input type="checkbox" name="isPublic" defaultChecked={tag?.isPublic ?? false} />
            <span>{say('tags.public')}</span>
          </label>
        </div>
        {tag ? null : (
          <div className={styles.pair}>
            <Choice label={say('tags.where')} name="where" defaultValue="everywhere">
              <option value="everywhere">{say('tags.everywhere')}</option>
              <option value="here">{say('tags.here', { name: domain.caption })}</option>
            </Choice>
            {may('domain:write') ? (
              <Choice label={say('tags.kind')} name="kind" defaultValue="user">
                <option value="user">{say('tags.kind.user')}</option>
                <option value="system">{say('tags.kind.system')}</option>
              </Choice>
            ) : null}
          </div>
        )}
        {store.error && !nameFault ? <Fault error={store.error} /> : null}
        <DialogFoot onCancel={onClose}>
          <Button kind="primary" type="submit" isBusy={store.isPending}>
            {say(tag ? 'collections.store' : 'tags.add')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}

export function Tags({ domain, domains }: { readonly domain: Domain; readonly domains: readonly Domain[] }) {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const queries = useQueryClient()
  const { data: tags, error } = useQuery(tagsQuery(api, domain.name))
  const [open, setOpen] = useState<Tag | 'new'>()
  const [round, setRound] = useState(0)
  const remove = useMutation({
    mutationFn: (tag: Tag) => taken(api.DELETE('/api/v1/tags/{tag}', { params: { path: { tag: tag.name }, header: { 'If-Match': `"${tag.meta.version}"` } as never } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tags'] }),
  })
  if (error) return <Fault error={error} />
  if (!tags) return <Skeleton lines={6} />
  const mayDefine = (tag?: Tag) => may('meta:write') && (tag?.kind !== 'system' || may('domain:write'))
  return (
    <>
      <Carried key={round} domain={domain} domains={domains} tags={tags} onStored={() => setRound(round + 1)} />
      <section className={styles.below} aria-labelledby="definitions">
        <header className={styles.head}>
          <h3 id="definitions">{say('tags.definitions')}</h3>
          {mayDefine() ? (
            <Button onPress={() => setOpen('new')}>
              <Plus size={16} aria-hidden /> {say('tags.add')}
            </Button>
          ) : null}
        </header>
        <p className={styles.quiet}>{say('tags.definitions.about')}</p>
        {remove.error ? <Fault error={remove.error} /> : null}
        {tags.length === 0 ? null : (
          <div className={styles.scroll}>
            <Table label={say('tags.definitions')} columns={[say('tags.tag'), say('tags.name'), say('tags.where'), say('tags.seen')]}>
              {tags.map(tag => (
                <tr key={tag.name}>
                  <td>
                    <TagMark tag={tag} /> {tag.kind === 'system' ? <Label>{say('collections.system')}</Label> : null}
                  </td>
                  <td>
                    <code>{tag.name}</code>
                  </td>
                  <td>{tag.domainId === null ? say('tags.everywhere') : (domains.find(({ id }) => id === tag.domainId)?.caption ?? tag.domainId)}</td>
                  <td>{say(tag.isPublic ? 'tags.seen.public' : 'tags.seen.staff')}</td>
                  <td className={styles.tools}>
                    {mayDefine(tag) ? (
                      <>
                        <IconButton label={say('tags.changeOne', { name: tag.name })} onPress={() => setOpen(tag)}>
                          <PenLine size={16} aria-hidden />
                        </IconButton>
                        <IconButton label={say('tags.removeOne', { name: tag.name })} onPress={() => remove.mutate(tag)}>
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
      </section>
      {open ? <TagDialog tag={open === 'new' ? undefined : open} domain={domain} onClose={() => setOpen(undefined)} /> : null}
    </>
  )
}
