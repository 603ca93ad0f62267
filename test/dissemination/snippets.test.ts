// What is shown of a text beside the words that were found.
import t from '../support/tap.ts'
import { snippetsOf } from '../../src/dissemination/search/snippets.ts'

const terms = { match: 'all', words: [{ text: 'licht', isPrefix: false }] } as const
const shown = (text: string) => snippetsOf(text, terms as never, word => word)[0]

t.test('words at both ends of what is shown are whole', async t => {
  const long = `${'Vorrede '.repeat(20)}licht ${'Nachworte '.repeat(20)}`
  const { before = '', match, after = '' } = shown(long) ?? {}
  t.equal(match, 'licht')
  t.match(before, /^… (?:Vorrede )+$/)
  t.match(after, /^(?: Nachworte)+ …$/)
})

t.test('a text that is short is shown whole, one without spaces as far as there is room', async t => {
  t.same(shown('Das licht sieht'), { before: 'Das ', match: 'licht', after: ' sieht' })
  const { before = '', after = '' } = shown(`${'x'.repeat(200)}, licht, ${'y'.repeat(200)}`) ?? {}
  t.ok(before.length > 60 && after.length > 60)
})
