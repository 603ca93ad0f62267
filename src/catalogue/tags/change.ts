// Setting tags and taking them off, on nodes of any number.
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { fillTempIds } from '../../firebird/temp-ids.ts'
import type { KeptRows } from '../../system/log/index.ts'
import { domainTags } from '../domains/index.ts'
import { domainsOf, getTag } from './effective.ts'
import * as repository from './repository.ts'

export interface TagChange {
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

/**
 * Sets and takes off the tags of the nodes in TMP_ID.
 * @returns how often a tag was set or taken off, or would be
 * @throws Refusal not-found naming a tag, conflict naming a node in whose domain a tag is not
 */
export async function changeTags(trx: Db, { add, remove }: TagChange, dryRun: boolean): Promise<number> {
  const twice = add.find(name => remove.includes(name))
  if (twice !== undefined) throw new Refusal('bad-request', `The tag ‘${twice}’ is to be both set and taken off.`) // prettier-ignore
  const domains = await domainTags(trx)
  let changed = 0
  for (const name of new Set(add)) {
    const tag = await getTag(trx, name)
    const within = domainsOf(tag, domains)
    const stranger = within && (await repository.outside(trx, within))
    if (stranger) {
      const nameOf = (id: number | null) => domains.find(domain => domain.id === id)?.name ?? String(id)
      throw new Refusal('conflict', `The tag ‘${name}’ belongs to domain ‘${nameOf(tag.domainId)}’; node ${stranger.id} stands in ‘${nameOf(stranger.domainId)}’.`) // prettier-ignore
    }
    changed += dryRun ? await repository.countReached(trx, tag.id, true) : await repository.change(trx, tag.id, true) // prettier-ignore
  }
  for (const name of new Set(remove)) {
    const tag = await getTag(trx, name)
    changed += dryRun ? await repository.countReached(trx, tag.id, false) : await repository.change(trx, tag.id, false) // prettier-ignore
  }
  return changed
}

/** Gives a node these tags and no others of its own. @returns what changed */
export async function replaceTags(trx: Db, nodeId: number, names: readonly string[]): Promise<TagChange> {
  const own = new Set(await repository.ofNode(trx, nodeId))
  const had = (await repository.all(trx)).filter(tag => own.has(tag.id)).map(tag => tag.name)
  const change = {
    add: [...new Set(names)].filter(name => !had.includes(name)),
    remove: had.filter(name => !names.includes(name)),
  }
  await fillTempIds(trx, [nodeId])
  await changeTags(trx, change, false)
  return change
}

/** What undo needs of the tags of nodes. */
export const keptTags: KeptRows = {
  table: 'OPR_NodeTag',
  prefix: 'ONT',
  history: 'OPR_NodeTagHistory',
  historyPrefix: 'ONTH',
  columns: ['OTG_ID', ['InsertBatch', 'OldInsertBatch'], ['InsertTS', 'OldInsertTS']],
  name: row => `tag ${row['OTG_ID'] as number}`,
}

/** The same of their definitions. */
export const keptDefinitions: KeptRows = {
  table: 'OPR_Tag',
  prefix: 'OTG',
  history: 'OPR_TagHistory',
  historyPrefix: 'OTGH',
  owner: 'OD_ID',
  columns: [
    'Name',
    'System',
    'Public',
    'Captions',
    'Description',
    'Colour',
    ['InsertBatch', 'OldInsertBatch'],
    ['InsertTS', 'OldInsertTS'],
  ],
  name: row => `tag ‘${row['Name'] as string}’`,
  requireFree: async (trx, ids) => {
    for (const id of ids) await repository.requireUnused(trx, id)
  },
}
