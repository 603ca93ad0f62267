// Columns that are selected together again and again. Kysely makes some nodes of each of them and writes each anew in every query: for the 60
// columns of a title that is a tenth of what a list costs (bench: requests). Here they are one piece of text, made once.
import { type AliasedExpression, type OperationNode, RawNode } from 'kysely'

const column = /^(\w+) as (\w+)$/

/**
 * A list for `select`, with the types of its columns: `select(selection(['OT_ID as id', 'OT_Path as path']))`.
 * @param columns `name as alias` each; names that the catalogue holds in upper case need no quotes
 * @returns the same to the compiler; really one expression, so do not walk through it
 */
export function selection<const Columns extends readonly `${string} as ${string}`[]>(
  columns: Columns,
): Columns {
  const text = columns
    .map(each => {
      const [, name, alias] = column.exec(each) ?? []
      if (name === undefined) throw new Error(`"${each}" is no column with an alias.`)
      return `${name} as "${alias}"`
    })
    .join(', ')
  const node = RawNode.createWithSql(text)
  const toOperationNode = (): OperationNode => node
  const list = { alias: 'all', expression: { toOperationNode }, toOperationNode }
  return [list as unknown as AliasedExpression<unknown, 'all'>] as unknown as Columns
}
