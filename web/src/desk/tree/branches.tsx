// The left pane: collections, and what stands below them as far as it is opened. Pages are listed in the middle, not here.
import { useInfiniteQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { createContext, type KeyboardEvent, memo, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { childrenQuery, type Domain, type Place, type TreeNode } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { type Target, useTarget } from './dragging.tsx'
import styles from './branches.module.css'

interface Parts {
  readonly pages: readonly { readonly items: readonly TreeNode[] }[]
}

interface Tree {
  readonly isOpen: (key: string) => boolean
  readonly toggle: (key: string, to?: boolean) => void
  readonly current: string
  readonly onGo: (place: Place) => void
}
const TreeContext = createContext<Tree>(null as never)

const keyOf = (place: Place): string => ('node' in place ? `n${place.node}` : `d${place.domain}`)
const kept = 'desk-open-branches'
const noDomains: readonly Domain[] = []

/** Branches are many; a branch is drawn anew where something of its own changes. */
const Branch = memo(function Branch(props: {
  readonly place: Place
  readonly caption: string
  readonly level: number
  readonly canOpen: boolean
  readonly isMuted?: boolean
  readonly domains?: readonly Domain[]
  /** The node; undefined of a collection */
  readonly node?: TreeNode
}) {
  const { isOpen, toggle, current, onGo } = useContext(TreeContext)
  const key = keyOf(props.place)
  const open = props.canOpen && isOpen(key)
  const line = useRef<HTMLDivElement>(null)
  const target: Target = { place: props.place, caption: props.caption, ...(props.node ? { node: props.node } : {}) }
  const { dropProps, state } = useTarget(line, target)
  return (
    <li role="none">
      <div
        {...dropProps}
        ref={line}
        role="treeitem"
        id={`branch-${key}`}
        data-key={key}
        aria-level={props.level}
        aria-selected={current === key}
        {...(props.canOpen ? { 'aria-expanded': open } : {})}
        tabIndex={current === key || props.level === 1 ? 0 : -1}
        className={`${styles.branch} ${props.isMuted ? styles.muted : ''}`}
        data-drop={state}
        style={{ paddingLeft: 8 + (props.level - 1) * 16 }}
        onClick={() => onGo(props.place)}
        onDoubleClick={() => toggle(key)}
      >
        <span
          className={`${styles.twist} ${open ? styles.open : ''}`}
          aria-hidden
          onClick={event => {
            event.stopPropagation()
            toggle(key)
          }}
        >
          {props.canOpen ? <ChevronRight size={14} /> : null}
        </span>
        <span className={styles.caption} dir="auto">
          {props.caption}
        </span>
      </div>
      {open ? <Below place={props.place} level={props.level + 1} domains={props.domains ?? noDomains} /> : null}
    </li>
  )
})

function Below({ place, level, domains }: { readonly place: Place; readonly level: number; readonly domains: readonly Domain[] }) {
  const say = useSay()
  const api = useApi()
  // the table beside asks for the same, and for more of it as it is scrolled: here stands what was asked for here
  const [parts, setParts] = useState(1)
  const asked = useInfiniteQuery({
    ...childrenQuery(api, place),
    select: useCallback((data: Parts) => ({ parts: data.pages.slice(0, parts), isAll: data.pages.length <= parts }), [parts]),
  })
  const nodes = useMemo(
    () => (asked.data?.parts.flatMap(part => part.items) ?? []).filter(({ datatype }) => datatype !== 'page' && datatype !== 'domain'),
    [asked.data],
  )
  const more = () => {
    setParts(parts + 1)
    if (asked.data?.isAll) void asked.fetchNextPage()
  }
  const below = 'domain' in place ? domainsBelow(domains, place.domain) : []
  return (
    <ul role="group" className={styles.group}>
      {below.map(domain => (
        <DomainBranch key={domain.id} domain={domain} level={level} domains={domains} />
      ))}
      {nodes.map(node => (
        <NodeBranch key={node.id} node={node} level={level} />
      ))}
      {asked.isPending ? <li role="none" className={styles.wait}>
          …
        </li> : null}
      {asked.hasNextPage || asked.data?.isAll === false ? (
        <li role="none">
          <div
            role="treeitem"
            aria-level={level}
            aria-selected={false}
            tabIndex={-1}
            className={styles.more}
            style={{ paddingLeft: 30 + (level - 1) * 16 }}
            onClick={more}
          >
            {say('more')}
          </div>
        </li>
      ) : null}
    </ul>
  )
}

const NodeBranch = memo(({ node, level }: { readonly node: TreeNode; readonly level: number }) => (
  <Branch
    place={useMemo(() => ({ node: node.id }), [node.id])}
    node={node}
    caption={node.caption ?? `#${node.id}`}
    level={level}
    canOpen={node.hasChildren === true}
    isMuted={!node.isReleased}
  />
))

/** Domains directly below another, by the ids of their paths. */
function domainsBelow(domains: readonly Domain[], name: string): Domain[] {
  const parent = domains.find(each => each.name === name)
  return parent ? domains.filter(each => each.level === parent.level + 1 && each.path.startsWith(parent.path) && each.id !== parent.id) : []
}

const DomainBranch = memo(({ domain, ...rest }: { readonly domain: Domain; readonly level: number; readonly domains: readonly Domain[] }) => (
  <Branch place={useMemo(() => ({ domain: domain.name }), [domain.name])} caption={domain.caption} canOpen {...rest} />
))

function useOpen() {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => {
    try {
      return new Set(JSON.parse(sessionStorage.getItem(kept) ?? '[]') as string[])
    } catch {
      return new Set()
    }
  })
  const isOpen = useCallback((key: string) => open.has(key), [open])
  const toggle = useCallback(
    (key: string, to?: boolean) =>
      setOpen(before => {
        const next = new Set(before)
        if (to ?? !before.has(key)) next.add(key)
        else next.delete(key)
        sessionStorage.setItem(kept, JSON.stringify([...next]))
        return next
      }),
    [],
  )
  return { isOpen, toggle }
}

export function Branches(props: { readonly domains: readonly Domain[]; readonly place: Place | undefined; readonly path: readonly Place[]; readonly onGo: (place: Place) => void }) {
  const say = useSay()
  const list = useRef<HTMLUListElement>(null)
  const typed = useRef({ words: '', at: 0 })
  const { isOpen, toggle } = useOpen()
  const shown = useMemo(() => props.domains.filter(({ isSystem }) => !isSystem), [props.domains])
  const lowest = Math.min(...shown.map(({ level }) => level))
  const tops = shown.filter(({ level }) => level === lowest)
  const current = props.place ? keyOf(props.place) : ''
  const latest = useRef(props.onGo)
  latest.current = props.onGo
  const tree = useMemo<Tree>(() => ({ isOpen, toggle, current, onGo: place => latest.current(place) }), [isOpen, toggle, current])
  // what leads to the place is open
  const way = props.path.map(keyOf).join()
  useEffect(() => {
    for (const key of way === '' ? [] : way.split(',')) toggle(key, true)
  }, [way])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[role=treeitem]') ?? [])]
    const here = items.indexOf(document.activeElement as HTMLElement)
    const item = items[here]
    const key = item?.dataset['key'] ?? ''
    const level = (each: HTMLElement | undefined) => Number(each?.getAttribute('aria-level') ?? 0)
    const goTo = (at: number) => items[Math.max(0, Math.min(items.length - 1, at))]?.focus()
    const steps: Readonly<Record<string, () => void>> = {
      ArrowDown: () => goTo(here + 1),
      ArrowUp: () => goTo(here - 1),
      Home: () => goTo(0),
      End: () => goTo(items.length - 1),
      ArrowRight: () => {
        if (item?.getAttribute('aria-expanded') === 'false') toggle(key, true)
        else if (level(items[here + 1]) > level(item)) goTo(here + 1)
      },
      ArrowLeft: () => {
        if (item?.getAttribute('aria-expanded') === 'true') toggle(key, false)
        else goTo(items.findLastIndex((each, at) => at < here && level(each) < level(item)))
      },
      Enter: () => item?.click(),
      ' ': () => item?.click(),
    }
    const step = steps[event.key]
    if (step) {
      event.preventDefault()
      step()
    } else if (event.key.length === 1) {
      const now = Date.now()
      typed.current = { words: (now - typed.current.at > 800 ? '' : typed.current.words) + event.key.toLowerCase(), at: now }
      const found = [...items.slice(here + 1), ...items.slice(0, here + 1)].find(each =>
        each.textContent?.trim().toLowerCase().startsWith(typed.current.words),
      )
      if (found) {
        event.preventDefault()
        event.stopPropagation()
        found.focus()
      }
    }
  }
  return (
    <TreeContext value={tree}>
      <ul ref={list} role="tree" aria-label={say('tree.branches')} className={styles.tree} onKeyDown={onKeyDown}>
        {tops.map((domain, at) => (
          <DomainBranch key={domain.id ?? at} domain={domain} level={1} domains={shown} />
        ))}
      </ul>
    </TreeContext>
  )
}
