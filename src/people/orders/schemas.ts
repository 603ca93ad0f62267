import { z } from 'zod'
import { envelope, Id, Links, Meta } from '../../http/envelope.ts'
import { listOf, PageQuery } from '../../http/page.ts'
import { replacedBy } from '../../http/versions.ts'
import { states } from './states.ts'

/** Comments of one order; each is rewritten with the next one. */
export const mostComments = 500
const mostPeople = 100
const mostTags = 50

const Uuid = z.uuid()
const State = z.enum(states.names)
const Title = z.string().trim().min(1).max(2000)
const Text = z.string().trim().min(1).max(2000)
const Name = z.string().trim().min(1).max(250)
const People = z.array(Uuid).max(mostPeople)
const Tag = z.string().trim().min(1).max(60)
const special = 'needs ORDERS_SPECIAL'

const fields = {
  title: Title,
  description: z.string().max(100_000).nullable().meta({ description: 'Markdown' }),
  reference: Name.nullable().meta({ description: 'What the order is called elsewhere' }),
  properties: z
    .record(Name, z.string().max(2000))
    .refine(all => Object.keys(all).length <= 100, 'has more than 100 members')
    .meta({ description: 'Further facts, by their names' }),
  editors: People.min(1).meta({
    description: `UUIDs of who may read and change the order; without oneself it ${special}`,
  }),
  generators: People.meta({ description: 'UUIDs of who makes the scans' }),
  authors: People.meta({ description: 'UUIDs of who answers for the originals' }),
  organisation: Uuid.nullable().meta({ description: 'UUID of the user who answers for the data' }),
  tags: z
    .strictObject({
      standard: z
        .array(Tag)
        .max(mostTags)
        .optional()
        .meta({ description: `System tags of the installation; setting them ${special}` }),
      user: z.array(Tag).max(mostTags).optional(),
    })
    .meta({ id: 'TagsOfOrder' }),
  isShown: z.boolean().meta({
    description: `Whether readers of its titles are told generators, authors and organisation; setting it ${special}`,
  }),
}

export const OrderPatch = z.strictObject(fields).partial().meta({ id: 'OrderPatch' })
export const NewOrder = z.strictObject({ ...OrderPatch.shape, title: Title }).meta({
  id: 'NewOrder',
  description: 'Editors, generators, authors and organisation are by themselves who makes the order.',
})

const Person = z.object({
  id: z.string(),
  name: z.string().nullable().meta({ description: 'Null where nobody goes by it any more' }),
})
const Tags = z.object({ standard: z.array(z.string()), user: z.array(z.string()) }).meta({ id: 'OrderTags' })

const listed = {
  id: z.number().int(),
  title: z.string(),
  reference: z.string().nullable(),
  state: State,
  editors: z.array(Person),
  tags: Tags,
}
export const ListedOrder = z
  .object({ ...listed, ...envelope })
  .meta({ id: 'ListedOrder', description: 'What lists tell of an order.' })
export const OrderList = listOf(ListedOrder, 'OrderList')

export const Order = z
  .object({
    ...listed,
    description: z.string().nullable(),
    properties: z.record(z.string(), z.string()),
    next: z.array(State).meta({ description: 'The states that the caller may move it to' }),
    creator: Person,
    generators: z.array(Person),
    authors: z.array(Person),
    organisation: Person.nullable(),
    isShown: z.boolean(),
    comments: z.array(z.object({ text: z.string(), by: Person, at: z.string() })),
    ...envelope,
  })
  .meta({ id: 'Order', description: 'What somebody wishes to have digitised.' })

export const OrderQuery = PageQuery.extend({
  state: State.optional(),
  editor: Uuid.optional().meta({ description: 'UUID of one of its editors' }),
  person: Uuid.optional().meta({ description: 'UUID of somebody who belongs to it in any role' }),
  tag: Tag.optional(),
  text: z
    .string()
    .trim()
    .min(1)
    .max(250)
    .optional()
    .meta({ description: 'Stands in title, description or reference' }),
})

export const OrderParams = z.strictObject({ order: Id.meta({ description: 'Number of the order' }) })
export const ItemParams = OrderParams.extend({ title: Id.meta({ description: 'Id of the title' }) })

export const FileParams = OrderParams.extend({ file: Id.meta({ description: 'Number of the file' }) })

export const StateChange = z
  .strictObject({ state: State, comment: Text.optional().meta({ description: 'Why; it becomes a comment' }) })
  .meta({ id: 'OrderStateChange' })
export const NewComment = z.strictObject({ text: Text }).meta({ id: 'NewOrderComment' })

export const OrderTitle = z
  .object({
    id: z.number().int(),
    caption: z.string().nullable(),
    isReleased: z.boolean(),
    isInBin: z.boolean(),
    by: z.string().meta({ description: 'Who put it in' }),
    at: z.string(),
    ...envelope,
  })
  .meta({ id: 'OrderTitle', description: 'A title of an order.' })
export const OrderTitleList = listOf(OrderTitle, 'OrderTitleList')

export const OrderFile = z
  .object({
    id: z.number().int(),
    name: z.string().meta({ description: 'File name' }),
    mediaType: z.string().meta({ description: 'By the bytes' }),
    bytes: z.number().int(),
    sha256: z.string(),
    by: Person.meta({ description: 'Who added it' }),
    at: z.string(),
    ...envelope,
  })
  .meta({ id: 'OrderFile', description: 'A file of an order; `links.content` is the file itself.' })
export const OrderFileList = listOf(OrderFile, 'OrderFileList')

export const DeletionQuery = z.strictObject({
  dryRun: z.stringbool().optional().meta({ description: 'true: only tells what would go' }),
})
export const Deletion = z
  .object({
    dryRun: z.boolean(),
    titles: z.array(z.object({ id: z.number().int(), caption: z.string().nullable() })).meta({
      description: 'What goes to the bin: the titles of the order that do not lie there yet',
    }),
    nodes: z.number().int().meta({ description: 'With all that stands below them' }),
    files: z.number().int().meta({ description: 'Files of the order, which go for good' }),
    links: Links,
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'OrderDeletion', description: 'What goes with an order.' })

export const changedParts = [
  'title',
  'description',
  'reference',
  'state',
  'isShown',
  'organisation',
  'properties',
  'comments',
] as const
export const OrderHistory = z
  .object({
    items: z.array(
      z.object({
        changed: z.array(z.enum(changedParts)),
        before: z.object({
          title: z.string(),
          description: z.string().nullable(),
          reference: z.string().nullable(),
          state: State,
          isShown: z.boolean(),
          organisation: z.string().nullable().meta({ description: 'UUID' }),
        }),
        ...replacedBy,
      }),
    ),
    links: Links,
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'OrderHistory', description: 'What the fields of an order were before each change, the latest first.' }) // prettier-ignore

export const PublicPerson = z
  .object({
    name: z.string(),
    kind: z.enum(['person', 'organisation']),
    affiliation: z.string().nullable(),
    orcid: z.string().nullable(),
    url: z.string().nullable(),
    email: z.string().nullable().meta({ description: 'The one that they show in public' }),
  })
  .meta({ id: 'OrderPublicPerson' })
export const TitleOrder = z
  .object({
    order: z.object({ id: z.number().int(), title: z.string(), state: State }).nullable().meta({
      description: 'The order itself, for who reads it; null for everybody else, and where there is none',
    }),
    isShown: z
      .boolean()
      .meta({ description: 'False where it came by no order, or by one that is not shown' }),
    generators: z.array(PublicPerson),
    authors: z.array(PublicPerson),
    organisation: PublicPerson.nullable(),
    related: z
      .array(z.object({ id: z.number().int(), caption: z.string().nullable() }))
      .meta({ description: 'Further titles of the order that the caller sees, at most 100' }),
    links: Links,
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'OrderOfTitle', description: 'What the order of a title tells its readers.' })
