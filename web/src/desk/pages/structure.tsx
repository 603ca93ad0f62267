// The outline: what there is, drawn from what is chosen, dissolved again.
import { useQuery } from '@tanstack/react-query'
import { SquareDashed, Ungroup } from 'lucide-react'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { useFormats } from '../../shared/text.ts'
import { Button, Choice, Empty, Fault, Field, IconButton, Skeleton } from '../parts/controls.tsx'
import { typesQuery, useTypeNames } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { usePagesTarget } from './dragging.tsx'
import { Element } from './element.tsx'
import { laid, type Layout, layoutOf, scansOf, type Sent } from './layout.ts'
import { dissolved, drawn, elementOf, type OutlineElement, type OutlineNode, pagesOf } from './outline.ts'
import { Regions } from './regions.tsx'
import { Templates, useTemplates } from './templates.tsx'
import type { Outline } from './use-outline.ts'
import styles from './pages.module.css'

/** An element that pages are dropped into. */
function Line({ node, children }: { readonly node: OutlineNode; readonly children: ReactNode }) {
  const line = useRef<HTMLSpanElement>(null)
  const { dropProps, drop, isAwaited } = usePagesTarget(line, () => ({ into: node.id }))
  return (
    <span {...dropProps} ref={line} id={`element-${node.id}`} className={styles.element} data-drop={drop} {...(isAwaited ? { tabIndex: -1, role: 'button' } : {})}>
      {children}
    </span>
  )
}

function Elements(props: {
  readonly nodes: readonly OutlineNode[]
  readonly canWrite: boolean
  readonly onDissolve: (node: OutlineNode) => void
  /** The element that is looked at */
  readonly marked: number | undefined
  readonly onMark: (node: OutlineNode) => void
  /** What is done to that one, below its line */
  readonly editor: ReactNode
  readonly onRegions: (node: { readonly id: number; readonly name: string }) => void
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
            <Line node={node}>
              <button type="button" aria-pressed={node.id === props.marked} onClick={() => props.onMark(node)}>
                <span dir="auto">{name}</span>
                <small>{say('pages.count', { count: pagesOf(node).length })}</small>
              </button>
              {props.canWrite ? (
                <IconButton label={say('regions.open', { name })} onPress={() => props.onRegions({ id: node.id, name })}>
                  <SquareDashed size={15} aria-hidden />
                </IconButton>
              ) : null}
              {props.canWrite ? (
                <IconButton label={say('structure.dissolve', { name })} onPress={() => props.onDissolve(node)}>
                  <Ungroup size={15} aria-hidden />
                </IconButton>
              ) : null}
            </Line>
            {node.id === props.marked ? props.editor : null}
            <Elements {...props} nodes={node.children} />
          </li>
        )
      })}
    </ul>
  )
}

/** What a template is going to make */
function Parts({ nodes }: { readonly nodes: readonly Sent[] }) {
  const say = useSay()
  const typeName = useTypeNames()
  const count = (node: Sent): number => (node.type === undefined ? 1 : (node.children ?? []).reduce((sum, each) => sum + count(each), 0))
  const elements = nodes.flatMap(node => (node.type === undefined ? [] : [{ ...node, type: node.type }]))
  if (elements.length === 0) return null
  return (
    <ul>
      {elements.map((node, at) => (
        <li key={at}>
          <span>
            <span dir="auto">{node.caption ?? typeName('structure', node.type)}</span>
            <small>{say('pages.count', { count: count(node) })}</small>
          </span>
          <Parts nodes={node.children ?? []} />
        </li>
      ))}
    </ul>
  )
}

export function Structure(props: {
  readonly outline: Outline
  readonly chosen: readonly number[]
  /** As it is now: what is drawn here may be behind it by a key or two */
  readonly newest: () => readonly number[]
  readonly canWrite: boolean
  readonly onChoose: (pages: readonly number[]) => void
}) {
  const say = useSay()
  const api = useApi()
  const { typeName } = useFormats()
  const types = useQuery(typesQuery(api))
  const [type, setType] = useState('chapter')
  const [caption, setCaption] = useState('')
  const [marked, setMarked] = useState<number>()
  const [article, setArticle] = useState<{ readonly id: number; readonly name: string }>()
  const templates = useTemplates<Layout>('desk-outlines')
  const [used, setUsed] = useState('')
  const { outline } = props
  const { children } = outline
  const made = useMemo(() => children && layoutOf('', children), [children])
  const template = templates.kept.find(each => each.name === used)
  const followed = useRef<number>(undefined)
  useEffect(() => {
    const id = followed.current
    if (id === undefined || document.activeElement !== document.body) return
    followed.current = undefined
    document.querySelector<HTMLElement>(`#element-${id} button`)?.focus()
  })
  if (!children) return outline.error ? <Fault error={outline.error} /> : <Skeleton lines={8} />
  const structureTypes = (types.data?.items ?? [])
    .filter(({ datatype }) => datatype === 'structure')
    .map(each => ({ name: each.name, text: typeName(each) }))
    .sort((a, b) => a.text.localeCompare(b.text))
  const element = elementOf(children, marked)
  const name = caption.trim() || (structureTypes.find(each => each.name === type)?.text ?? type)
  /** The template around what is chosen, or around all pages */
  const layOut = (layout: Layout, chosen: readonly number[]) => {
    const pages = chosen.length > 0 ? chosen : children.flatMap(scansOf)
    return { count: pages.length, outcome: laid(children, pages, layout) }
  }
  const lying = template && layOut(template, props.chosen)
  const draw = () => {
    const chosen = props.newest()
    if (template) {
      const { count, outcome } = layOut(template, chosen)
      if (outcome) outline.save(say('structure.laid', { name: template.name, made: outcome.made, count }), outcome.children as OutlineElement[], () => setUsed(''))
      return
    }
    if (chosen.length === 0) return
    const element = { type, caption: caption.trim() || null }
    outline.save(say('structure.drawn', { name, count: chosen.length }), drawn(children, new Set(chosen), element), () => setCaption(''))
  }
  return (
    <div className={styles.panel}>
      <h2>{say('structure.title')}</h2>
      {children.some(({ kind }) => kind === 'structure') ? (
        <Elements
          nodes={children}
          canWrite={props.canWrite}
          marked={marked}
          editor={
            element && props.canWrite ? (
              <Element
                key={element.id}
                outline={outline}
                all={children}
                node={element}
                name={element.caption ?? structureTypes.find(each => each.name === element.type)?.text ?? element.type}
                types={structureTypes}
                onFollow={() => {
                  followed.current = element.id
                }}
              />
            ) : null
          }
          onMark={node => {
            setMarked(node.id)
            props.onChoose(pagesOf(node))
          }}
          onRegions={setArticle}
          onDissolve={node =>
            outline.save(say('structure.dissolved', { name: node.caption ?? node.type }), dissolved(children, node.id))
          }
        />
      ) : (
        <Empty title={say('structure.none')}>{say('structure.none.text')}</Empty>
      )}
      {props.canWrite ? <Templates templates={templates} made={made} keep={say('structure.template.keep')} chosen={undefined} onGone={() => {}} /> : null}
      {outline.error ? <Fault error={outline.error} changed={say('structure.changed')} /> : null}
      {article ? <Regions {...article} onClose={() => setArticle(undefined)} /> : null}
      {props.canWrite ? (
        <form
          className={styles.draw}
          onSubmit={event => {
            event.preventDefault()
            draw()
          }}
          onKeyDown={event => {
            // the button may be a key behind, and would let the form of what is chosen by now not be sent
            if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
            event.preventDefault()
            draw()
          }}
        >
          {templates.kept.length > 0 ? (
            <Choice label={say('template.one')} id={template ? 'structure-type' : undefined} value={template?.name ?? ''} onChange={event => setUsed(event.target.value)}>
              <option value="">{say('structure.template.none')}</option>
              {templates.kept.map(each => (
                <option key={each.name} value={each.name}>
                  {each.name}
                </option>
              ))}
            </Choice>
          ) : null}
          {lying ? (
            <>
              <div className={styles.laid}>
                <p aria-live="polite">
                  {lying.outcome
                    ? say('structure.laying', { made: lying.outcome.made, count: lying.count, gone: lying.outcome.gone })
                    : say('structure.short', { count: lying.count })}
                </p>
                {lying.outcome ? <Parts nodes={lying.outcome.put} /> : null}
              </div>
              <Button type="submit" isDisabled={lying.outcome === undefined} isBusy={outline.isSaving}>
                {say('structure.lay', { count: lying.count })}
              </Button>
              <Templates templates={templates} made={undefined} keep="" chosen={template} onGone={() => setUsed('')} />
            </>
          ) : (
            <>
              <Choice label={say('structure.type')} id="structure-type" value={type} onChange={event => setType(event.target.value)}>
                {structureTypes.map(each => (
                  <option key={each.name} value={each.name}>
                    {each.text}
                  </option>
                ))}
              </Choice>
              <Field label={say('structure.caption')} value={caption} onChange={setCaption} maxLength={2000} />
              <Button type="submit" isDisabled={props.chosen.length === 0} isBusy={outline.isSaving}>
                {say('structure.draw', { count: props.chosen.length })}
              </Button>
            </>
          )}
        </form>
      ) : null}
    </div>
  )
}
