// What came in by a deliverer, wherever the library has moved it since, and what is in the bin, too.
import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Head } from '../../app/room.tsx'
import { type Api, taken } from '../../shared/api.ts'
import { Fault, Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Listed } from '../parts/listed.tsx'
import { Page } from '../parts/page.tsx'
import { Table } from '../parts/table.tsx'
import { cursorOf, nodeQuery, useTypeNames } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'

const cameInQuery = (api: Api, deliverer: number) =>
  infiniteQueryOptions({
    queryKey: ['titles', 'came-in', deliverer],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      taken(api.GET('/api/v1/titles', { params: { query: { deliverer, deleted: 'all', limit: 100, ...(cursor ? { cursor } : {}) } } })),
    getNextPageParam: cursorOf,
  })

export default function CameIn() {
  const say = useSay()
  const api = useApi()
  const typeName = useTypeNames()
  const { exact, ago } = useMoments()
  const { id } = useParams({ strict: false }) as { id?: string }
  const isNumber = /^[1-9]\d{0,8}$/.test(id ?? '')
  const node = useQuery({ ...nodeQuery(api, Number(id)), enabled: isNumber, retry: false })
  const list = useInfiniteQuery({ ...cameInQuery(api, Number(id)), enabled: isNumber, retry: false })
  const name = node.data?.caption ?? `#${id}`
  const titles = list.data?.pages.flatMap(page => page.items) ?? []
  return (
    <Page title={say('cameIn.title', { name })}>
      <Head title={say('cameIn.title', { name })} noIndex />
      <p>
        <Link to="/desk/tree" search={{ node: String(id) }}>
          ‹ {name}
        </Link>
      </p>
      {!isNumber ? (
        <p role="alert">{say('cameIn.nothing')}</p>
      ) : node.error ? (
        <Fault error={node.error} />
      ) : (
        <Listed list={list} lines={6} none={say('cameIn.none')} hint={say('cameIn.none.text')}>
          <Table label={say('cameIn.title', { name })} columns={[say('tree.name'), say('tree.type'), say('cameIn.at'), say('tree.state')]}>
            {titles.map(title => (
              <tr key={title.id}>
                <td>
                  <Link to="/desk/tree" search={{ node: String(title.id) }} dir="auto">
                    {title.caption ?? title.title ?? `#${title.id}`}
                  </Link>
                </td>
                <td>{typeName('title', title.type)}</td>
                <td title={exact(title.meta.createdAt ?? '')}>{ago(title.meta.createdAt ?? '')}</td>
                <td>
                  <Tag tone={title.isInBin ? 'bad' : title.isReleased ? 'good' : 'plain'}>
                    {say(title.isInBin ? 'tree.state.bin' : title.isReleased ? 'tree.state.released' : 'tree.state.hidden')}
                  </Tag>
                </td>
                <td>
                  <Link to="/desk/title/$id" params={{ id: String(title.id) }}>
                    {say('details.record')}
                  </Link>
                </td>
              </tr>
            ))}
          </Table>
        </Listed>
      )}
    </Page>
  )
}
