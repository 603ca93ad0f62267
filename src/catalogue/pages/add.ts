import type { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import { getNode, type Node, type Place, place, type TreeTransaction } from '../tree/index.ts'
import type { Pagination } from './pagination.ts'
import * as repository from './repository.ts'
import type { NewPages } from './schemas.ts'

/** Columns of a label: caption, and kind and counter where they are recognised. */
export function labelFields(pagination: Pagination, caption: string | undefined): repository.PageFields {
  if (caption === undefined) return {}
  const found = pagination.recognise(caption)
  return {
    paginationCaption: caption.slice(0, 250),
    paginationType: found?.kind.id ?? null,
    paginationValue: found?.value ?? null,
  }
}

/** Adds pages below a title or a structure element of it. @returns their ids in order */
export async function addPages(
  trx: TreeTransaction,
  services: Services,
  pagination: Pagination,
  title: Node,
  body: z.output<typeof NewPages>,
): Promise<number[]> {
  const { types } = services
  if (title.datatype !== types.code('title') || title.linkId !== null)
    throw new Refusal('not-found', `There is no title ${title.id}.`)
  const parent = body.parent === undefined ? title : await getNode(trx, body.parent)
  if (!parent.path.startsWith(title.path))
    throw new Refusal('not-processable', `Node ${parent.id} does not stand below title ${title.id}.`)
  const type = types.get('page', 'page')
  const ids: number[] = []
  let where: Place = body.position
  for (const page of body.pages) {
    const id = await place(trx, types, {
      domainId: title.domainId,
      parent,
      type,
      caption: page.pagination ?? page.ident ?? null,
      place: where,
      released: page.release,
    })
    await repository.insert(trx, id, {
      ident: page.ident ?? null,
      ...labelFields(pagination, page.pagination),
    })
    ids.push(id)
    // the others follow the first one
    where = { after: id }
  }
  return ids
}
