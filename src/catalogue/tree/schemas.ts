import { z } from 'zod'
import { datatypes } from '../../config/types.ts'
import { TagName } from '../tags/index.ts'
import { envelope, Id, Meta } from '../../http/envelope.ts'
import { moment } from '../../http/moment.ts'
import { listOf, PageQuery } from '../../http/page.ts'

const NodeId = z.number().int().min(1).max(2147483647)

export const TreeNode = z
  .object({
    id: z.number().int().meta({ description: 'OT_ID' }),
    domainId: z.number().int().meta({ description: 'OT_OD_ID' }),
    parentId: z.number().int().nullable().meta({ description: 'OT_OT_Parent; null at the top of a domain' }),
    linkTo: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'OT_OT_Link: the original, where this node is a link' }),
    datatype: z.string().meta({ description: 'OT_RCV_Datatype by name' }),
    type: z.string().meta({ description: 'OT_RCV_Type by name, see config/types.ini' }),
    caption: z.string().nullable().meta({ description: 'OT_Caption' }),
    sort: z.number().int().meta({ description: 'OT_Sort: order among siblings' }),
    path: z.string().meta({ description: 'OT_Path: ids from the top node down to this one, |23||144|' }),
    isReleased: z.boolean().meta({ description: 'OT_State' }),
    isInBin: z.boolean().meta({ description: 'OT_DelState' }),
    hasChildren: z.boolean().optional(),
    title: z
      .object({
        pagesPresent: z.number().int(),
        pageCount: z.number().int().nullable().meta({ description: 'Pages announced' }),
        hasText: z.boolean(),
        signature: z.string().nullable(),
        tags: z.array(z.string()).meta({ description: 'Names of its own tags' }),
      })
      .optional()
      .meta({ description: 'Of titles, in lists that were asked for with facts=true' }),
    ...envelope,
  })
  .meta({ id: 'TreeNode', description: 'A node of the tree: one row of OPR_Tree.' })
export type TreeNode = z.infer<typeof TreeNode>
export const TreeList = listOf(TreeNode, 'TreeList')
export const TreeLinkList = listOf(
  TreeNode.extend({
    above: z
      .array(z.object({ id: z.number().int(), caption: z.string().nullable() }))
      .meta({ description: 'What it stands below, from the top down, as far as who asks sees it' }),
  }).meta({ id: 'TreeLink', description: 'A link, with where it stands.' }),
  'TreeLinkList',
)

const titleConditions = {
  hasText: z.enum(['true', 'false']).optional().meta({ description: 'Titles with and without full text' }),
  pages: z
    .enum(['missing', 'complete', 'none'])
    .optional()
    .meta({ description: 'Titles by their pages present against those announced' }),
  labels: z
    .enum(['missing', 'complete'])
    .optional()
    .meta({ description: 'Titles by whether pages lack labels; for staff' }),
  changedSince: moment('For staff').optional(),
  changedBy: z.string().max(250).optional().meta({ description: 'Who changed it, by the log; for staff' }),
}
const filter = {
  ...titleConditions,
  datatype: z.enum(datatypes).optional(),
  type: z.string().max(60).optional().meta({ description: 'Name of a type; needs datatype' }),
  state: z.enum(['released', 'hidden']).optional(),
  deleted: z
    .enum(['false', 'true', 'all'])
    .default('false')
    .meta({ description: 'Nodes in the bin: without, only, or with them' }),
  q: z.string().min(1).max(200).optional().meta({ description: 'Part of the caption, in any case' }),
  tag: z
    .string()
    .max(60)
    .optional()
    .meta({ description: 'Name of a tag that is set on the node or that its domain gives' }),
}
const facts = {
  facts: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'true: titles with their pages, text, signature and tags' }),
}
export const SiblingsQuery = PageQuery.extend(filter)
export const ChildrenQuery = SiblingsQuery.extend(facts)
export const LinksQuery = PageQuery.extend({ deleted: filter.deleted })
export const DescendantsQuery = PageQuery.extend(filter).extend({
  depth: z.coerce.number().int().min(1).max(90).optional().meta({ description: 'Levels below the node' }),
})
export const TreeQuery = PageQuery.extend(filter).extend({
  ...facts,
  domain: z.string().max(120).optional().meta({ description: 'OD_ID or name' }),
  parent: z
    .union([z.literal('none'), Id])
    .optional()
    .meta({ description: 'OT_ID of the parent, or ‘none’ for the top of a domain' }),
  path: z
    .string()
    .regex(/^(\|\d{1,10}\|)+$/)
    .max(1000)
    .optional()
    .meta({ description: 'Path prefix: the node of that path and all below it', examples: ['|23||144|'] }),
  depth: z.coerce.number().int().min(1).max(90).optional().meta({ description: 'Levels below the path' }),
  view: z.enum(['list']).optional(),
})

const place = {
  position: z
    .union([
      z.enum(['first', 'last']),
      z.strictObject({ before: NodeId }),
      z.strictObject({ after: NodeId }),
      z.strictObject({ sort: z.number().int().min(-2147483648).max(2147483647) }),
    ])
    .default('last')
    .meta({ description: 'Among its siblings' }),
}

export const NewNode = z
  .strictObject({
    domain: z
      .union([NodeId, z.string().max(120)])
      .optional()
      .meta({ description: 'Needed at the top of a domain' }),
    parent: NodeId.optional(),
    datatype: z.enum(datatypes),
    type: z.string().max(60),
    caption: z.string().max(2000).nullable().default(null),
    release: z.boolean().default(false),
    ...place,
  })
  .meta({ id: 'NewNode' })
export const NodePatch = z
  .strictObject({ caption: z.string().max(2000).nullable().optional(), type: z.string().max(60).optional() })
  .meta({ id: 'NodePatch' })
export const NodeMove = z
  .strictObject({
    parent: NodeId.nullable().meta({ description: 'null: the top of the domain' }),
    domain: z.union([NodeId, z.string().max(120)]).optional(),
    ...place,
  })
  .meta({ id: 'NodeMove' })
export const NodeLink = z
  .strictObject({ target: NodeId.meta({ description: 'The original' }), ...place })
  .meta({ id: 'NodeLink' })
export const ChildOrder = z
  .strictObject({ ids: z.array(NodeId).min(1).max(100_000) })
  .meta({ id: 'ChildOrder', description: 'Children in their new order; others follow.' })
export const ReleaseBody = z
  .strictObject({
    scope: z.enum(['node', 'subtree']).default('subtree'),
    ancestors: z.boolean().default(false).meta({ description: 'Release hidden nodes above as well' }),
  })
  .meta({ id: 'ReleaseOptions' })
export const DeleteQuery = z.strictObject({
  purge: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Remove for good what lies in the bin' }),
})

export const Operation = z
  .object({
    batch: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'Number of the operation, for undo; null in a dry run' }),
    selected: z.number().int(),
    changed: z.number().int(),
    dryRun: z.boolean(),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'Operation', description: 'What an operation on nodes has changed.' })

export const batchActions = ['release', 'hide', 'bin', 'restore', 'move', 'retype', 'tag'] as const
export const Batch = z
  .strictObject({
    action: z.enum(batchActions),
    ids: z.array(NodeId).min(1).max(1_000_000).optional(),
    path: z
      .string()
      .regex(/^(\|\d{1,10}\|)+$/)
      .max(1000)
      .optional()
      .meta({ description: 'Path prefix, instead of ids' }),
    children: z
      .union([
        z.strictObject({ node: NodeId }),
        z.strictObject({ domain: z.union([NodeId, z.string().max(120)]) }),
      ])
      .optional()
      .meta({ description: 'What stands directly below a node, or at the top of a domain, instead of ids' }),
    filter: z
      .strictObject({
        datatype: z.enum(datatypes).optional(),
        type: z.string().max(60).optional(),
        state: z.enum(['released', 'hidden']).optional(),
        deleted: z.enum(['false', 'true', 'all']).default('all'),
        q: z.string().min(1).max(200).optional(),
        tag: z.string().max(60).optional(),
        ...titleConditions,
      })
      .optional()
      .meta({ description: 'Narrows a path prefix or children' }),
    scope: z.enum(['node', 'subtree']).default('subtree').meta({ description: 'For release' }),
    ancestors: z.boolean().default(false).meta({ description: 'For release' }),
    parent: NodeId.nullable().optional().meta({ description: 'For move' }),
    domain: z
      .union([NodeId, z.string().max(120)])
      .optional()
      .meta({ description: 'For move to the top of a domain' }),
    position: place.position.unwrap().optional().meta({
      description: 'For move: where the first one goes; the others follow it in their order',
    }),
    type: z.string().max(60).optional().meta({ description: 'For retype' }),
    add: z.array(TagName).max(50).optional().meta({ description: 'For tag: set on the nodes themselves' }),
    remove: z.array(TagName).max(50).optional().meta({ description: 'For tag: taken off them' }),
    below: z.boolean().optional().meta({ description: 'For tag: on all that stands below the nodes, too' }),
    dryRun: z.boolean().default(false),
  })
  .meta({ id: 'Batch', description: 'One action over many nodes.' })
export type Batch = z.infer<typeof Batch>
export const BatchJob = z
  .object({
    job: z.number().int(),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'BatchJob' })
export const Counts = z
  .object({
    total: z.number().int(),
    byDatatype: z.record(
      z.string(),
      z.object({ released: z.number().int(), hidden: z.number().int(), inBin: z.number().int() }),
    ),
    notes: z.object({ open: z.number().int(), answered: z.number().int() }).nullable().meta({
      description: 'Notes on the node and below it that are not settled; null for who may not read them',
    }),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({
    id: 'Counts',
    description: 'Nodes below a node; in the bin counts neither as released nor as hidden.',
  })
