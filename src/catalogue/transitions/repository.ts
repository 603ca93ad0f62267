// OPR_Transition.
import { type Db, nextId } from '../../firebird/database.ts'
import type { KeptRows } from '../../system/log/index.ts'
import type { changes, Who } from './schemas.ts'

const columns = [
  'OTN_ID as id',
  'OTN_OD_ID as domainId',
  'OTN_Name as name',
  'OTN_Captions as captions',
  'OTN_Change as change',
  'OTN_OTG_ID as tagId',
  'OTN_From as from',
  'OTN_Who as who',
  'OTN_Confirm as confirm',
  'OTN_Comment as comment',
  'OTN_Mail as mail',
  'OTN_Webhook as webhook',
  'OTN_Secret as secret',
  'OTN_Version as version',
  'OTN_InsertTS as createdAt',
  'OTN_UpdateTS as updatedAt',
] as const

export interface TransitionFields {
  readonly captions: Readonly<Record<string, string>> | null
  /** Ids of tags */
  readonly from: readonly number[]
  readonly who: Who
  readonly confirm: boolean
  readonly comment: boolean
  readonly mail: readonly string[]
  readonly webhook: string | null
}
export interface Transition extends TransitionFields {
  readonly id: number
  readonly name: string
  readonly domainId: number | null
  readonly change: (typeof changes)[number]
  readonly tagId: number | null
  /** Number of the secret */
  readonly secret: number
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

const nobody: Who = { users: [], groups: [], topics: [], programs: [] }

async function rows(db: Db, name?: string): Promise<Transition[]> {
  let query = db.selectFrom('OPR_Transition').select(columns).orderBy('OTN_Name')
  if (name !== undefined) query = query.where('OTN_Name', '=', name.slice(0, 60))
  return (await query.execute()).map(row => ({
    ...row,
    change: row.change as Transition['change'],
    captions: JSON.parse(row.captions ?? 'null') as Transition['captions'],
    from: JSON.parse(row.from ?? '[]') as number[],
    who: { ...nobody, ...(JSON.parse(row.who ?? '{}') as Partial<Who>) },
    confirm: row.confirm === 1,
    comment: row.comment === 1,
    mail: JSON.parse(row.mail ?? '[]') as string[],
  }))
}

export const all = (db: Db): Promise<Transition[]> => rows(db)
export const find = async (db: Db, name: string): Promise<Transition | undefined> => (await rows(db, name))[0]

/** Whether there is any: one look for each change. */
export const isAny = async (db: Db): Promise<boolean> =>
  (await db.selectFrom('OPR_Transition').select('OTN_ID as id').limit(1).executeTakeFirst()) !== undefined

const columnsOf = (fields: Partial<TransitionFields>) => ({
  ...(fields.captions === undefined
    ? {}
    : { OTN_Captions: fields.captions && JSON.stringify(fields.captions) }),
  ...(fields.from === undefined ? {} : { OTN_From: JSON.stringify(fields.from) }),
  ...(fields.who === undefined ? {} : { OTN_Who: JSON.stringify(fields.who) }),
  ...(fields.confirm === undefined ? {} : { OTN_Confirm: fields.confirm ? 1 : 0 }),
  ...(fields.comment === undefined ? {} : { OTN_Comment: fields.comment ? 1 : 0 }),
  ...(fields.mail === undefined ? {} : { OTN_Mail: JSON.stringify(fields.mail) }),
  ...(fields.webhook === undefined ? {} : { OTN_Webhook: fields.webhook }),
})

export async function insert(
  trx: Db,
  transition: Pick<Transition, 'name' | 'domainId' | 'change' | 'tagId'>,
  fields: Partial<TransitionFields>,
): Promise<void> {
  await trx
    .insertInto('OPR_Transition')
    .values({
      OTN_ID: await nextId(trx, 'OPR_Transition_SEQ'),
      OTN_OD_ID: transition.domainId,
      OTN_Name: transition.name,
      OTN_Change: transition.change,
      OTN_OTG_ID: transition.tagId,
      ...columnsOf(fields),
    })
    .execute()
}

/** @returns whether it had that version */
export async function update(
  trx: Db,
  { id, version }: { readonly id: number; readonly version: number },
  fields: Partial<TransitionFields> & { readonly secret?: number },
): Promise<boolean> {
  const result = await trx
    .updateTable('OPR_Transition')
    .set({ ...columnsOf(fields), ...(fields.secret === undefined ? {} : { OTN_Secret: fields.secret }) })
    .where('OTN_ID', '=', id)
    .where('OTN_Version', '=', version)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export const kept: KeptRows = {
  table: 'OPR_Transition',
  prefix: 'OTN',
  history: 'OPR_TransitionHistory',
  historyPrefix: 'OTNH',
  owner: 'OD_ID',
  columns: [
    'Name',
    'Captions',
    'Change',
    'OTG_ID',
    'From',
    'Who',
    'Confirm',
    'Comment',
    'Mail',
    'Webhook',
    ['InsertBatch', 'OldInsertBatch'],
    ['InsertTS', 'OldInsertTS'],
  ],
  // a secret that was renewed stays renewed
  beside: ['Secret'],
  name: row => `transition ‘${row['Name'] as string}’`,
}

export const remove = (trx: Db, id: number) =>
  trx.deleteFrom('OPR_Transition').where('OTN_ID', '=', id).execute()
