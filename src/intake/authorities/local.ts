// Persons of the house's own, who stand in no authority file: a table that somebody keeps, read anew when it has changed.
import { readFileSync, statSync } from 'node:fs'
import { Refusal } from '../../errors.ts'
import { decodeTable, readCsv } from '../../formats/table/csv.ts'
import { type Authority, partsOf } from './lobid.ts'

interface Entry {
  readonly authority: Authority
  /** What words are looked for in */
  readonly words: string
}
const needed = ['uri', 'name'] as const

const plain = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
const several = (text: string): string[] =>
  text
    .split('|')
    .map(part => part.trim())
    .filter(part => part !== '')

/** @throws Refusal not-processable naming the column that is missing */
function read(file: string): Entry[] {
  const [head, ...rows] = readCsv(decodeTable(readFileSync(file)))
  const columns = (head?.fields ?? []).map(name => name.trim().toLowerCase())
  const missing = needed.find(name => !columns.includes(name))
  if (missing !== undefined)
    throw new Refusal('not-processable', `The table of [authority] file has no column ‘${missing}’.`)
  return rows.flatMap(({ fields }) => {
    const of = (name: string) => fields[columns.indexOf(name)]?.trim() ?? ''
    const [uri, name, variants] = [of('uri'), of('name'), several(of('variants'))]
    if (uri === '' || name === '') return []
    const authority = {
      uri,
      identifier: /[^/#]*$/.exec(uri)?.[0] ?? uri,
      name,
      ...partsOf(name),
      dates: of('dates') || null,
      about: several(of('about')),
      variants,
    }
    return [{ authority, words: plain([name, ...variants].join(' ')) }]
  })
}

let kept: { readonly file: string; readonly mtimeMs: number; readonly entries: readonly Entry[] } | undefined

/** Persons whose names hold all of the words. @throws Refusal unavailable where the table cannot be read */
export function lookUpLocal(file: string, words: string, most: number): Authority[] {
  try {
    const { mtimeMs } = statSync(file)
    if (kept?.file !== file || kept.mtimeMs !== mtimeMs) kept = { file, mtimeMs, entries: read(file) }
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal('unavailable', 'The table of [authority] file cannot be read.', {}, error)
  }
  // of a word that is nothing but marks nothing is left
  const wanted = plain(words).split(/\s+/).filter(word => word !== '') // prettier-ignore
  if (wanted.length === 0) return []
  return kept.entries
    .filter(entry => wanted.every(word => entry.words.includes(word)))
    .slice(0, most)
    .map(({ authority }) => authority)
}
