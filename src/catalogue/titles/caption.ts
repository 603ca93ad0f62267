// The caption of a title in the tree and the title in its record. The rule: the caption is the record's title, and follows it, until
// somebody sets the caption by hand; then it stays, whatever records say, until it is given back to the record (caption: null).
import type { Db } from '../../firebird/database.ts'
import { readMods } from '../../formats/mods/read.ts'
import * as repository from './repository.ts'

export const manualOf = (title: { readonly manual: string | null }): Set<string> =>
  new Set((title.manual ?? '').split(',').filter(name => name !== ''))
export const manualText = (names: Iterable<string>): string => [...new Set(names)].sort().join(',')

/** What the record calls a title; undefined where it has none. */
export async function recordTitle(trx: Db, id: number): Promise<string | undefined> {
  const stored = await repository.mods(trx, id)
  if (!stored?.xml) return undefined
  const [record] = readMods(stored.xml, { name: `The record of title ${id}` })
  return record?.mods.title
}
