// The outline: what there is, drawn from what is chosen, dissolved again.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ungroup } from 'lucide-react'
import { useState } from 'react'
import { taken } from '../../shared/api.ts'
import { useFormats } from '../../shared/text.ts'
import { Button, Choice, Empty, Fault, Field, IconButton, Skeleton } from '../parts/controls.tsx'
import { typesQuery, useTypeNames } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { dissolved, drawn, type OutlineElement, type OutlineNode, pagesOf } from './outline.ts'
import { outlineQuery } from './queries.ts'
import styles from './pages.module.css'

function Elements(props: {
  readonly nodes: readonly OutlineNode[]
  readonly canWrite: boolean
  readonly onChoose: (pages: readonly number[]) => void
  readonly onDissolve: (node: OutlineNode) => void
}) {
  const say = useSay()
  const typeName = useTypeNames()
  const elements = props.nodes.filter(({ kind }) => kind === 'structure')
  if (elements.length === 0) return null
  return (
    <ul className={styles.elements}>
      {elements.map(node => {
        const name = node.caption ?? typeName('structure', node.type)
        return (
          <li key={node.id}>
            <span className={styles.element}>
              <button type="button" onClick={() => props.onChoose(pagesOf(node))}>
                <span dir="auto">{name}</span>
                <small>{say('pages.count', { count: pagesOf(node).length })}</small>
              </button>
              {props.canWrite ? (
                <IconButton label={say('structure.dissolve', { name })} onPress={() => props.onDissolve(node)}>
                  <Ungroup size={15} aria-hidden />
                </IconButton>
              ) : null}
            </span>
            <Elements {...props} nodes={node.children} />
          </li>
        )
      })}
    </ul>
  )
}

export function Structure(props: {
  readonly id: number
  readonly chosen: readonly number[]
  readonly canWrite: boolean
  readonly onChoose: (pages: readonly number[]) => void
}) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const { typeName } = useFormats()
  const outline = useQuery(outlineQuery(api, props.id))
  const types = useQuery(typesQuery(api))
  const [type, setType] = useState('chapter')
  const [caption, setCaption] = useState('')
  const save = useMutation({
    mutationFn: ({ children }: { children: OutlineElement[]; text: string }) =>
      taken(
        api.PUT('/api/v1/titles/{id}/structure', {
          params: { path: { id: props.id }, header: { 'If-Match': outline.data?.etag ?? '*' } },
          body: { children },
        }),
      ),
    onSuccess: (answer, { text }) => {
      note({ batch: batchOf(answer) ?? answer.batch, text })
      setCaption('')
    },
    // after a refusal what stands there now is shown, too
    onSettled: () => queries.invalidateQueries({ predicate: ({ queryKey }) => ['pages', 'tree', 'titles'].includes(String(queryKey[0])) }),
  })
  if (outline.error) return <Fault error={outline.error} />
  if (!outline.data) return <Skeleton lines={8} />
  const { children } = outline.data
  const structureTypes = (types.data?.items ?? [])
    .filter(({ datatype }) => datatype === 'structure')
    .map(each => ({ name: each.name, text: typeName(each) }))
    .sort((a, b) => a.text.localeCompare(b.text))
  const name = caption.trim() || (structureTypes.find(each => each.name === type)?.text ?? type)
  return (
    <div className={styles.panel}>
      <h2>{say('structure.title')}</h2>
      {children.some(({ kind }) => kind === 'structure') ? (
        <Elements
          nodes={children}
          canWrite={props.canWrite}
          onChoose={props.onChoose}
          onDissolve={node =>
            save.mutate({
              children: dissolved(children, node.id),
              text: say('structure.dissolved', { name: node.caption ?? node.type }),
            })
          }
        />
      ) : (
        <Empty title={say('structure.none')}>{say('structure.none.text')}</Empty>
      )}
      {save.error ? <Fault error={save.error} /> : null}
      {props.canWrite ? (
        <form
          className={styles.draw}
          onSubmit={event => {
            event.preventDefault()
            if (props.chosen.length > 0)
              save.mutate({
                children: drawn(children, new Set(props.chosen), { type, caption: caption.trim() || null }),
                text: say('structure.drawn', { name, count: props.chosen.length }),
              })
          }}
        >
          <Choice label={say('structure.type')} id="structure-type" value={type} onChange={event => setType(event.target.value)}>
              {structureTypes.map(each => (
                <option key={each.name} value={each.name}>
                  {each.text}
                </option>
              ))}
            </Choice>
          <Field label={say('structure.caption')} value={caption} onChange={setCaption} maxLength={2000} />
          <Button type="submit" isDisabled={props.chosen.length === 0} isBusy={save.isPending}>
            {say('structure.draw', { count: props.chosen.length })}
          </Button>
        </form>
      ) : null}
    </div>
  )
}
