// Conditions as SQL over the tables of sqlite.ts: each term is a set of titles, boolean operators join the sets. Words are bound, and
// inside FTS5's own language they are quoted.
import type { Condition, Scope, Terms, TitleField } from './query.ts'
import type { Hidden } from './withheld.ts'

type Value = string | number
interface Part {
  readonly sql: string
  readonly values: Value[]
}

const quoted = ({ text, isPrefix }: Terms['words'][number]): string =>
  `"${text.replaceAll('"', '')}"${isPrefix ? ' *' : ''}`

/** FTS5 query of terms. */
function matchTerms({ match, words }: Terms): string | undefined {
  if (words.length === 0) return undefined
  if (match === 'phrase')
    return words
      .map(quoted)
      .join(' + ')
      .replace(/ \* \+/g, ' +')
  return words.map(quoted).join(match === 'all' ? ' AND ' : ' OR ')
}

/** Any word of any term, to rank by; undefined where the condition has none. */
export function matchOf(condition: Condition): string | undefined {
  if (condition.kind === 'terms') {
    const match = matchTerms(condition.terms)
    return match === undefined ? undefined : `(${match})`
  }
  if (condition.kind === 'and' || condition.kind === 'or') {
    const parts = [matchOf(condition.left), matchOf(condition.right)].filter(part => part !== undefined)
    return parts.length === 0 ? undefined : parts.join(' OR ')
  }
  return condition.kind === 'not' ? matchOf(condition.left) : undefined
}

function terms(fields: readonly (TitleField | 'fulltext')[], words: Terms, hidden: Hidden): Part {
  const match = matchTerms(words)
  if (match === undefined) return { sql: '0', values: [] }
  const ofTitle = fields.filter(field => field !== 'fulltext')
  const parts: Part[] = []
  if (ofTitle.length > 0)
    parts.push({
      sql: 't.id in (select rowid from title_fts where title_fts match ?)',
      values: [`{${ofTitle.join(' ')}} : (${match})`],
    })
  if (fields.includes('fulltext'))
    parts.push({
      sql: `(t.id in (select rowid / 65536 from page_fts where page_fts match ?)${without('t.id', hidden.unread)})`,
      values: [match],
    })
  return { sql: parts.map(part => part.sql).join(' or '), values: parts.flatMap(part => part.values) }
}

/** Leaves out what a table of withheld titles has. */
export const without = (id: string, table: string | undefined): string =>
  table === undefined ? '' : ` and ${id} not in (select id from temp.${table})`

export function conditionSql(condition: Condition, hidden: Hidden): Part {
  switch (condition.kind) {
    case 'everything':
      return { sql: '1', values: [] }
    case 'nothing':
      return { sql: '0', values: [] }
    case 'terms':
      return terms(condition.fields, condition.terms, hidden)
    case 'date':
      return {
        sql: `t.date_from is not null ${condition.from === undefined ? '' : 'and coalesce(t.date_to, t.date_from) >= ?'} ${condition.to === undefined ? '' : 'and t.date_from <= ?'}`,
        values: [condition.from, condition.to].filter(value => value !== undefined),
      }
    case 'name':
      return {
        sql: 't.id in (select x.title from names n join title_names x on x.name = n.id where n.kind = ? and n.folded = ?)',
        values: [condition.of, condition.folded],
      }
    case 'value': {
      const { values, field } = condition
      if (field === 'language')
        return {
          sql: values.map(() => 't.languages like ?').join(' or ') || '0',
          values: values.map(value => `%|${value}|%`),
        }
      const column = field === 'type' ? 't.type' : field === 'domain' ? 't.domain' : 't.id'
      return { sql: `${column} in (${values.map(() => '?').join(', ')})`, values: [...values] }
    }
    default: {
      const left = conditionSql(condition.left, hidden)
      const right = conditionSql(condition.right, hidden)
      const operator = { and: 'and', or: 'or', not: 'and not' }[condition.kind]
      return { sql: `(${left.sql}) ${operator} (${right.sql})`, values: [...left.values, ...right.values] }
    }
  }
}

/** Narrows to domains or to a title and what is below it. */
export function scopeSql({ domainIds, path, isTop }: Scope, hidden: Hidden): Part {
  const parts: string[] = []
  const values: Value[] = []
  if (domainIds) {
    parts.push(`and t.domain in (${domainIds.map(() => '?').join(', ')})`)
    values.push(...domainIds)
  }
  if (path !== undefined) {
    // the paths that begin with it, as a range of the index
    parts.push('and t.path >= ? and t.path < ?')
    values.push(path, `${path}~`)
  }
  if (isTop) parts.push("and t.path not like '%||%'")
  parts.push(without('t.id', hidden.unseen))
  return { sql: parts.join(' '), values }
}
