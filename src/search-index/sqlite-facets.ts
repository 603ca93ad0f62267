// What is counted beside a list of hits: the most frequent values of each kind, over the hits of the last query (temp.hits).
import type sqlite from 'node-sqlite3-wasm'
import { countedNames, type FacetName } from './query.ts'
import type { Names } from './sqlite-names.ts'

/** Values of a facet that are counted out. */
const mostValues = 50

export function facetsOfHits(
  db: sqlite.Database,
  names: Names,
): Record<FacetName, { value: string; count: number }[]> {
  const count = (expression: string) =>
    (
      db.all(
        `select ${expression} as value, count(*) as n from temp.hits h join titles t on t.id = h.id where ${expression} is not null and ${expression} <> '' group by 1 order by n desc, value limit ${mostValues}`,
      ) as Record<string, string | number>[]
    ).map(row => ({ value: String(row['value']), count: Number(row['n']) }))
  const counted = names.countHits(countedNames, mostValues)
  return {
    person: counted.get('person') ?? [],
    subject: counted.get('subject') ?? [],
    place: counted.get('place') ?? [],
    type: count('t.type'),
    domain: count('t.domain'),
    language: count("trim(replace(t.languages, '||', ','), '|')"),
    decade: count("substr(t.date_from, 1, 3) || '0'"),
  }
}
