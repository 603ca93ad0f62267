// The tree's invariants as checks of `firefolio check`: each finds what breaks its claim and can mend it.
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import type { Check, Finding, Services } from '../../http/module.ts'
import { inTree } from './transaction.ts'
import { titlePageType } from './title-caches.ts'

interface Broken {
  readonly id: number
  readonly detail: string | number | null
}

interface Rule {
  readonly name: string
  readonly claim: string
  readonly find: (services: Services) => RawBuilder<Broken>
  readonly sentence: (row: Broken) => string
  /** Undefined: a person has to decide */
  readonly mend?: (trx: Db, row: Broken, services: Services) => Promise<unknown>
}

/** Lets paths and domains be written, and keeps their triggers from carrying each change on: every broken row is mended by itself. */
const repairing = sql`select rdb$set_context('USER_TRANSACTION', 'OT_REPAIR', '1') as "a", rdb$set_context('USER_TRANSACTION', 'OT_CASCADE', '1') as "b" from RDB$DATABASE`

/** Mending a node may show that those below it are wrong too; a tree is at most so deep. */
const maxRounds = 100

/** A check from a rule: rows that break it, each mended in one transaction under the move lock. */
export function checkOf(rule: Rule): Check {
  return {
    name: rule.name,
    claim: rule.claim,
    async run(services, { repair }) {
      const { rows } = await rule.find(services).execute(services.db)
      const mend = rule.mend
      if (repair && mend && rows.length > 0)
        await inTree(
          services,
          { lock: 'move', actor: { name: 'check', application: 'firefolio check', reason: rule.name } },
          async trx => {
            await repairing.execute(trx)
            for (let round = 0; round < maxRounds; round++) {
              const { rows: broken } = await rule.find(services).execute(trx)
              if (broken.length === 0) break
              for (const row of broken) await mend(trx, row, services)
            }
          },
        )
      return rows.map((row): Finding => ({
        check: rule.name,
        nodeId: row.id,
        sentence: rule.sentence(row),
        repaired: repair && mend !== undefined,
      }))
    },
  }
}

const rules: Rule[] = [
  {
    name: 'paths',
    claim: "OT_Path is the parent's path and the node's own id.",
    find: () => sql<Broken>`select t.OT_ID as "id", coalesce(p.OT_Path, '') || '|' || t.OT_ID || '|' as "detail" from OPR_Tree t
      left join OPR_Tree p on p.OT_ID = t.OT_OT_Parent where t.OT_Path <> coalesce(p.OT_Path, '') || '|' || t.OT_ID || '|' order by char_length(p.OT_Path)`,
    sentence: row => `The path of node ${row.id} should be ${row.detail}.`,
    mend: async (trx, row) =>
      await sql`update OPR_Tree t set t.OT_Path = coalesce((select p.OT_Path from OPR_Tree p where p.OT_ID = t.OT_OT_Parent), '') || '|' || t.OT_ID || '|' where t.OT_ID = ${row.id}`.execute(
        trx,
      ),
  },
  {
    name: 'domains',
    claim: "A node belongs to its parent's domain.",
    find: () =>
      sql<Broken>`select t.OT_ID as "id", p.OT_OD_ID as "detail" from OPR_Tree t join OPR_Tree p on p.OT_ID = t.OT_OT_Parent where t.OT_OD_ID <> p.OT_OD_ID order by char_length(t.OT_Path)`,
    sentence: row => `Node ${row.id} should belong to domain ${row.detail}.`,
    mend: async (trx, row) =>
      await sql`update OPR_Tree t set t.OT_OD_ID = (select p.OT_OD_ID from OPR_Tree p where p.OT_ID = t.OT_OT_Parent) where t.OT_ID = ${row.id}`.execute(
        trx,
      ),
  },
  {
    name: 'domain-nodes',
    claim: 'Every domain has exactly one node of datatype 10.',
    find: () => sql<Broken>`select d.OD_ID as "id", (select count(*) from OPR_Tree t where t.OT_OD_ID = d.OD_ID and t.OT_RCV_Datatype = 10) as "detail" from OPR_Domain d
      where (select count(*) from OPR_Tree t where t.OT_OD_ID = d.OD_ID and t.OT_RCV_Datatype = 10) <> 1`,
    sentence: row => `Domain ${row.id} has ${row.detail} nodes in the tree instead of one.`,
    mend: async (trx, row) => {
      await sql`delete from OPR_Tree where OT_OD_ID = ${row.id} and OT_RCV_Datatype = 10`.execute(trx)
      await sql`insert into OPR_Tree (OT_ID, OT_OD_ID, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_State)
        select next value for OPR_Tree_SEQ, OD_ID, 10, 1, OD_Caption, OD_Sort, 1 from OPR_Domain where OD_ID = ${row.id}`.execute(
        trx,
      )
    },
  },
  {
    name: 'hidden-below',
    claim: 'Nothing released stands below a hidden node.',
    find: () => sql<Broken>`select t.OT_ID as "id", p.OT_ID as "detail" from OPR_Tree t join OPR_Tree p on p.OT_ID = t.OT_OT_Parent
      where t.OT_State = 1 and p.OT_State = 0 order by char_length(t.OT_Path)`,
    sentence: row => `Node ${row.id} is released below node ${row.detail}, which is hidden.`,
    mend: async (trx, row) =>
      await sql`update OPR_Tree set OT_State = 0 where OT_Path starting with (select OT_Path from OPR_Tree where OT_ID = ${row.id}) and OT_State = 1`.execute(
        trx,
      ),
  },
  {
    name: 'binned-below',
    claim: 'Everything below a node in the bin is in the bin.',
    find: () => sql<Broken>`select t.OT_ID as "id", p.OT_ID as "detail" from OPR_Tree t join OPR_Tree p on p.OT_ID = t.OT_OT_Parent
      where t.OT_DelState = 0 and p.OT_DelState = 1 order by char_length(t.OT_Path)`,
    sentence: row => `Node ${row.id} is not in the bin, but node ${row.detail} above it is.`,
    mend: async (trx, row) =>
      await sql`update OPR_Tree t set t.OT_DelState = 1, t.OT_Batch = (select p.OT_Batch from OPR_Tree p where p.OT_ID = ${row.detail})
        where t.OT_Path starting with (select n.OT_Path from OPR_Tree n where n.OT_ID = ${row.id}) and t.OT_DelState = 0`.execute(
        trx,
      ),
  },
  {
    name: 'link-children',
    claim: 'A link has no children and points to an original.',
    find: () => sql<Broken>`select l.OT_ID as "id", o.OT_ID as "detail" from OPR_Tree l join OPR_Tree o on o.OT_ID = l.OT_OT_Link
      where o.OT_OT_Link is not null or exists (select 1 from OPR_Tree c where c.OT_OT_Parent = l.OT_ID)`,
    sentence: row => `Node ${row.id} is a link with children, or a link to the link ${row.detail}.`,
  },
  {
    name: 'content-rows',
    claim: 'A title has exactly one OPR_Content, a page exactly one OPR_Page, nothing else has either.',
    find: () => sql<Broken>`select t.OT_ID as "id", cast('has no OPR_Content' as varchar(40)) as "detail" from OPR_Tree t left join OPR_Content on OC_OT_ID = t.OT_ID
        where t.OT_RCV_Datatype = 1 and t.OT_OT_Link is null and OC_ID is null
      union all select t.OT_ID, cast('has no OPR_Page' as varchar(40)) from OPR_Tree t left join OPR_Page on OP_OT_ID = t.OT_ID
        where t.OT_RCV_Datatype = 3 and t.OT_OT_Link is null and OP_ID is null
      union all select t.OT_ID, cast('has an OPR_Content' as varchar(40)) from OPR_Tree t join OPR_Content on OC_OT_ID = t.OT_ID where t.OT_RCV_Datatype <> 1 or t.OT_OT_Link is not null
      union all select t.OT_ID, cast('has an OPR_Page' as varchar(40)) from OPR_Tree t join OPR_Page on OP_OT_ID = t.OT_ID where t.OT_RCV_Datatype <> 3 or t.OT_OT_Link is not null`,
    sentence: row => `Node ${row.id} ${row.detail}.`,
    mend: async (trx, row) => {
      const statement: Record<string, ReturnType<typeof sql>> = {
        'has no OPR_Content': sql`insert into OPR_Content (OC_ID, OC_OT_ID) values (next value for OPR_Content_SEQ, ${row.id})`,
        'has no OPR_Page': sql`insert into OPR_Page (OP_ID, OP_OT_ID) values (next value for OPR_Page_SEQ, ${row.id})`,
        'has an OPR_Content': sql`delete from OPR_Content where OC_OT_ID = ${row.id}`,
        'has an OPR_Page': sql`delete from OPR_Page where OP_OT_ID = ${row.id}`,
      }
      await statement[String(row.detail)]?.execute(trx)
    },
  },
  {
    name: 'meta-parents',
    claim: 'OC_OT_MetaParent is the nearest title above.',
    find: () => sql<Broken>`select c.OC_OT_ID as "id", a.TITLE as "detail" from OPR_Content c left join TITLE_ABOVE(c.OC_OT_ID) a on 1 = 1
      where a.TITLE is distinct from c.OC_OT_MetaParent`,
    sentence: row => `The title above title ${row.id} should be ${row.detail ?? 'none'}.`,
    mend: async (trx, row) =>
      await sql`update OPR_Content set OC_OT_MetaParent = ${row.detail} where OC_OT_ID = ${row.id}`.execute(
        trx,
      ),
  },
  {
    name: 'mp-modes',
    claim: 'OC_MpMode tells whether titles stand above and below.',
    find: () => sql<Broken>`select c.OC_OT_ID as "id", c.OC_MpMode as "detail" from OPR_Content c
      where c.OC_MpMode <> iif(c.OC_OT_MetaParent is null, 0, 1) + iif(exists (select 1 from OPR_Content d where d.OC_OT_MetaParent = c.OC_OT_ID), 2, 0)`,
    sentence: row => `OC_MpMode of title ${row.id} should not be ${row.detail}.`,
    mend: async (trx, row) => await sql`execute procedure REFRESH_MPMODE(${row.id})`.execute(trx),
  },
  {
    name: 'top-structures',
    claim: 'OPR_TopStructure names the nearest title and the topmost structure element of every page.',
    find: () => sql<Broken>`select p.OP_OT_ID as "id", null as "detail" from OPR_Page p left join OPR_TopStructure s on s.OTS_OT_ID = p.OP_OT_ID
      left join ABOVE_PAGE(p.OP_OT_ID) a on 1 = 1 where s.OTS_OT_ID is null or a.TITLE is distinct from s.OTS_OT_Title or a.TOP_STRUCTURE is distinct from s.OTS_OT_Structure`,
    sentence: row => `OPR_TopStructure of page ${row.id} is wrong.`,
    mend: async (trx, row) =>
      await sql`update or insert into OPR_TopStructure (OTS_OT_ID, OTS_OT_Title, OTS_OT_Structure)
        values (${row.id}, (select TITLE from ABOVE_PAGE(${row.id})), (select TOP_STRUCTURE from ABOVE_PAGE(${row.id})))`.execute(
        trx,
      ),
  },
  {
    name: 'page-caches',
    claim:
      'OC_PageCache counts the undeleted pages below, OC_PagesShown the released ones of them; OC_TextState and OC_TextShown tell whether one has a text.',
    find: () => sql<Broken>`select x."id", x."pages" as "detail" from (
      select c.OC_OT_ID as "id", c.OC_PageCache as "cache", c.OC_TextState as "state", c.OC_PagesShown as "shownCache", c.OC_TextShown as "shownState",
        (select count(*) from OPR_Tree p where p.OT_Path starting with t.OT_Path and p.OT_RCV_Datatype + 0 = 3 and p.OT_DelState = 0 and p.OT_State = 1 and p.OT_OT_Link is null) as "shown",
        iif(exists (select 1 from OPR_Tree p join OPR_Fulltext f on f.OF_OT_ID = p.OT_ID where p.OT_Path starting with t.OT_Path and p.OT_DelState = 0 and p.OT_State = 1), 1, 0) as "shownTexts",
        (select count(*) from OPR_Tree p where p.OT_Path starting with t.OT_Path and p.OT_RCV_Datatype + 0 = 3 and p.OT_DelState = 0 and p.OT_OT_Link is null) as "pages",
        iif(exists (select 1 from OPR_Tree p join OPR_Fulltext f on f.OF_OT_ID = p.OT_ID where p.OT_Path starting with t.OT_Path and p.OT_DelState = 0), 1, 0) as "texts"
      from OPR_Content c join OPR_Tree t on t.OT_ID = c.OC_OT_ID where t.OT_DelState = 0) x
      where x."cache" <> x."pages" or x."state" <> x."texts" or x."shownCache" <> x."shown" or x."shownState" <> x."shownTexts"
      order by (select char_length(OT_Path) from OPR_Tree where OT_ID = x."id") desc`,
    sentence: row => `Title ${row.id} has ${row.detail} pages, or texts, that it does not know of.`,
    mend: async (trx, row, services) =>
      await sql`execute procedure REFRESH_TITLE(${row.id}, ${titlePageType(services.types)})`.execute(trx),
  },
  {
    name: 'title-pages',
    claim: 'OC_OT_Titlepage is a page below the title.',
    find: () => sql<Broken>`select c.OC_OT_ID as "id", c.OC_OT_Titlepage as "detail" from OPR_Content c join OPR_Tree t on t.OT_ID = c.OC_OT_ID
      join OPR_Tree p on p.OT_ID = c.OC_OT_Titlepage where p.OT_Path not starting with t.OT_Path or p.OT_RCV_Datatype <> 3`,
    sentence: row =>
      `Node ${row.detail} is not a page below title ${row.id}, so it cannot be its title page.`,
    mend: async (trx, row, services) => {
      await sql`update OPR_Content set OC_OT_Titlepage = null, OC_OT_TitlepageMode = 0 where OC_OT_ID = ${row.id}`.execute(
        trx,
      )
      await sql`execute procedure REFRESH_TITLE(${row.id}, ${titlePageType(services.types)})`.execute(trx)
    },
  },
  {
    name: 'release-dates',
    claim: 'A released title has a release date.',
    find: () =>
      sql<Broken>`select c.OC_OT_ID as "id", null as "detail" from OPR_Content c join OPR_Tree t on t.OT_ID = c.OC_OT_ID where t.OT_State = 1 and c.OC_ReleaseDate is null`,
    sentence: row => `Title ${row.id} is released and has no release date.`,
    mend: async (trx, row) =>
      await sql`update OPR_Content set OC_ReleaseDate = current_timestamp where OC_OT_ID = ${row.id}`.execute(
        trx,
      ),
  },
]

/** Types cannot be judged by SQL alone: what may stand where is configuration. */
const allowedTypes: Check = {
  name: 'types',
  claim: 'The type of a node exists and may stand below its parent.',
  async run({ db, types }) {
    const { rows } = await sql<{
      id: number
      datatype: number
      type: number
      parentDatatype: number | null
      parentType: number | null
      n: number
    }>`
      select min(t.OT_ID) as "id", t.OT_RCV_Datatype as "datatype", t.OT_RCV_Type as "type", p.OT_RCV_Datatype as "parentDatatype", p.OT_RCV_Type as "parentType", count(*) as "n"
      from OPR_Tree t left join OPR_Tree p on p.OT_ID = t.OT_OT_Parent group by 2, 3, 4, 5`.execute(db)
    const findings: Finding[] = []
    for (const row of rows) {
      const type = types.ofNumbers(row.datatype, row.type)
      const parent =
        row.parentDatatype === null ? undefined : types.ofNumbers(row.parentDatatype, row.parentType ?? -1)
      const more = Number(row.n) > 1 ? ` and ${Number(row.n) - 1} more` : ''
      if (!type)
        findings.push({
          check: 'types',
          nodeId: row.id,
          sentence: `Node ${row.id}${more} has the unknown type (${row.datatype}, ${row.type}).`,
          repaired: false,
        })
      else if (row.parentDatatype !== null && (!parent || !types.allows(parent, type)))
        findings.push({
          check: 'types',
          nodeId: row.id,
          sentence: `Node ${row.id}${more}: a ${type.datatype} ‘${type.name}’ may not stand below (${row.parentDatatype}, ${row.parentType}).`,
          repaired: false,
        })
      else if (row.parentDatatype === null && !types.allows(undefined, type))
        findings.push({
          check: 'types',
          nodeId: row.id,
          sentence: `Node ${row.id}${more}: a ${type.datatype} may not stand at the top of a domain.`,
          repaired: false,
        })
    }
    return findings
  },
}

export const checks: readonly Check[] = [...rules.map(checkOf), allowedTypes]
