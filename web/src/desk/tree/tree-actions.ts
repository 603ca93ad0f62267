// What may be done to the chosen rows, by right and by their state; bar, palette and keys have it from here.
import type { TreeNode } from '../queries.ts'
import { useMay } from '../session/session.ts'
import type { Action } from '../shell/actions.ts'
import { useSay } from '../texts.ts'
import type { Act, ActionName, Whole } from './act.tsx'
import type { Placing } from './to-place.tsx'

export function useTreeActions(given: {
  readonly chosen: readonly TreeNode[]
  /** Everything at the place, of which only some rows have been fetched */
  readonly whole: Whole | undefined
  readonly cut: ReadonlySet<number>
  readonly placeName: string
  readonly onAct: (act: Act) => void
  readonly onCut: () => void
  readonly onPaste: (to: string) => void
  readonly onRename: () => void
  readonly onRecord: (id: number) => void
  readonly onPages: (id: number) => void
  readonly onTag: (nodes: readonly TreeNode[], whole: Whole | undefined) => void
  /** Of what is chosen; where nothing is, of all titles that the table shows */
  readonly onFields: (titles: readonly TreeNode[]) => void
  readonly onRetype: (nodes: readonly TreeNode[]) => void
  readonly onPlace: (what: Placing, nodes: readonly TreeNode[]) => void
  readonly onMerge: (titles: readonly [TreeNode, TreeNode]) => void
  readonly onRecognise: (node: TreeNode) => void
  readonly onNote: (nodes: readonly TreeNode[]) => void
  /** Of a node, or without one of what the table stands for */
  readonly onRights: (id: number | undefined) => void
}): readonly Action[] {
  const say = useSay()
  const may = useMay()
  const { chosen, cut, whole } = given
  const ids = chosen.map(({ id }) => id)
  const record = chosen.length === 1 && chosen[0]?.datatype === 'title' ? (chosen[0].linkTo ?? chosen[0].id) : undefined
  // a link has no record of its own
  const titles = chosen.filter(({ datatype, linkTo, isInBin }) => datatype === 'title' && linkTo === null && !isInBin)
  const [first] = chosen
  const readable = chosen.length === 1 && first && first.linkTo === null && ['title', 'structure', 'page'].includes(first.datatype) ? first : undefined
  const act = (action: ActionName, shortcut: string, among: readonly TreeNode[]): Action[] =>
    among.length === 0
      ? []
      : [{ id: `tree.${action}`, label: say(`act.${action}`), shortcut, run: () => given.onAct({ action, ids: among.map(({ id }) => id) }) }]
  const tag: Action[] =
    may('meta:write') && (whole !== undefined || ids.length > 0) && chosen.every(({ datatype }) => datatype !== 'domain')
      ? [{ id: 'tree.tag', label: say('tree.tag'), shortcut: 't', run: () => given.onTag(chosen, whole) }]
      : []
  const fields: Action[] = [{ id: 'tree.fields', label: say('tree.fields'), shortcut: 'f', run: () => given.onFields(titles) }]
  const isPlaced = chosen.length > 0 && chosen.every(({ datatype }) => datatype !== 'domain')
  const isOneKind = isPlaced && chosen.every(({ datatype }) => datatype === first?.datatype)
  if (whole) {
    const all = (action: ActionName, shortcut: string): Action => ({
      id: `tree.${action}`,
      label: say(`act.${action}`),
      shortcut,
      run: () => given.onAct({ action, ids: [], whole }),
    })
    return [
      ...(may('release') && whole.filter.deleted !== 'true' ? [all('release', 'r'), all('hide', 'h')] : []),
      ...tag,
      ...(may('meta:write') && whole.filter.deleted !== 'true' ? fields : []),
      ...(may('bin') ? [whole.filter.deleted === 'true' ? all('restore', 'u') : all('bin', 'Delete')] : []),
    ]
  }
  return [
    ...(record === undefined ? [] : [{ id: 'tree.record', label: say('details.record'), shortcut: 'e', run: () => given.onRecord(record) }]),
    ...(record === undefined ? [] : [{ id: 'tree.pages', label: say('details.pages'), shortcut: 'p', run: () => given.onPages(record) }]),
    ...(may('manage-rights') && ids.length <= 1 ? [{ id: 'tree.rights', label: say('tree.rights'), shortcut: 'g', run: () => given.onRights(ids[0]) }] : []),
    ...(may('release') ? act('release', 'r', chosen.filter(node => !node.isReleased && !node.isInBin)) : []),
    ...(may('release') ? act('hide', 'h', chosen.filter(node => node.isReleased && !node.isInBin)) : []),
    ...(may('structure:write') && ids.length === 1 ? [{ id: 'tree.rename', label: say('tree.rename'), shortcut: 'F2', run: given.onRename }] : []),
    ...(may('structure:write') && ids.length > 0 ? [{ id: 'tree.cut', label: say('tree.cut'), shortcut: 'Mod+x', run: given.onCut }] : []),
    ...(may('structure:write') && cut.size > 0
      ? [{ id: 'tree.paste', label: say('tree.paste', { count: cut.size }), shortcut: 'Mod+v', run: () => given.onPaste(given.placeName) }]
      : []),
    ...(may('meta:write') && ids.length > 0 && chosen.every(({ datatype }) => datatype !== 'domain')
      ? [{ id: 'tree.note', label: say('notes.add'), shortcut: 'n', run: () => given.onNote(chosen) }]
      : []),
    ...tag,
    ...(may('meta:write') && (titles.length > 0 || chosen.length === 0) ? fields : []),
    ...(may('structure:write') && isOneKind ? [{ id: 'tree.retype', label: say('act.retype'), shortcut: 'y', run: () => given.onRetype(chosen) }] : []),
    ...(may('structure:write') && isPlaced ? [{ id: 'tree.moveTo', label: say('place.move'), shortcut: 'm', run: () => given.onPlace('move', chosen) }] : []),
    ...(may('structure:write') && isPlaced && chosen.length === 1 && first?.isInBin === false ? [{ id: 'tree.link', label: say('place.link'), shortcut: 'l', run: () => given.onPlace('link', chosen) }] : []),
    ...(may('structure:write') && isPlaced && chosen.length === 1 && first?.linkTo === null && !first.isInBin
      ? [{ id: 'tree.copy', label: say('place.copy'), shortcut: 'c', run: () => given.onPlace('copy', chosen) }]
      : []),
    ...(may('structure:write') && titles.length === 2 && chosen.length === 2
      ? [{ id: 'tree.merge', label: say('unite.open'), run: () => given.onMerge([titles[0] as TreeNode, titles[1] as TreeNode]) }]
      : []),
    ...(may('text:write') && readable ? [{ id: 'tree.recognise', label: say('recognise.open'), run: () => given.onRecognise(readable) }] : []),
    ...(may('bin') ? act('bin', 'Delete', chosen.filter(node => !node.isInBin)) : []),
    ...(may('bin') ? act('restore', 'u', chosen.filter(node => node.isInBin)) : []),
  ]
}
