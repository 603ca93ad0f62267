// The job bin.purge: what has lain in the bin for longer than [jobs] binDays is removed for good, each with all below it in a transaction of its
// own, so that a job that is killed has done whole ones. What is in use again by a link elsewhere stays, and is named.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { isDryRun } from '../../jobs/dry-run.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { record } from '../../system/log/index.ts'
import { purge } from './move.ts'
import * as repository from './repository.ts'
import { inTree } from './transaction.ts'

const portion = 200
/** So many nodes are named in the result; all of them are counted */
const mostNamed = 100

interface Binned {
  readonly id: number
  readonly path: string
  readonly caption: string | null
  /** When it went there: of the last state that was not in the bin */
  readonly binnedAt: Date
}

/** Nodes of the bin below which nothing is that is not, and above which nothing of the bin is: what was put there long enough ago. */
async function binnedBefore(db: Db, before: Date, range: { readonly after: number; readonly only?: number }) {
  const where = range.only === undefined ? sql`n.OT_ID > ${range.after}` : sql`n.OT_ID = ${range.only}`
  const { rows } = await sql<Binned>`
    select ID as "id", PATH_ as "path", CAPTION as "caption", SINCE as "binnedAt" from (
      select n.OT_ID as ID, n.OT_Path as PATH_, n.OT_Caption as CAPTION, coalesce((
        select first 1 h.OTH_InsertTS from OPR_TreeHistory h where h.OTH_OT_ID = n.OT_ID and h.OTH_DelState + 0 = 0 order by h.OTH_OT_ID desc, h.OTH_ID desc),
        n.OT_InsertTS) as SINCE
      from OPR_Tree n left join OPR_Tree p on p.OT_ID = n.OT_OT_Parent
      where ${where} and n.OT_DelState = 1 and coalesce(p.OT_DelState, 0) = 0) b
    where SINCE < cast(${before} as timestamp) order by ID fetch next ${portion} rows only`.execute(db)
  return rows
}

/** A link that is not in the bin, to something at or below a node that is. */
async function linkTo(db: Db, { path }: Binned): Promise<number | undefined> {
  const { rows } = await sql<{ id: number }>`
    select first 1 l.OT_ID as "id" from OPR_Tree n join OPR_Tree l on l.OT_OT_Link = n.OT_ID
    where n.OT_Path starting with cast(${path} as varchar(1000)) and l.OT_DelState + 0 = 0 and l.OT_Path not starting with cast(${path} as varchar(1000))`.execute(
    db,
  )
  return rows[0]?.id
}

async function countBelow(db: Db, { path }: Binned): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as "n" from OPR_Tree where ${repository.startsWith(path)}`.execute(db) // prettier-ignore
  return Number(rows[0]?.n ?? 0)
}

/** @returns how many of its nodes are gone; undefined where it was taken out of the bin, or is linked, meanwhile */
const remove = (services: Services, actor: Actor, node: Binned, before: Date): Promise<number | undefined> =>
  inTree(services, { lock: 'move', actor }, async trx => {
    const [still] = await binnedBefore(trx, before, { after: 0, only: node.id })
    if (!still || (await linkTo(trx, still)) !== undefined) return undefined
    const removed = await purge(trx, services.types, still.id)
    await record(trx, {
      entity: 'node',
      entityId: still.id,
      action: 'purge',
      actor,
      data: { caption: still.caption, path: still.path, removed, binnedAt: still.binnedAt },
    })
    return removed
  })

/**
 * @throws Refusal not-processable where no time is configured
 * @returns what went, or would, with all below it; what is linked; the first hundred of each by name
 */
export const purgeBin: JobHandler<Services> = async (services, { job, progress }) => {
  const { binDays } = services.config.jobs
  if (binDays === 0)
    throw new Refusal('not-processable', 'Nothing is removed from the bin by itself: [jobs] binDays is 0.')
  const before = new Date(Date.now() - binDays * 86_400_000)
  const actor = { name: job.actor ?? 'job', application: 'bin.purge' }
  const named: Pick<Binned, 'id' | 'caption'>[] = []
  const linked: { readonly id: number; readonly caption: string | null; readonly link: number }[] = []
  const counts = { purged: 0, nodes: 0, linked: 0 }
  for (let after = 0; ;) {
    const found = await binnedBefore(services.db, before, { after })
    for (const node of found) {
      const { id, caption } = node
      const link = await linkTo(services.db, node)
      const gone =
        link !== undefined
          ? undefined
          : isDryRun(job)
            ? await countBelow(services.db, node)
            : await remove(services, actor, node, before)
      if (link !== undefined) {
        counts.linked++
        if (linked.length < mostNamed) linked.push({ id, caption, link })
      }
      if (gone !== undefined) {
        counts.purged++
        counts.nodes += gone
        if (named.length < mostNamed) named.push({ id, caption })
      }
      await progress(counts.purged + counts.linked)
    }
    if (found.length < portion) return { ...counts, removed: named, stay: linked }
    after = found.at(-1)?.id ?? after
  }
}
