// Titles that nobody has yet, many at once: what each row needs is known before the first is written, so that one statement a table writes all
// of them. Whoever calls it has looked for their identifiers.
import { nextIds, onItsConnection } from '../../firebird/database.ts'
import { insertMany } from '../../firebird/insert-many.ts'
import { together } from '../../firebird/together.ts'
import type { ModsRecord } from '../../formats/mods/read.ts'
import type { Services } from '../../http/module.ts'
import { domainOption } from '../domains/index.ts'
import { insertNodes, newSorts, requireRoom, type TreeTransaction } from '../tree/index.ts'
import { origins } from './codes.ts'
import { delivererAt } from './deliverers.ts'
import { drawFields } from './drawn-fields.ts'
import * as identifiers from './identifiers.ts'
import { placeOf } from './placing.ts'
import * as fieldRows from './field-rows.ts'
import * as repository from './repository.ts'
import { sortOrders } from './sorting.ts'
import { captionOf, columnsOf, identifiersOf, type Message, takenMessage, type TitleInput } from './store.ts'

/** A record that stands for no title yet. */
export type NewTitleInput = TitleInput & { readonly record: ModsRecord }

export interface NewTitle {
  readonly id: number
  readonly messages: readonly Message[]
}

/**
 * Writes them in their order, at their places below one parent, or at the top of the domain.
 * @param inputs all of one domain and below one parent, which belongs to it; none has an id of its own or identifiers beside its record's
 * @param holders of all their identifiers, as holdersOf told in this transaction; what they are given is added to it
 * @returns them in the same order
 * @throws Refusal where the parent takes no such child
 */
export async function storeNew(
  trx: TreeTransaction,
  services: Services,
  inputs: readonly NewTitleInput[],
  holders: Map<string, number>,
): Promise<NewTitle[]> {
  const [first] = inputs
  if (!first) return []
  const { domain, parent } = first
  const { types } = services
  for (const { type, released } of inputs) requireRoom(types, parent, type, released ?? false)
  const [firstId, sorts, owner, delivererId] = await together(
    nextIds(trx, 'OPR_Tree_SEQ', inputs.length),
    newSorts(trx, { parentId: parent?.id ?? null, domainId: domain.id }, inputs.map(placeOf)),
    domainOption(services, trx, domain, 'rights.owner'),
    parent ? delivererAt(trx, types, parent) : Promise.resolve(undefined),
  )
  const given: { readonly nodeId: number; readonly identifier: identifiers.NewIdentifier }[] = []
  const titles = inputs.map((input, at) => {
    const id = firstId + at
    const messages: Message[] = []
    for (const identifier of identifiersOf(input.record.mods)) {
      const key = identifiers.keyOf(identifier)
      const holder = holders.get(key)
      if (holder === undefined) {
        holders.set(key, id)
        given.push({ nodeId: id, identifier })
      } else if (holder !== id) messages.push(takenMessage(identifier))
    }
    return { id, input, messages, caption: captionOf(input), sort: sorts[at] as number }
  })
  const common = {
    ...(owner === '' ? {} : { owner }),
    ...(delivererId === undefined ? {} : { delivererId }),
  }
  const orders = sortOrders(services)
  const fields = titles.map(({ id, input, caption }) => ({
    id,
    drawn: drawFields(input.record.mods, caption),
  }))
  await onItsConnection(trx, async connection => {
    // ahead of all else, which refers to them: a statement that is still to be prepared would be overtaken
    await insertNodes(
      trx,
      connection,
      titles.map(({ id, input, caption, sort }) => ({
        id,
        domainId: domain.id,
        parentId: parent?.id ?? null,
        datatype: types.code('title'),
        type: input.type.number,
        caption,
        sort,
        state: input.released ? 1 : 0,
        linkId: null,
      })),
    )
    await together(
      repository.insertContents(
        connection,
        titles.map(({ id, input }) => ({
          nodeId: id,
          fields: {
            ...common,
            ...columnsOf(input, new Set()),
            xml: input.record.xml,
            xmlOrigin: origins.of(input.origin),
          },
        })),
      ),
      insertMany(
        connection,
        'OPR_ContentField',
        fields.map(({ id, drawn }) => fieldRows.fieldRow(id, drawn, orders.mark)),
      ),
      fieldRows.insertKeys(
        connection,
        fields.map(({ id, drawn }) => ({ nodeId: id, filing: drawn.filing })),
        orders,
      ),
      identifiers.insertOn(connection, domain.id, given, 'mods'),
    )
  })
  return titles.map(({ id, messages }) => ({ id, messages }))
}

/** Whether a record, and where it is to stand, are what storeNew takes: no title that it may stand for is known. */
export function isNew(input: TitleInput, holders: identifiers.Holders): input is NewTitleInput {
  if (input.record === undefined || input.keepId !== undefined || input.otherwise !== undefined) return false
  if (input.identifiers.length > 0 || (input.parent && input.parent.domainId !== input.domain.id))
    return false
  return !identifiersOf(input.record.mods).some(
    identifier => identifiers.stands(identifier) && holders.has(identifiers.keyOf(identifier)),
  )
}
