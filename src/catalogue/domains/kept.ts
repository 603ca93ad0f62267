// What undo needs of domains: the columns that OPR_DomainHistory keeps, options and tags, and the domains that an operation made.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import type { KeptRows, KeptTable } from '../../system/log/index.ts'
import * as repository from './repository.ts'

export const keptDomains: KeptTable = {
  table: 'OPR_Domain',
  prefix: 'OD',
  key: 'ID',
  history: 'OPR_DomainHistory',
  historyPrefix: 'ODH',
  historyKey: 'OD_ID',
  hasBlobs: true,
  columns: {
    parentId: 'OD_Parent',
    name: 'Name',
    shortName: 'ShortName',
    reference: 'Reference',
    caption: 'Caption',
    captions: 'Captions',
    description: 'Description',
    type: 'Type',
    contact: 'Contact',
    contactUser: 'PU_Contact',
    comment: 'Comment',
    mappings: 'Mappings',
    standardMasks: 'StandardMasks',
    watermark: 'Watermark',
    imageFooter: 'ImageFooter',
    customData: 'CustomData',
    privateTags: 'PrivateTags',
    privateTransitions: 'PrivateTransitions',
    sort: 'Sort',
  },
}

const inserted = [
  ['InsertBatch', 'OldInsertBatch'],
  ['InsertTS', 'OldInsertTS'],
] as const

export const keptOptions: KeptRows = {
  table: 'CFG_Option',
  prefix: 'CO',
  history: 'CFG_OptionHistory',
  historyPrefix: 'COH',
  owner: 'OD_ID',
  columns: ['Key', 'Value', ...inserted],
  name: row => `option ${row['Key'] as string}`,
}

export const keptDomainTags: KeptRows = {
  table: 'OPR_DomainTag',
  prefix: 'ODT',
  history: 'OPR_DomainTagHistory',
  historyPrefix: 'ODTH',
  owner: 'OD_ID',
  columns: ['OTG_ID', ...inserted],
  name: row => `tag ${row['OTG_ID'] as number}`,
}

export interface MadeDomain {
  readonly id: number
  /** What came to it since, which keeps it from being taken away */
  readonly lost: string | null
}

/** Domains that an operation made, from the top down. */
export async function domainsMadeBy(trx: Db, batch: number): Promise<MadeDomain[]> {
  const { rows } = await sql<MadeDomain>`select d.OD_ID as "id",
      case
        when exists (select 1 from OPR_DomainHistory where ODH_OD_ID = d.OD_ID and ODH_Batch is distinct from ${batch}) then 'name or settings'
        when exists (select 1 from OPR_Tree where OT_OD_ID = d.OD_ID and OT_RCV_Datatype + 0 <> 10) then 'titles in it'
        when exists (select 1 from OPR_Domain where OD_OD_Parent = d.OD_ID and OD_InsertBatch is distinct from ${batch}) then 'domains below it'
        when exists (select 1 from CFG_Option where CO_OD_ID = d.OD_ID and CO_InsertBatch is distinct from ${batch}) then 'options'
        when exists (select 1 from OPR_DomainTag where ODT_OD_ID = d.OD_ID and ODT_InsertBatch is distinct from ${batch}) then 'tags'
        when exists (select 1 from OPR_Tag where OTG_OD_ID = d.OD_ID) then 'tags that are defined for it'
        when exists (select 1 from OPR_Transition where OTN_OD_ID = d.OD_ID) then 'transitions'
        when exists (select 1 from PRV_Acl where PA_OD_ID = d.OD_ID) then 'rights'
        when exists (select 1 from PRV_AclPrivate where PAP_OD_ID = d.OD_ID) then 'rights'
        when exists (select 1 from OPR_Harvest where OHV_OD_ID = d.OD_ID) then 'harvests'
      end as "lost"
    from OPR_Domain d where d.OD_InsertBatch = ${batch} order by d.OD_Path`.execute(trx)
  return rows
}

/** Takes away domains that hold nothing, those below before those above. @returns how many */
export async function takeDomainsAway(trx: Db, domains: readonly MadeDomain[]): Promise<number> {
  for (const { id } of domains.toReversed()) await repository.remove(trx, id)
  return domains.length
}

/** Locks domains for the transaction: whoever changes them waits. */
export async function lockDomains(trx: Db, ids: readonly number[]): Promise<void> {
  for (const id of ids) await sql`select 1 as "a" from OPR_Domain where OD_ID = ${id} with lock`.execute(trx)
}

/** Names of domains; those that are gone are left out. */
export async function domainNames(trx: Db, ids: readonly number[]): Promise<Map<number, string>> {
  const wanted = new Set(ids)
  return new Map(
    (await repository.list(trx, undefined))
      .filter(({ id }) => wanted.has(id))
      .map(({ id, name }) => [id, name]),
  )
}
