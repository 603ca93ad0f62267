// A place that is typed instead of gone to: what is chosen is moved there, after the preview of all moves, or linked there.
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

export function ToPlace(props: {
  readonly what: 'move' | 'link'
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
  const domains = useQuery({ ...domainsQuery(api), enabled: what === 'move' }).data ?? []
  const hits = useQuery({ queryKey: ['palette', asked], enabled: asked.length > 1 || /^\d$/.test(asked), queryFn: () => found(api, asked) })
  const wanted = inAnyCase(words.trim())
  const tops = domains.filter(({ caption }) => wanted !== '' && inAnyCase(caption).includes(wanted)).slice(0, 5)
  const places = asked === words.trim() && asked !== '' ? (hits.data ?? []).filter(({ id }) => !nodes.some(node => node.id === id)) : []
  const link = useMutation({
    mutationFn: async (to: { readonly id: number; readonly text: string }) =>
      taken(api.POST('/api/v1/tree/{id}/link', { params: { path: { id: to.id } }, body: { target: nodes[0]?.linkTo ?? nodes[0]?.id ?? 0, position: 'last' } })),
    onSuccess: async (answer, { text }) => {
      note({ batch: batchOf(answer), text: say('place.linked', { name: nodes[0]?.caption ?? '', to: text }) })
      onClose()
      await queries.invalidateQueries({ queryKey: ['tree'] })
    },
  })
  const name = nodes.length === 1 ? (nodes[0]?.caption ?? `#${nodes[0]?.id}`) : say('tree.chosen', { count: nodes.length })
  const title = say(what === 'move' ? 'place.move.title' : 'place.link.title', { name })
  return (
    <Dialog title={title} isOpen isWide onClose={onClose}>
      <div className={styles.find}>
        {link.error ? <Fault error={link.error} /> : null}
        <Autocomplete inputValue={words} onInputChange={setWords}>
          <SearchField aria-label={say('place.field')} className={styles.field} autoFocus>
            <Input placeholder={say('palette.hint')} />
          </SearchField>
          <Menu
            aria-label={title}
            className={styles.list}
            onAction={key => {
              const top = tops.find(({ name }) => `d${name}` === key)
              const place = places.find(({ id }) => `n${id}` === key)
              if (top) onMove({ place: { domain: top.name }, caption: top.caption })
              else if (place && what === 'move') onMove({ place: { node: place.id }, caption: place.text })
              else if (place && !link.isPending) link.mutate(place)
            }}
            renderEmptyState={() => (
              <p className={styles.none} role="status">
                {wanted === '' ? say('place.begin') : hits.isFetching || asked !== words.trim() ? say('palette.looking') : say('palette.nothing')}
              </p>
            )}
          >
            {[...tops.map(each => ({ id: `d${each.name}`, text: each.caption, more: say('place.collections') })), ...places.map(each => ({ ...each, id: `n${each.id}` }))].map(each => (
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
