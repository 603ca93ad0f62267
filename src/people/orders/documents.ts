import type { z } from 'zod'
import type { Db } from '../../firebird/database.ts'
import { metaOf, toOne } from '../../http/envelope.ts'
import { etagOf } from '../../http/etag.ts'
import type { Principal } from '../../http/principal.ts'
import * as repository from './repository.ts'
import { roles } from './repository.ts'
import type { ListedOrder, Order as Document } from './schemas.ts'
import { nextStates, states } from './states.ts'
import { isHouse } from './support.ts'

export interface Comment {
  readonly text: string
  readonly by: string
  readonly at: string
}
export const commentsOf = ({ comments }: Pick<repository.Order, 'comments'>): Comment[] =>
  JSON.parse(comments ?? '[]') as Comment[]
export const propertiesOf = ({ properties }: Pick<repository.Order, 'properties'>): Record<string, string> =>
  JSON.parse(properties ?? '{}') as Record<string, string>

export const isUuid = (name: string): boolean => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(name)
const refOf = ({ uuid, name }: repository.Person) => ({ id: uuid, name })

function listedDocument(
  order: repository.ListedOrder,
  people: repository.People,
  tags: repository.Tags,
): z.output<typeof ListedOrder> {
  const self = `/api/v1/orders/${order.id}`
  return {
    id: order.id,
    title: order.title,
    reference: order.reference,
    state: states.name(order.state),
    editors: people.editors.map(refOf),
    tags: { standard: [...tags.standard], user: [...tags.user] },
    links: {
      self,
      titles: `${self}/titles`,
      files: `${self}/files`,
      comments: `${self}/comments`,
      log: `${self}/log`,
      history: `${self}/history`,
    },
    relationships: {
      editors: { data: people.editors.map(({ uuid }) => ({ type: 'user', id: uuid })) },
    },
    meta: metaOf(order),
  }
}

const ofOne = <T>(found: ReadonlyMap<number, T>, id: number): T => found.get(id) as T

export async function listedDocuments(db: Db, orders: readonly repository.ListedOrder[]) {
  const ids = orders.map(({ id }) => id)
  const people = await repository.peopleOf(db, ids)
  const tags = await repository.tagsOf(db, ids)
  return orders.map(order => listedDocument(order, ofOne(people, order.id), ofOne(tags, order.id)))
}

/** The whole order, as its editors read it. */
export async function documentOf(
  db: Db,
  principal: Principal,
  order: repository.Order,
): Promise<{ body: z.output<typeof Document>; etag: string }> {
  const people = ofOne(await repository.peopleOf(db, [order.id]), order.id)
  const tags = ofOne(await repository.tagsOf(db, [order.id]), order.id)
  const comments = commentsOf(order)
  const named = [...new Set([order.creator, ...comments.map(({ by }) => by)])].filter(isUuid)
  const names = await repository.users(db, named)
  const person = (id: string) => ({ id, name: names.get(id)?.name ?? null })
  const listed = listedDocument(order, people, tags)
  const { organisationUuid } = order
  return {
    body: {
      ...listed,
      description: order.description,
      properties: propertiesOf(order),
      next: nextStates(states.name(order.state), isHouse(principal)),
      creator: person(order.creator),
      generators: people.generators.map(refOf),
      authors: people.authors.map(refOf),
      organisation: organisationUuid === null ? null : { id: organisationUuid, name: order.organisationName },
      isShown: order.isShown === 1,
      comments: comments.map(({ by, ...comment }) => ({ ...comment, by: person(by) })),
      relationships: {
        ...listed.relationships,
        generators: { data: people.generators.map(({ uuid }) => ({ type: 'user', id: uuid })) },
        authors: { data: people.authors.map(({ uuid }) => ({ type: 'user', id: uuid })) },
        organisation: toOne('user', organisationUuid),
      },
    },
    etag: etagOf(order.version),
  }
}

/** The full copy that the log keeps of an order: people by their UUIDs alone, which tell nothing of who was deleted. */
export async function copyOf(db: Db, order: repository.Order): Promise<Record<string, unknown>> {
  const people = ofOne(await repository.peopleOf(db, [order.id]), order.id)
  const { title, description, reference, creator, organisationUuid } = order
  return {
    title,
    description,
    reference,
    properties: propertiesOf(order),
    state: states.name(order.state),
    isShown: order.isShown === 1,
    creator,
    ...Object.fromEntries(roles.names.map(role => [role, people[role].map(({ uuid }) => uuid)])),
    organisation: organisationUuid,
    tags: ofOne(await repository.tagsOf(db, [order.id]), order.id),
  }
}
