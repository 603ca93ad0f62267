// What a document says of the nodes it names: to be looked for here when it is stored.
import { labelFields, type Pagination } from '../../catalogue/pages/index.ts'
import type { ImportPlan, PlannedItem, PlannedTitle } from '../plans/index.ts'

export interface ExpectedNode {
  readonly kind: 'titles' | 'structures' | 'pages'
  readonly id: number
  readonly name: string
  readonly type: number
  /** Undefined where the document does not say */
  readonly caption: string | undefined
  readonly parent: number | undefined
  readonly label: string | undefined
  readonly identifiers: readonly { readonly scheme: string; readonly value: string }[]
  readonly hasRecord: boolean
  readonly hasMaster: boolean
  readonly hasText: boolean
}

export interface Expected {
  readonly nodes: readonly ExpectedNode[]
  /** Nodes that the document names without the id of its server */
  readonly without: number
}

/** @param pageType number of the type of pages */
export function expectedOf(plan: ImportPlan, pagination: Pagination, pageType: number): Expected {
  const nodes: ExpectedNode[] = []
  let without = 0
  const add = (id: number | undefined, node: Omit<ExpectedNode, 'id'>) => {
    if (id === undefined) without++
    else nodes.push({ id, ...node })
  }
  const visitItem = (item: PlannedItem, parent: number | undefined): void => {
    if (item.kind === 'structure') {
      const { type, caption, keepId, identifiers } = item
      add(keepId, {
        kind: 'structures',
        name: caption ?? type.name,
        type: type.number,
        caption: caption ?? undefined,
        parent,
        label: undefined,
        identifiers,
        hasRecord: false,
        hasMaster: false,
        hasText: false,
      })
      for (const child of item.children) visitItem(child, keepId)
    }
    if (item.kind === 'page')
      add(item.keepId, {
        kind: 'pages',
        name: item.label ?? item.ident,
        type: pageType,
        caption: undefined,
        parent,
        label: labelFields(pagination, item.label).paginationCaption ?? undefined,
        identifiers: item.identifiers,
        hasRecord: false,
        hasMaster: item.files.length > 0,
        hasText: item.text !== undefined,
      })
  }
  const visit = (title: PlannedTitle, parent: number | undefined): void => {
    const { type, caption, record, keepId } = title
    const name = caption ?? record?.mods.title ?? type.name
    add(keepId, {
      kind: 'titles',
      name,
      type: type.number,
      caption: undefined,
      parent,
      label: undefined,
      identifiers: title.identifiers.filter(({ scheme }) => scheme === 'urn' || scheme === 'vls'),
      hasRecord: record !== undefined,
      hasMaster: false,
      hasText: false,
    })
    for (const item of title.items) visitItem(item, keepId)
    for (const child of title.children) visit(child, keepId)
  }
  for (const title of plan.titles) visit(title, undefined)
  return { nodes, without }
}
