// What else of a level is shown, and in which columns; both open over the table and change it at once.
import { Columns3, ListFilter } from 'lucide-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Dialog, DialogTrigger, Popover } from 'react-aria-components'
import { useFormats } from '../../shared/text.ts'
import { classNames } from '../parts/class-names.ts'
import { Button, Choice, IconButton } from '../parts/controls.tsx'
import { tagsQuery } from '../parts/tags.tsx'
import { typesQuery, usersQuery } from '../queries.ts'
import { useApi, useMay, useSession } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { columnText, type useColumns } from './columns.ts'
import { further, kinds } from './filter.ts'
import type { TreeSearch } from './place.ts'
import sheet from './narrow.module.css'

const styles = classNames(sheet)

export type SetSearch = (part: Partial<Record<keyof TreeSearch, string | undefined>>) => void

function Over(props: { readonly label: string; readonly icon: ReactNode; readonly count?: number; readonly children: ReactNode }) {
  return (
    <DialogTrigger>
      <span className={styles.opener}>
        <IconButton label={props.label}>{props.icon}</IconButton>
        {props.count ? <span className={styles.count} aria-hidden>{props.count}</span> : null}
      </span>
      <Popover className={styles.over} placement="bottom end">
        <Dialog aria-label={props.label} className={styles.inside}>
          {props.children}
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}

function Conditions({ search, domain, onSet }: { readonly search: TreeSearch; readonly domain: string | undefined; readonly onSet: SetSearch }) {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const { typeName } = useFormats()
  const { session } = useSession()
  const types = useQuery(typesQuery(api)).data?.items ?? []
  const tags = useQuery(tagsQuery(api, domain)).data ?? []
  const people = useInfiniteQuery({ ...usersQuery(api, ''), enabled: may('user:search') }).data?.pages.flatMap(page => page.items) ?? []
  const me = session?.user
  const kind = kinds.find(each => each === search.kind)
  const choice = (name: keyof TreeSearch, label: string, options: readonly (readonly [value: string, text: string])[]) => (
    <Choice label={label} value={search[name] ?? ''} onChange={event => onSet({ [name]: event.target.value })}>
      <option value="">{say('filter.any')}</option>
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </Choice>
  )
  return (
    <>
      {kind
        ? choice('type', say('tree.type'), types.filter(({ datatype }) => datatype === kind).map(each => [each.name, typeName(each)] as const).sort((a, b) => a[1].localeCompare(b[1])))
        : null}
      {choice('pages', say('column.pages'), [['missing', say('filter.pages.missing')], ['complete', say('filter.pages.complete')], ['none', say('filter.pages.none')]])}
      {choice('text', say('column.text'), [['yes', say('filter.text.yes')], ['no', say('filter.text.no')]])}
      {may('log:read') ? choice('labels', say('filter.labels'), [['missing', say('filter.labels.missing')], ['complete', say('filter.labels.complete')]]) : null}
      {may('log:read') ? (
        <label className={styles.day}>
          {say('filter.since')}
          <input type="date" value={search.since ?? ''} onChange={event => onSet({ since: event.target.value })} />
        </label>
      ) : null}
      {may('log:read')
        ? choice('by', say('filter.by'), [
            ...(me ? [[me.id, say('filter.by.me')] as const] : []),
            ...people.filter(({ id }) => id !== me?.id).map(({ id, name }) => [id, name] as const),
          ])
        : null}
      {tags.length > 0 ? choice('tag', say('tree.tag'), tags.map(({ name }) => [name, name] as const)) : null}
      <Button kind="quiet" onPress={() => onSet(Object.fromEntries(further.map(name => [name, undefined])))}>
        {say('filter.clear')}
      </Button>
    </>
  )
}

export function Narrow(props: { readonly search: TreeSearch; readonly domain: string | undefined; readonly columns: ReturnType<typeof useColumns>; readonly onSet: SetSearch }) {
  const say = useSay()
  const { search, columns } = props
  const active = further.filter(name => search[name] !== undefined && (name !== 'type' || search.kind !== undefined)).length
  return (
    <>
      <Over label={say('filter.more')} icon={<ListFilter size={17} aria-hidden />} count={active}>
        <Conditions search={search} domain={props.domain} onSet={props.onSet} />
      </Over>
      <Over label={say('columns.title')} icon={<Columns3 size={17} aria-hidden />}>
        {columns.all.map(column => (
          <label key={column} className={styles.column}>
            <input type="checkbox" checked={columns.chosen.includes(column)} onChange={() => columns.toggle(column)} />
            {say(columnText[column])}
          </label>
        ))}
      </Over>
    </>
  )
}
