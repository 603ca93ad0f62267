// What the words of a search mean, in either syntax: the same for the list of titles and for the marks on their pages.
import { CqlError, parseCql } from '../../formats/cql/parse.ts'
import { SruError } from '../../formats/sru/write.ts'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Condition } from '../../search-index/query.ts'
import { conditionOfCql, conditionOfText, everywhere } from './conditions.ts'
import { domainsBelow } from './scope.ts'
import type { SearchService } from './service.ts'

export interface Asked {
  readonly q?: string | undefined
  readonly syntax: 'words' | 'cql'
  readonly field: 'all' | 'record' | (typeof everywhere)[number]
}

const fieldsOf = (field: Asked['field']) =>
  field === 'all'
    ? everywhere
    : field === 'record'
      ? everywhere.filter(each => each !== 'fulltext')
      : ([field] as typeof everywhere)

/** @throws Refusal bad-request where the words are no CQL */
export async function conditionAsked(db: Db, search: SearchService, query: Asked): Promise<Condition> {
  if (query.q === undefined) return { kind: 'everything' }
  if (query.syntax === 'words') return conditionOfText(query.q, fieldsOf(query.field), search.form)
  try {
    const names = await domainsBelow.all(db)
    return conditionOfCql(parseCql(query.q), { form: search.form, domainIds: name => names.get(name) })
  } catch (error) {
    if (error instanceof CqlError || error instanceof SruError)
      throw new Refusal(
        'bad-request',
        error.message,
        { errors: [{ pointer: 'querystring/q', detail: error.message }] },
        error,
      )
    throw error
  }
}
