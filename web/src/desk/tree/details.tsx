import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useFormats } from '../../shared/text.ts'
import { Empty, Skeleton, Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Scan } from '../parts/scan.tsx'
import { orderOfTitleQuery } from '../orders/queries.ts'
import { nodeTagsQuery, TagMark } from '../parts/tags.tsx'
import { countsQuery, domainsQuery, linksQuery, nodeQuery, type TreeNode, useTypeNames } from '../queries.ts'
import { useApi, useMay } from '../session/session.ts'
import { type DeskKey, useSay } from '../texts.ts'
import styles from './details.module.css'

const countable = ['title', 'structure', 'page', 'container']

function Counts({ node }: { readonly node: TreeNode }) {
  const say = useSay()
  const api = useApi()
  const { number } = useFormats()
  const { data } = useQuery(countsQuery(api, node.id))
  const notes = (data?.notes?.open ?? 0) + (data?.notes?.answered ?? 0)
  if (data?.total === 0 && notes === 0) return null
  return (
    <dl className={styles.facts}>
      {Object.entries(data?.byDatatype ?? {})
        .filter(([datatype]) => countable.includes(datatype))
        .map(([datatype, { released, hidden, inBin }]) => (
          <div key={datatype}>
            <dt>{say(`datatype.${datatype}` as DeskKey)}</dt>
            <dd>
              {number(released + hidden)}
              {hidden > 0 ? <small> {say('details.hidden', { count: hidden })}</small> : null}
              {inBin > 0 ? <small> {say('details.bin', { count: inBin })}</small> : null}
            </dd>
          </div>
        ))}
      {notes > 0 ? (
        <div>
          <dt>{say('place.notes')}</dt>
          <dd>
            <Link to="/desk/notes" search={{ below: String(node.id), state: 'unsettled' }}>
              {data?.notes?.open ? say('notes.count', { count: data.notes.open }) : say('notes.count.answered', { count: notes })}
            </Link>
          </dd>
        </div>
      ) : null}
    </dl>
  )
}

/** Tags of the node itself, and those that its collections give. */
function Tags({ node }: { readonly node: TreeNode }) {
  const say = useSay()
  const { data } = useQuery(nodeTagsQuery(useApi(), node.id))
  if (!data || data.tags.length === 0) return null
  return (
    <ul className={styles.tags} aria-label={say('tree.tags')}>
      {data.tags.map(tag =>
        data.own.includes(tag.name) ? (
          <li key={tag.name}>
            <TagMark tag={tag} />
          </li>
        ) : (
          <li key={tag.name} className={styles.given} title={say('tree.tags.given')}>
            <TagMark tag={tag} />
          </li>
        ),
      )}
    </ul>
  )
}

/** The order that a title came by, for who reads it; asked for by nobody else. */
function Order({ id }: { readonly id: number }) {
  const say = useSay()
  const { data } = useQuery(orderOfTitleQuery(useApi(), id))
  if (!data) return null
  return (
    <div>
      <dt>{say('orders.one')}</dt>
      <dd>
        <Link to="/desk/orders/$order" params={{ order: String(data.id) }} dir="auto">
          {data.title}
        </Link>{' '}
        <small>{say(`orders.state.${data.state}`)}</small>
      </dd>
    </div>
  )
}

/** Where else it is shown: each place leads to the link that stands there. */
function Links({ id }: { readonly id: number }) {
  const say = useSay()
  const api = useApi()
  const { data } = useQuery(linksQuery(api, id))
  const domains = useQuery(domainsQuery(api)).data
  if (!data || data.items.length === 0) return null
  return (
    <div>
      <dt>{say('details.links')}</dt>
      <dd>
        <ul className={styles.places}>
          {data.items.map(link => {
            const domain = domains?.find(each => each.id === link.domainId)?.caption ?? ''
            const [place = domain, ...around] = [...(domain ? [domain] : []), ...link.above.map(each => each.caption ?? `#${each.id}`)].reverse()
            return (
              <li key={link.id}>
                <Link to="/desk/tree" search={{ node: String(link.id) }} dir="auto">
                  {place}
                </Link>
                {around.length > 0 ? <small dir="auto">{around.reverse().join(' › ')}</small> : null}
              </li>
            )
          })}
          {data.links.next === undefined ? null : <li>{say('details.links.more')}</li>}
        </ul>
      </dd>
    </div>
  )
}

function One({ id }: { readonly id: number }) {
  const say = useSay()
  const may = useMay()
  const typeName = useTypeNames()
  const { exact } = useMoments()
  const { data: node } = useQuery(nodeQuery(useApi(), id))
  if (!node)
    return (
      <div className={styles.details}>
        <Skeleton lines={6} />
      </div>
    )
  const hasPicture = ['title', 'structure', 'page'].includes(node.datatype)
  return (
    <div className={styles.details}>
      {hasPicture ? (
        <div className={styles.picture}>
          <Scan path={`/titlepage/${node.id}/304`} alt={say('details.picture', { name: node.caption ?? '' })} />
        </div>
      ) : null}
      <h2 dir="auto">{node.caption ?? `#${node.id}`}</h2>
      <p className={styles.kind}>
        {typeName(node.datatype, node.type)}
        <Tag tone={node.isInBin ? 'bad' : node.isReleased ? 'good' : 'plain'}>
          {say(node.isInBin ? 'tree.state.bin' : node.isReleased ? 'tree.state.released' : 'tree.state.hidden')}
        </Tag>
      </p>
      <p className={styles.ways}>
        {node.linkTo === null ? null : (
          <Link to="/desk/tree" search={{ node: String(node.linkTo) }}>
            {say('details.original')}
          </Link>
        )}
        {node.datatype === 'title' && node.linkTo === null ? (
          <Link to="/desk/title/$id" params={{ id: String(node.id) }}>
            {say(may('meta:write') ? 'details.record' : 'details.recordRead')}
          </Link>
        ) : null}
        {node.datatype === 'title' && node.linkTo === null ? (
          <Link to="/desk/title/$id/pages" params={{ id: String(node.id) }}>
            {say('details.pages')}
          </Link>
        ) : null}
        {node.datatype === 'title' && node.linkTo === null ? (
          <Link to="/desk/title/$id/texts" params={{ id: String(node.id) }} search={{}}>
            {say('details.texts')}
          </Link>
        ) : null}
        {node.datatype === 'title' && node.linkTo === null ? (
          <Link to="/desk/title/$id/images" params={{ id: String(node.id) }} search={{}}>
            {say('details.images')}
          </Link>
        ) : null}
        {node.datatype === 'container' && node.type === 'deliverer' ? (
          <Link to="/desk/deliverers/$id" params={{ id: String(node.id) }}>
            {say('cameIn.way')}
          </Link>
        ) : null}
        {may('manage-rights') ? (
          <Link to="/desk/rights" search={{ node: String(node.id) }}>
            {say('details.rights')}
          </Link>
        ) : null}
        {node.isReleased && hasPicture ? (
          <Link to="/id/$id" params={{ id: String(node.id) }}>
            {say('details.reading')}
          </Link>
        ) : null}
      </p>
      <Tags node={node} />
      <Counts node={node} />
      <dl className={styles.facts}>
        <div>
          <dt>{say('tree.id')}</dt>
          <dd>{node.id}</dd>
        </div>
        {node.datatype === 'title' && may('order:read') ? <Order id={node.linkTo ?? node.id} /> : null}
        {node.linkTo === null && node.datatype !== 'domain' ? <Links id={node.id} /> : null}
        {node.meta.createdAt ? (
          <div>
            <dt>{say('details.created')}</dt>
            <dd>{exact(node.meta.createdAt)}</dd>
          </div>
        ) : null}
        {node.meta.updatedAt ? (
          <div>
            <dt>{say('tree.changed')}</dt>
            <dd>{exact(node.meta.updatedAt)}</dd>
          </div>
        ) : null}
      </dl>
    </div>
  )
}

export function Details({ chosen, isWhole, id }: { readonly chosen: number; readonly isWhole: boolean; readonly id: number | undefined }) {
  const say = useSay()
  if (isWhole) return <Empty title={say('tree.chosen.whole')}>{say('details.many.text')}</Empty>
  if (chosen > 1) return <Empty title={say('details.many', { count: chosen })}>{say('details.many.text')}</Empty>
  return id === undefined ? <Empty title={say('details.none')}>{say('details.none.text')}</Empty> : <One id={id} key={id} />
}
