import t from '../support/tap.ts'
import { ordersOf } from '../../src/formats/text/collation.ts'

const sortedIn = (language: string, texts: readonly string[]): string[] => {
  const [order] = ordersOf([language]).all
  return [...texts].sort((a, b) => ((order?.key(a) ?? '') < (order?.key(b) ?? '') ? -1 : 1))
}

t.test('letters stand where a language has them', async t => {
  for (const [language, ...texts] of [
    [
      'de',
      'Aachen',
      'Æneis',
      'Ägypten',
      'Berlin',
      'Lodz',
      'Łomża',
      'Mainz',
      'Odessa',
      'Øresund',
      'Paris',
      'Zürich',
    ],
    ['en', 'Aachen', 'Ägypten', 'Berlin', 'Lodz', 'Łomża', 'Mainz'],
    ['sv', 'Berlin', 'Vasa', 'Zürich', 'Åbo', 'Ängelholm', 'Örebro'],
    ['da', 'Berlin', 'Zürich', 'Ærø', 'Øresund', 'Aalborg', 'Århus'],
    ['pl', 'Lublin', 'Lwów', 'Łódź', 'Mława', 'Zamość', 'Żary'],
    ['cs', 'Cyklus', 'Čas', 'Hrad', 'Chrám', 'Jaro', 'Zima', 'Žito'],
    ['hu', 'Cukor', 'Csak', 'Dzeta', 'Dzsem', 'Egy'],
  ] as const)
    t.same(sortedIn(language, texts.toReversed()), texts, language)
})

t.test('numbers count, words end, and accents alone decide last', async t => {
  const texts = [
    'Band 2',
    'Band 9',
    'Band 10',
    'Band 010a',
    'Bandage',
    'Mutter',
    'Mutter Erde',
    'Mütter Erde',
    'Mutterland',
  ]
  t.same(sortedIn('de', texts.toReversed()), texts)
  t.same(sortedIn('de', ['Mütter', 'Mutter']), ['Mutter', 'Mütter'])
  t.same(sortedIn('de', ['1001 Nacht', '99 Tage', 'Abend', '「東京」', 'Ж', 'Ω']), [
    '99 Tage',
    '1001 Nacht',
    'Abend',
    'Ω',
    'Ж',
    '「東京」',
  ])
})

t.test('the order is that of the collator', async t => {
  const words = ['a', 'ab', 'ač', 'ach', 'az', 'å', 'ä', 'b', 'č', 'd', 'đ', 'ð', 'e', 'é', 'ę', 'i', 'ı', 'l', 'ł', 'lj', 'n', 'ñ', 'o', 'ö', 'ø', 'œuvre', 's', 'š', 'ss', 'ß', 'th', 'u', 'ü', 'z', 'ž', 'þ'] // prettier-ignore
  for (const language of [
    'de',
    'en',
    'fr',
    'sv',
    'da',
    'nb',
    'pl',
    'cs',
    'sk',
    'hr',
    'es',
    'et',
    'lt',
    'is',
  ]) {
    const { compare } = new Intl.Collator(language, { sensitivity: 'base' })
    const key = ordersOf([language]).all[0]?.key ?? String
    const primary = (text: string) => key(text).split('\t')[0] as string
    for (const one of words)
      for (const two of words) {
        const [a, b] = [primary(one), primary(two)]
        const own = a < b ? -1 : a > b ? 1 : 0
        if (own !== Math.sign(compare(one, two))) t.fail(`${language}: ${one} and ${two}: ${own}`)
      }
  }
})

t.test('languages of one order share it, and any text has a key', async t => {
  const orders = ordersOf(['de', 'en', 'sv'])
  t.same(
    orders.all.map(({ name }) => name),
    ['de', 'sv'],
  )
  t.equal(orders.best(['pt', 'sv-FI', 'de']), orders.all[1])
  t.equal(orders.best(['pt']), orders.all[0])
  t.not(orders.mark, ordersOf(['de']).mark)
  for (const text of [
    '',
    '—',
    '\ud800',
    '😀',
    'a\u0301\u0302',
    'x'.repeat(5000),
    '1'.repeat(500),
    'ß'.repeat(300),
  ]) {
    const key = orders.all[0]?.key(text) ?? ''
    t.match(key, /^[\t!-~]*$/)
    t.ok(key.length <= 400, `${key.length}`)
  }
})
