// Keeps the search index up to the changes: reads on from the last number that is in it, a portion at a time. The index is never the source
// of truth; without its file it is made anew from number 0.
import type * as Snowball from 'snowball-stemmers'
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import { byIds } from '../../firebird/temp-ids.ts'
import { type Orders, ordersOf } from '../../formats/text/collation.ts'
import { foldWord, wordsOf } from '../../formats/text/fold.ts'
import type { Services } from '../../http/module.ts'
import { lazily } from '../../lazily.ts'
import type { IndexedTitle, SearchIndex } from '../../search-index/query.ts'
import { changedAfter, recordStates } from '../../system/changes/index.ts'
import { loadTitles, type TitleInContext } from '../objects/index.ts'
import { modsOfSource, type Source, sourcesOf } from '../records/index.ts'
import { textKinds } from '../../catalogue/texts/index.ts'
import { namesOf } from './names.ts'

const snowball = lazily<typeof Snowball>('snowball-stemmers')
const portion = 50

/** How words are compared in this index: folded, and stemmed where it is wished. */
export function wordForm(services: Services): (word: string) => string {
  if (services.config.search.stemming === 'none') return foldWord
  const stemmer = snowball().newStemmer('german')
  return word => foldWord(stemmer.stem(word.toLowerCase()))
}

/** The orders in which titles and names are sorted. */
export const sortOrders = ({ config }: Services): Orders => ordersOf(config.search.sortLanguages)

interface PageRow {
  readonly id: number
  readonly path: string
  readonly label: string | null
  readonly textId: number
  readonly kind: number
  readonly updatedAt: Date
}

/** Which of a portion of titles have pages with a text: most records of a catalogue have none. */
async function withTexts(db: Db, titleIds: readonly number[]): Promise<Set<number>> {
  const found = await byIds(titleIds, async table => {
    const { rows } = await sql<{ id: number }>`select s.ID as "id" from ${table} s where exists (
      select 1 from OPR_TopStructure join OPR_Fulltext on OF_OT_ID = OTS_OT_ID where OTS_OT_Title = s.ID)`.execute(
      db,
    )
    return rows
  })
  return new Set(found.map(({ id }) => id))
}

/** Texts of the visible pages of a title, a correction before OCR, in reading order. */
async function pageRows(db: Db, titleId: number): Promise<PageRow[]> {
  const { rows } = await sql<PageRow & { up: number | null; upSort: number | null; sort: number }>`
    select p.OT_ID as "id", p.OT_Path as "path", p.OT_Sort as "sort", u.OT_Sort as "upSort", coalesce(OP_PaginationCaption, p.OT_Caption) as "label",
      OF_ID as "textId", OF_Kind as "kind", OF_UpdateTS as "updatedAt"
    from OPR_TopStructure left join OPR_Tree p on p.OT_ID = OTS_OT_ID left join OPR_Tree u on u.OT_ID = p.OT_OT_Parent
      left join OPR_Page on OP_OT_ID = OTS_OT_ID left join OPR_Fulltext on OF_OT_ID = OTS_OT_ID
    where OTS_OT_Title = ${titleId} and p.OT_State = 1 and p.OT_DelState = 0 and OF_ID is not null
    order by u.OT_Sort, u.OT_ID, p.OT_Sort, p.OT_ID, OF_Kind`.execute(db)
  const best = new Map<number, PageRow>()
  for (const row of rows) if (!best.has(row.id) || row.kind === textKinds.of('wiki')) best.set(row.id, row)
  return [...best.values()]
}

async function texts(db: Db, ids: readonly number[]): Promise<Map<number, string>> {
  const found = new Map<number, string>()
  for (let start = 0; start < ids.length; start += 500) {
    const rows = await db
      .selectFrom('OPR_Fulltext')
      .select(['OF_ID as id', 'OF_Text as text'])
      .where('OF_ID', 'in', ids.slice(start, start + 500))
      .execute()
    for (const row of rows) found.set(row.id, row.text ?? '')
  }
  return found
}

const tagOf = (rows: readonly PageRow[]): string =>
  createHash('sha256')
    .update(
      rows.map(row => `${row.id}:${row.textId}:${row.updatedAt.getTime()}:${row.label ?? ''}`).join('\n'),
    )
    .digest('base64url')
    .slice(0, 16)

/** @param knownTag of the texts that the index has of the title */
async function indexed(
  services: Services,
  source: Source,
  hasTexts: boolean,
  knownTag: string | undefined,
  form: (word: string) => string,
): Promise<IndexedTitle> {
  const { db } = services
  const { facts, domain, path } = source.title as TitleInContext
  const mods = await modsOfSource(services, source)
  const fold = (...parts: (string | undefined)[]): string =>
    parts.flatMap(part => wordsOf(part ?? '').map(form)).join(' ')
  const rows = hasTexts ? await pageRows(db, facts.id) : []
  const tag = tagOf(rows)
  const contents = tag === knownTag ? undefined : await texts(db, rows.map(row => row.textId)) // prettier-ignore
  return {
    id: facts.id,
    domainId: domain.id,
    path,
    type: facts.type?.name ?? '',
    fields: {
      title: fold(facts.title, facts.caption),
      person: fold(...facts.persons),
      publisher: fold(facts.publisher),
      place: fold(facts.place),
      subject: fold(...(mods?.subjects ?? []), ...(mods?.classifications ?? [])),
      identifier: fold(...facts.identifiers.map(({ value }) => value), facts.sourceIdent, facts.signature),
      other: fold(
        ...(mods?.abstracts ?? []),
        ...(mods?.notes ?? []),
        facts.genre,
        facts.date,
        facts.location,
        String(facts.id),
      ),
    },
    names: namesOf({
      title: [facts.title],
      person: facts.persons,
      subject: mods?.subjects ?? [],
      place: (facts.place ?? '').split(/ ; /),
    }),
    sort: {
      date: facts.issueDate ?? facts.dateFrom ?? '',
      release: facts.releasedAt?.toISOString() ?? '',
    },
    orders: sortOrders(services).all.map(({ key }) => ({
      title: key(mods?.filing ?? facts.title ?? ''),
      person: key(facts.persons[0] ?? ''),
      place: key(facts.place ?? ''),
      publisher: key(facts.publisher ?? ''),
    })),
    dateFrom: facts.issueDate ?? facts.dateFrom,
    dateTo: facts.issueDate ?? facts.dateTo,
    languages: facts.languages,
    pages:
      contents && rows.map(row => ({ id: row.id, label: row.label, text: fold(contents.get(row.textId)) })),
    textTag: tag,
  }
}

/** Takes over what has changed since. @returns how many titles changed */
export async function followIndex(services: Services, index: SearchIndex): Promise<number> {
  const form = wordForm(services)
  let changed = 0
  for (let number = await index.lastNumber(); ;) {
    const records = await changedAfter(services.db, number, portion)
    const last = records.at(-1)
    if (!last) {
      await index.setComplete()
      return changed
    }
    const shown = records.filter(record => record.state === recordStates.of('shown')).map(record => record.id)
    const sources = await sourcesOf(
      services.db,
      await loadTitles(services, services.db, shown),
      () => new Date(0),
    )
    const tags = await index.textTags(shown)
    const texts = await withTexts(services.db, [...sources.keys()])
    const titles: IndexedTitle[] = []
    for (const [id, source] of sources)
      titles.push(await indexed(services, source, texts.has(id), tags.get(id), form))
    const removed = records.map(record => record.id).filter(id => !sources.has(id))
    await index.apply(titles, removed, last.number)
    number = last.number
    changed += records.length
  }
}
