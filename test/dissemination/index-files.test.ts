// The files of the search index on a disk that becomes full at any write: a change is in it as a whole, or not at all and comes again.
import fs, { cpSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { type IndexedTitle, titleFields } from '../../src/search-index/query.ts'
import { SqliteIndex } from '../../src/search-index/sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'firefolio-index-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const real = fs.writeSync
t.teardown(() => {
  fs.writeSync = real
})

const title = (id: number): IndexedTitle => ({
  id,
  domainId: 1,
  path: `|${id}|`,
  type: 'monograph',
  fields: Object.fromEntries(titleFields.map(field => [field, `word${id}x`])) as IndexedTitle['fields'],
  names: [],
  sort: { date: '', release: '' },
  orders: [],
  dateFrom: undefined,
  dateTo: undefined,
  languages: ['ger'],
  pages: [{ id: 1000 + id, label: null, text: `page${id}x `.repeat(2000) }],
  textTag: 'a',
})

/** The disk of the index is full from its nth write on. @returns how many there were */
function fullFrom(nth: number, work: () => void): number {
  let writes = 0
  fs.writeSync = ((...asked: Parameters<typeof real>) => {
    if (readlinkSync(`/proc/self/fd/${asked[0]}`).startsWith(folder) && ++writes >= nth)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    return real(...asked)
  }) as typeof real
  try {
    work()
  } finally {
    fs.writeSync = real
  }
  return writes
}

const at = (name: string) => join(folder, name, 'titles.sqlite')
const opened = (name: string) => new SqliteIndex(at(name), 100, '')
const inside = (index: SqliteIndex) => ({
  number: index.lastNumber(),
  titles: [...index.textTags(Array.from({ length: 100 }, (_, id) => id)).keys()],
})

t.test('a change that no room is left for is in the index as a whole or not at all', async t => {
  let number = 1
  let index = opened('full')
  index.apply([title(1)], [], 1)
  let refused = 0
  for (let nth = 1, writes = nth; nth <= writes; nth++) {
    const next = number + 1
    let isRefused = false
    writes = fullFrom(nth, () => {
      try {
        index.apply([title(next)], [], next)
      } catch {
        isRefused = true
      }
      // as the service does, while the disk is still full; and what a kill leaves
      cpSync(join(folder, 'full'), join(folder, `killed${nth}`), { recursive: true })
      try {
        index.close()
        opened('full').close()
      } catch {
        // it cannot be opened until there is room
      }
    })
    if (isRefused) refused++
    index = opened('full')
    const killed = opened(`killed${nth}`)
    for (const found of [inside(index), inside(killed)]) {
      t.ok(found.number === number || (found.number === next && !isRefused), `write ${nth}: ${found.number}`)
      t.same(
        found.titles,
        Array.from({ length: found.number }, (_, n) => n + 1),
        `write ${nth}`,
      )
    }
    killed.close()
    number = index.lastNumber()
  }
  index.close()
  t.ok(refused > 5, `${refused} were refused`)
})
