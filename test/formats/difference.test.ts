// Differences of texts: they tell how one becomes the other, however much differs, and take the event loop for no longer than others may wait.
import { applyPatch } from 'diff'
import fc from 'fast-check'
import t from '../support/tap.ts'
import { changesOf, patchOf } from '../../src/formats/text/difference.ts'
import { randomCases } from '../support/cases.ts'

const numbered = (count: number, word: string): string[] =>
  Array.from({ length: count }, (_, at) => `${word} ${at}`)

t.test('a patch makes the one text of the other, with and without an end of the last line', async t => {
  const line = fc.constantFrom('a', 'b', 'c', '', ' ')
  const text = fc
    .tuple(fc.array(line, { maxLength: 12 }), fc.boolean())
    .map(([lines, isEnded]) => lines.join('\n') + (isEnded ? '\n' : ''))
  fc.assert(
    fc.property(text, text, fc.integer({ min: 0, max: 4 }), (before, after, context) => {
      // the same texts among so many others that the shortest difference is not looked for
      const [gone, come] = [numbered(400, 'gone').join('\n'), numbered(400, 'come').join('\n')]
      for (const [old, next] of [
        [before, after],
        [`${before}\n${gone}\n${before}`, `${before}\n${come}\n${after}`],
      ] as const)
        if (applyPatch(old, patchOf(old, next, context)) !== next)
          throw new Error(patchOf(old, next, context))
    }),
    randomCases(t, 40),
  )
})

t.test(
  'what differs little is told line by line, and what differs too much as one block with what stands around it',
  t => {
    const lines = numbered(9, 'line')
    const changed = lines.with(4, 'another')
    t.equal(
      patchOf(lines.join('\n'), changed.join('\n'), 1).split('\n').slice(-6).join('\n'),
      '@@ -4,3 +4,3 @@\n line 3\n-line 4\n+another\n line 5\n',
    )
    const many = patchOf(`${['top', 'head', ...numbered(5000, 'old'), 'tail', 'end'].join('\n')}\n`, `${['top', 'head', ...numbered(4000, 'new'), 'tail', 'end'].join('\n')}\n`, 1).split('\n') // prettier-ignore
    t.same(many.slice(many.indexOf('@@ -2,5002 +2,4002 @@')).slice(1, 3), [' head', '-old 0'])
    t.same(many.slice(-3), ['+new 3999', ' tail', ''])
    t.end()
  },
)

t.test(
  '100,000 lines that all differ are told at once: the shortest difference would take the better part of an hour',
  t => {
    const patch = patchOf(numbered(100_000, 'old').join('\n'), numbered(100_000, 'new').join('\n'))
    t.equal(patch.split('\n').filter(each => each.startsWith('-old')).length, 100_000)
    t.end()
  },
)

t.test('words of a line that all differ go and come as a whole', t => {
  t.same(
    changesOf(numbered(700, 'a'), numbered(800, 'b')).map(({ added, removed, value }) => [
      added,
      removed,
      value.length,
    ]),
    [
      [false, true, 700],
      [true, false, 800],
    ],
  )
  t.same(
    changesOf(['in', 'der', 'Stadt'], ['in', 'einer', 'Stadt']).map(({ value }) => value),
    [['in'], ['der'], ['einer'], ['Stadt']],
  )
  t.end()
})
