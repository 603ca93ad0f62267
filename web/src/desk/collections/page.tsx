// Collections: where they stand below each other, and everything that is set for one of them.
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Head } from '../../app/room.tsx'
import { useFormats } from '../../shared/text.ts'
import { Button, Empty, Fault, Skeleton, Tag } from '../parts/controls.tsx'
import { chosenStyle, filterStyle, Page } from '../parts/page.tsx'
import { useApi, useMay } from '../session/session.ts'
import { useActions } from '../shell/actions.ts'
import { type DeskKey, useSay } from '../texts.ts'
import { General } from './general.tsx'
import { Images } from './images.tsx'
import { NewCollection } from './new.tsx'
import { Options } from './options.tsx'
import { below, collectionsQuery, type Domain } from './queries.ts'
import { Tags } from './tags.tsx'
import { Transitions } from './transitions.tsx'
import { Types } from './types.tsx'
import styles from './collections.module.css'

const parts = { general: General, options: Options, images: Images, tags: Tags, transitions: Transitions, types: Types } as const
type Part = keyof typeof parts
const partNames = Object.keys(parts) as Part[]

export function useCollectionName(): (domain: Pick<Domain, 'caption' | 'captions'>) => string {
  const { locale } = useFormats()
  return ({ caption, captions }) => captions?.[locale] ?? caption
}

function Branches(props: { readonly domains: readonly Domain[]; readonly parent: Domain | undefined; readonly chosen: string | undefined; readonly part: Part }) {
  const say = useSay()
  const nameOf = useCollectionName()
  const { number } = useFormats()
  const here = below(props.domains, props.parent)
  if (here.length === 0) return null
  return (
    <ul className={styles.branches}>
      {here.map(domain => (
        <li key={domain.id}>
          <Link
            to="/desk/collections"
            search={{ name: domain.name, part: props.part }}
            className={`${styles.branch} ${domain.name === props.chosen ? styles.here : ''}`}
            {...(domain.name === props.chosen ? { 'aria-current': 'page' as const } : {})}
          >
            <span dir="auto">{nameOf(domain)}</span>
            <span className={styles.count}>
              {say('collections.titles', { count: (domain.titles?.released ?? 0) + (domain.titles?.hidden ?? 0), number: number((domain.titles?.released ?? 0) + (domain.titles?.hidden ?? 0)) })}
            </span>
          </Link>
          <Branches {...props} parent={domain} />
        </li>
      ))}
    </ul>
  )
}

function Chosen({ domain, domains, part }: { readonly domain: Domain; readonly domains: readonly Domain[]; readonly part: Part }) {
  const say = useSay()
  const nameOf = useCollectionName()
  const { number } = useFormats()
  const may = useMay()
  const Shown = parts[part]
  const hidden = domain.titles?.hidden ?? 0
  return (
    <section aria-labelledby="collection" className={styles.chosen}>
      <header className={styles.head}>
        <h2 id="collection" dir="auto">
          {nameOf(domain)}
        </h2>
        {domain.isSystem ? <Tag>{say('collections.system')}</Tag> : null}
        {hidden > 0 ? <Tag tone="warn">{say('collections.hidden', { count: hidden, number: number(hidden) })}</Tag> : null}
      </header>
      <p className={styles.ways}>
        <Link to="/desk/tree" search={{ domain: domain.name }}>
          {say('collections.tree')}
        </Link>
        <Link to="/desk/rights" search={{ domain: domain.name }}>
          {say('collections.rights')}
        </Link>
        <Link to="/c/$name" params={{ name: domain.name }}>
          {say('collections.reading')}
        </Link>
      </p>
      <nav aria-label={say('collections.parts')} className={filterStyle}>
        {partNames.filter(each => each !== 'transitions' || may('log:read')).map(each => (
          <Link
            key={each}
            to="/desk/collections"
            search={{ name: domain.name, part: each }}
            className={each === part ? chosenStyle : ''}
            {...(each === part ? { 'aria-current': 'page' as const } : {})}
          >
            {say(`collections.part.${each}` as DeskKey)}
          </Link>
        ))}
      </nav>
      <Shown key={domain.id} domain={domain} domains={domains} />
    </section>
  )
}

export default function CollectionsPage() {
  const say = useSay()
  const may = useMay()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as { name?: string; part?: string }
  const { data: domains, error, refetch } = useQuery(collectionsQuery(useApi()))
  const [isNew, setNew] = useState(false)
  const part = partNames.find(each => each === search.part) ?? 'general'
  const domain = domains?.find(({ name }) => name === search.name)
  useActions('collections', may('domain:write') ? [{ id: 'collections.add', label: say('collections.add'), shortcut: 'n', run: () => setNew(true) }] : [])
  return (
    <Page
      title={say('place.collections')}
      lead={say('collections.lead')}
      actions={
        may('domain:write') ? (
          <Button onPress={() => setNew(true)}>
            <Plus size={16} aria-hidden /> {say('collections.add')}
          </Button>
        ) : null
      }
    >
      <Head title={domain?.caption ?? say('place.collections')} noIndex />
      {error ? (
        <Fault error={error} again={say('again')} onAgain={() => void refetch()} />
      ) : domains === undefined ? (
        <Skeleton lines={8} />
      ) : domains.length === 0 ? (
        <Empty title={say('collections.none')}>{say('collections.none.text')}</Empty>
      ) : (
        <div className={styles.columns}>
          <nav aria-label={say('place.collections')}>
            <Branches domains={domains} parent={undefined} chosen={search.name} part={part} />
          </nav>
          {domain ? (
            <Chosen domain={domain} domains={domains} part={part} />
          ) : (
            <Empty title={search.name === undefined ? say('collections.choose') : say('collections.gone', { name: search.name })} />
          )}
        </div>
      )}
      {isNew && domains ? (
        <NewCollection
          domains={domains}
          parent={domain}
          onClose={made => {
            setNew(false)
            if (made) void navigate({ to: '/desk/collections', search: { name: made.name } })
          }}
        />
      ) : null}
    </Page>
  )
}
