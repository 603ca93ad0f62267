// What theirs is called here: types by their numbers, domains by their names, ids with what is added to them.
import type { Datatype, NodeType, TypeSystem } from '../../../config/types.ts'
import { datatypes } from '../../../config/types.ts'
import { Refusal } from '../../../errors.ts'
import type { Actor } from '../../../firebird/database.ts'
import type { Services } from '../../../http/module.ts'
import { createDomain, getDomain } from '../../../catalogue/domains/index.ts'
import { documented, type Source } from './source.ts'

/** Numbers of types of titles that are known of every Visual Library Server (they stand in its METS). */
const knownTitles: readonly number[] = [1, 19, 21, 24]

export interface Mapping {
  /** By ‘datatype:type’ there */
  readonly types: ReadonlyMap<string, NodeType>
  /** By OD_ID there: OD_ID here; undefined in a dry run that would make it */
  readonly domains: ReadonlyMap<number, number | undefined>
}

const isDatatype = (name: string): name is Datatype => (datatypes as readonly string[]).includes(name)

/** @throws Refusal bad-request, not-processable */
function wantedTypes(types: TypeSystem, given: readonly string[]): Map<string, NodeType> {
  const wanted = new Map<string, NodeType>()
  for (const text of given) {
    const found = /^(\d+):(\d+)=(?:(\w+):)?(\w+)$/.exec(text)
    if (!found)
      throw new Refusal(
        'bad-request',
        `--map-type takes datatype:type=name, e.g. 1:7=volume or 2:3=structure:chapter, not ‘${text}’.`,
      )
    const [, datatype, type, named, name] = found as unknown as [
      string,
      string,
      string,
      string | undefined,
      string,
    ]
    const of = named ?? types.datatypeOf(Number(datatype))
    if (of === undefined || !isDatatype(of))
      throw new Refusal(
        'bad-request',
        `--map-type ${text}: name the datatype, one of ${datatypes.join(', ')}, before the type, as in structure:chapter.`,
      )
    const isSame = (number: number, other: Datatype) => (Number(datatype) === number) === (of === other)
    if (!isSame(documented.title, 'title') || !isSame(documented.page, 'page'))
      throw new Refusal(
        'bad-request',
        `--map-type ${text}: titles are of datatype 1 there, pages of 3, and nothing else is.`,
      )
    wanted.set(`${Number(datatype)}:${Number(type)}`, types.get(of, name))
  }
  return wanted
}

/** @throws Refusal not-processable naming the types that nobody has named */
export async function mapTypes(
  source: Source,
  types: TypeSystem,
  given: readonly string[],
): Promise<Mapping['types']> {
  const map = wantedTypes(types, given)
  const rows = (await source.all(
    `select OT_RCV_Datatype as "datatype", OT_RCV_Type as "type", count(*) as "count", min(OT_ID) as "example" from OPR_Tree where OT_RCV_Datatype <> ${documented.domain} group by 1, 2 order by 1, 2`,
  )) as unknown as { datatype: number; type: number; count: number; example: number }[]
  const unknown: string[] = []
  for (const { datatype, type, count, example } of rows) {
    const key = `${datatype}:${type}`
    if (map.has(key)) continue
    const known =
      datatype === documented.page
        ? types.get('page', 'page')
        : datatype === documented.title && knownTitles.includes(type)
          ? types.ofNumbers(datatype, type)
          : undefined
    if (known) map.set(key, known)
    else unknown.push(`${key} (${String(count)} nodes, e.g. ${example})`)
  }
  if (unknown.length > 0)
    throw new Refusal(
      'not-processable',
      `Types of theirs have no known meaning: ${unknown.join(', ')}. Nothing was written. Name each with --map-type, as in --map-type 1:7=volume --map-type 2:3=structure:chapter; config/types.ini has the names.`,
    )
  return map
}

/** @throws Refusal bad-request, not-processable */
export async function mapDomains(
  services: Services,
  source: Source,
  {
    given,
    actor,
    dryRun,
  }: { readonly given: readonly string[]; readonly actor: Actor; readonly dryRun: boolean },
): Promise<Mapping['domains']> {
  const names = new Map<number, string>()
  for (const text of given) {
    const found = /^(\d+)=([\w-]{1,60})$/.exec(text)
    if (!found) throw new Refusal('bad-request', `--map-domain takes id=name, e.g. 3=prints, not ‘${text}’.`)
    names.set(Number(found[1]), found[2] as string)
  }
  const has = (column: string) => source.columns.get('OPR_DOMAIN')?.has(column) === true
  const rows = (await source.all(
    `select d.OD_ID as "id", d.OD_OD_Parent as "parent", ${has('OD_NAME') ? 'd.OD_Name' : 'null'} as "name", ${has('OD_CAPTION') ? 'd.OD_Caption' : 'null'} as "caption",
      (select first 1 t.OT_Caption from OPR_Tree t where t.OT_OD_ID = d.OD_ID and t.OT_RCV_Datatype = ${documented.domain} order by t.OT_ID) as "node" from OPR_Domain d order by d.OD_ID`,
  )) as unknown as {
    id: number
    parent: number | null
    name: string | null
    caption: string | null
    node: string | null
  }[]
  const nameOf = ({ id, name }: { id: number; name: string | null }) =>
    names.get(id) ?? (/^[A-Za-z][\w-]{0,59}$/.test(name ?? '') ? (name as string) : undefined)
  const nameless = rows.filter(row => nameOf(row) === undefined)
  if (nameless.length > 0)
    throw new Refusal(
      'not-processable',
      `Domains of theirs have no name that is a part of an address: ${nameless.map(row => `${row.id} ‘${row.caption ?? row.node ?? ''}’`).join(', ')}. Nothing was written. Name each with --map-domain, as in --map-domain 3=prints.`,
    )
  const byId = new Map(rows.map(row => [row.id, row]))
  const domains = new Map<number, number | undefined>()
  const make = async (id: number): Promise<void> => {
    const row = byId.get(id)
    if (!row || domains.has(id)) return
    domains.set(id, undefined)
    if (row.parent !== null) await make(row.parent)
    const name = nameOf(row) as string
    const there = await getDomain(services.db, name).catch((error: unknown) => {
      if (error instanceof Refusal && error.reason === 'not-found') return undefined
      throw error
    })
    if (there || dryRun) return void domains.set(id, there?.id)
    const parent = row.parent === null ? undefined : byId.get(row.parent)
    const parentName = parent && nameOf(parent)
    const made = await services.database.inTransaction({ actor }, trx =>
      createDomain(trx, actor, {
        name,
        caption: (row.caption ?? row.node ?? name).slice(0, 500),
        ...(parentName === undefined ? {} : { parent: parentName }),
      }),
    )
    domains.set(id, made.id)
  }
  for (const { id } of rows) await make(id)
  return domains
}
