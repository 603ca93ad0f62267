// What an order shows to readers of its titles: who made the scans, who answers for the originals, and for which organisation.
import type { z } from 'zod'
import type { Db } from '../../firebird/database.ts'
import * as repository from './repository.ts'
import type { PublicPerson } from './schemas.ts'

type Person = z.output<typeof PublicPerson>
export interface Shown {
  readonly generators: Person[]
  readonly authors: Person[]
  readonly organisation: Person | null
}

/** Undefined where the order is not shown, and where there is none. */
export async function shownBy(db: Db, order: repository.Order | undefined): Promise<Shown | undefined> {
  if (order?.isShown !== 1) return undefined
  const { generators, authors } = (await repository.peopleOf(db, [order.id])).get(
    order.id,
  ) as repository.People
  const organisation = order.organisationId === null ? [] : [{ id: order.organisationId }]
  const named = [...generators, ...authors, ...organisation].map(({ id }) => id)
  const found = await repository.publicPeople(db, [...new Set(named)])
  const shown = (people: readonly { readonly id: number }[]): Person[] =>
    people.flatMap(({ id }) => {
      const person = found.get(id)
      if (!person) return []
      const { name, kind, affiliation, orcid, url, email } = person
      return [{ name, kind: kind === 1 ? 'organisation' : 'person', affiliation, orcid, url, email }]
    })
  return {
    generators: shown(generators),
    authors: shown(authors),
    organisation: shown(organisation)[0] ?? null,
  }
}

/** What the order of a title shows to its readers. */
export const shownOfTitle = async (db: Db, titleId: number): Promise<Shown | undefined> =>
  await shownBy(db, await repository.findOfTitle(db, titleId))

/** Whether a title belongs to an order, whatever of it is shown. */
export const isOrdered = async (db: Db, titleId: number): Promise<boolean> =>
  (await db
    .selectFrom('OPR_OrderItem')
    .select('OOI_OT_ID as id')
    .where('OOI_OT_ID', '=', titleId)
    .executeTakeFirst()) !== undefined
