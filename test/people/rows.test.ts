import * as fc from 'fast-check'
import t from '../support/tap.ts'
import { seenRows } from '../../src/people/access/index.ts'
import { randomCases } from '../support/cases.ts'

t.test('a page holds what is seen in order, is full where there is more, and takes few reads', async t => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { maxLength: 400 }),
      fc.integer({ min: 1, max: 60 }),
      async (rows, limit) => {
        let reads = 0
        const read = async (after: number | undefined, count: number): Promise<number[]> => {
          reads++
          const from = after === undefined ? 0 : after + 1
          return rows.map((_, at) => at).slice(from, from + count)
        }
        const seen = await seenRows(read, at => rows[at] === true, limit)
        const expected = rows.flatMap((isSeen, at) => (isSeen ? [at] : [])).slice(0, limit)
        if (JSON.stringify(seen) !== JSON.stringify(expected))
          throw new Error(`${seen.join()} ${expected.join()}`)
        if (reads > 12) throw new Error(`${reads} reads for ${limit} of ${rows.length} rows`)
      },
    ),
    randomCases(t, 300),
  )
  let asked = 0
  await seenRows(
    async (after: number | undefined, count: number) => {
      asked += count
      const from = (after ?? -1) + 1
      return Array.from({ length: count }, (_, at) => from + at)
    },
    at => at % 20 !== 0,
    1001,
  )
  t.ok(asked < 1150, `${asked} rows are read for 1,001 of which one in twenty is not seen`)
})
