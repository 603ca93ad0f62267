// A place that is typed instead of gone to: what is chosen is moved there, after the preview of all moves, or one is linked or copied there. A copy
// is mostly wanted beside its original, so that is offered before anything is typed.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Autocomplete, Input, Menu, MenuItem, SearchField, Text } from 'react-aria-components'
import { taken } from '../../shared/api.ts'
import { classNames } from '../parts/class-names.ts'
import { Dialog, Fault } from '../parts/controls.tsx'
import { domainsQuery, type TreeNode } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { found, inAnyCase } from '../shell/find.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import sheet from '../title/authority.module.css'
import type { Target } from './dragging.tsx'

const styles = classNames(sheet)
const pause = 180
const besideKey = 'beside'

export type Placing = 'move' | 'link' | 'copy'
interface Hit {
  readonly id: number
  readonly text: string
}

export function ToPlace(props: {
  readonly what: Placing
  readonly nodes: readonly TreeNode[]
  readonly onMove: (to: Target) => void
  readonly onClose: () => void
}) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const { what, nodes, onMove, onClose } = props
  const [words, setWords] = useState('')
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(words.trim()), pause)
    return () => clearTimeout(timer)
  }, [words])
  const domains = useQuery({ ...domainsQuery(api), enabled: what !== 'link' }).data ?? []
  const hits = useQuery({ queryKey: ['palette', asked], enabled: asked.length > 1 || /^\d$/.test(asked), queryFn: () => found(api, asked) })
  const wanted = inAnyCase(words.trim())
  const tops = domains.filter(({ caption }) => wanted !== '' && inAnyCase(caption).includes(wanted)).slice(0, 5)
  const places = asked === words.trim() && asked !== '' ? (hits.data ?? []).filter(({ id }) => !nodes.some(node => node.id === id)) : []
  const [node] = nodes
  const put = useMutation({
    mutationFn: async (to: Hit | Target | undefined) => {
      const id = node?.linkTo ?? node?.id ?? 0
      if (what === 'link' && to && 'id' in to)
        return await taken(api.POST('/api/v1/tree/{id}/link', { params: { path: { id: to.id } }, body: { target: id, position: 'last' } }))
      const place =
        to === undefined
          ? { parent: node?.parentId ?? null, position: { after: id } }
          : 'id' in to
            ? { parent: to.id, position: 'last' as const }
            : { parent: null, ...('domain' in to.place ? { domain: to.place.domain } : {}), position: 'last' as const }
      return await taken(api.POST('/api/v1/tree/{id}/copy', { params: { path: { id } }, body: place }))
    },
    onSuccess: async (answer, to) => {
      const name = node?.caption ?? `#${node?.id}`
      const where = to === undefined ? undefined : 'id' in to ? to.text : to.caption
      const text =
        what === 'link'
          ? say('place.linked', { name, to: where ?? '' })
          : say(where === undefined ? 'place.copied.beside' : 'place.copied', { name, to: where ?? '', count: 'copied' in answer ? (answer.copied ?? 0) : 0 })
      note({ batch: batchOf(answer), text })
      onClose()
      await queries.invalidateQueries({ predicate: ({ queryKey }) => ['tree', 'titles', 'log'].includes(String(queryKey[0])) })
    },
  })
  const name = nodes.length === 1 ? (nodes[0]?.caption ?? `#${nodes[0]?.id}`) : say('tree.chosen', { count: nodes.length })
  const beside = what === 'copy' && wanted === '' ? [{ id: besideKey, text: say('place.beside'), more: say('place.beside.more') }] : []
  const title = say(`place.${what}.title`, { name })
  return (
    <Dialog title={title} isOpen isWide onClose={onClose}>
      <div className={styles.find}>
        {put.error ? <Fault error={put.error} /> : null}
        <Autocomplete 
          inputValue={words}
          onInputChange={next => {
            setWords(next)
            // a refusal is about the place that was chosen, not about the next one
            if (next !== words) put.reset()
          }}
        >
          <SearchField aria-label={say('place.field')} className={styles.field} autoFocus>
            <Input placeholder={say('place.begin')} />
          </SearchField>
          <Menu
            aria-label={title}
            className={styles.list}
            onAction={key => {
              const top = tops.find(({ name }) => `d${name}` === key)
              const place = places.find(({ id }) => `n${id}` === key)
              if (what === 'move') {
                if (top) onMove({ place: { domain: top.name }, caption: top.caption })
                else if (place) onMove({ place: { node: place.id }, caption: place.text })
              } else if (!put.isPending) put.mutate(top ? { place: { domain: top.name }, caption: top.caption } : place)
            }}
            renderEmptyState={() => (
              <p className={styles.none} role="status">
                {wanted === '' ? say('place.begin') : hits.isFetching || asked !== words.trim() ? say('palette.looking') : say('palette.nothing')}
              </p>
            )}
          >
            {[...beside, ...tops.map(each => ({ id: `d${each.name}`, text: each.caption, more: say('place.collections') })), ...places.map(each => ({ ...each, id: `n${each.id}` }))].map(each => (
              <MenuItem key={each.id} id={each.id} textValue={each.text} className={styles.item}>
                <Text slot="label" className={styles.line}>
                  <span className={styles.name} dir="auto">
                    {each.text}
                  </span>{' '}
                  <span className={styles.soft}>{each.more}</span>
                </Text>
              </MenuItem>
            ))}
          </Menu>
        </Autocomplete>
      </div>
    </Dialog>
  )
}
