// The import desk: bring a delivery, see what would be made, run it, follow it, try again what failed.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { Upload } from 'lucide-react'
import { useState } from 'react'
import { Head } from '../../app/room.tsx'
import { Button, Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Listed } from '../parts/listed.tsx'
import { Page, tableStyle } from '../parts/page.tsx'
import { importsQuery } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { useActions } from '../shell/actions.ts'
import { useSay } from '../texts.ts'
import { ImportTabs } from '../harvests/tabs.tsx'
import type { Lists } from './columns.tsx'
import { Delivery } from './delivery.tsx'
import { OneImport, Outcomes } from './one-import.tsx'

export default function Imports() {
  const say = useSay()
  const router = useRouter()
  const { ago, exact } = useMoments()
  const search = useSearch({ strict: false }) as { id?: string }
  const [isNew, setNew] = useState(false)
  const [lists, setLists] = useState<Lists>()
  const imports = useInfiniteQuery({ ...importsQuery(useApi()), refetchInterval: 10_000 })
  useActions('imports', [{ id: 'imports.new', label: say('imports.new'), shortcut: 'n', run: () => setNew(true) }])
  const items = imports.data?.pages.flatMap(page => page.items) ?? []
  const open = (id: number) => {
    setNew(false)
    void router.navigate({ to: '/desk/imports', search: { id: String(id) } })
  }
  return (
    <Page
      title={say('place.imports')}
      lead={say('imports.lead')}
      actions={
        <Button kind="primary" onPress={() => setNew(true)}>
          <Upload size={16} aria-hidden />
          {say('imports.new')}
        </Button>
      }
    >
      <Head title={say('place.imports')} noIndex />
      <ImportTabs here="/desk/imports" />
      <Delivery isOpen={isNew} onClose={() => setNew(false)} onSent={open} lists={lists} />
      {search.id !== undefined && /^\d+$/.test(search.id) ? (
        <OneImport
          id={Number(search.id)}
          key={search.id}
          onClose={() => void router.navigate({ to: '/desk/imports', search: {} })}
          onColumns={found => {
            setLists(found)
            setNew(true)
          }}
        />
      ) : null}
      <Listed list={imports} lines={8} none={say('imports.none')} hint={say('imports.none.text')}>
        <table className={tableStyle}>
          <thead>
            <tr>
              <th>{say('imports.source')}</th>
              <th>{say('imports.outcome')}</th>
              <th>{say('jobs.when')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map(each => (
              <tr key={each.id}>
                <td>
                  <Link to="/desk/imports" search={{ id: String(each.id) }}>
                    {each.source}
                  </Link>{' '}
                  {each.dryRun ? <Tag>{say('imports.dryRun')}</Tag> : null}
                </td>
                <td>
                  <Outcomes summary={each.summary} state={each.state} />
                </td>
                <td title={exact(each.createdAt)}>{ago(each.createdAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Listed>
    </Page>
  )
}
