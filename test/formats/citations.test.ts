// Titles as four styles cite them, compared with the examples of their handbooks.
import t from '../support/tap.ts'
import { styledCitations } from '../../src/formats/citations/styles.ts'
import type { Citation } from '../../src/formats/citations/write.ts'

const book: Citation = {
  url: 'https://library.example/id/7',
  kind: 'book',
  title: 'Vom digitalen Buche : eine Einführung.',
  within: undefined,
  persons: ['Mustermann, Clara'],
  editors: [],
  bodies: [],
  publisher: 'Hartung',
  place: 'Leipzig',
  date: '1897',
  dateFrom: '1897-01-01',
  dateTo: '1897-12-31',
  volume: undefined,
  languages: ['ger'],
  identifiers: [],
  keywords: [],
  licence: undefined,
  owner: 'Stadtbibliothek',
  pages: 24,
  pdf: undefined,
  thumbnail: '',
}
const today = new Date('2026-03-09T12:00Z')
const cited = (part: Partial<Citation> = {}): Record<string, string> =>
  Object.fromEntries(styledCitations({ ...book, ...part }, today).map(({ style, text }) => [style, text]))

t.test('a book by one person', async t => {
  t.same(cited(), {
    chicago: 'Mustermann, Clara. Vom digitalen Buche: eine Einführung. Leipzig: Hartung, 1897. https://library.example/id/7.',
    mla: 'Mustermann, Clara. Vom digitalen Buche: eine Einführung. Hartung, 1897. Stadtbibliothek, https://library.example/id/7.',
    apa: 'Mustermann, C. (1897). Vom digitalen Buche: eine Einführung. Hartung. https://library.example/id/7',
    iso690: 'MUSTERMANN, Clara. Vom digitalen Buche: eine Einführung [online]. Leipzig: Hartung, 1897 [Zugriff am: 9. März 2026]. Verfügbar unter: https://library.example/id/7',
  }) // prettier-ignore
})

t.test('of one page, by its printed label', async t => {
  const styles = styledCitations(book, today, 'xii').map(({ style, text }) => [style, text])
  t.match(Object.fromEntries(styles), {
    chicago: /Leipzig: Hartung, 1897, xii\. https/,
    mla: /Hartung, 1897, p\. xii\. Stadtbibliothek/,
    apa: /^Mustermann, C\. \(1897\)\. Vom digitalen Buche: eine Einführung \(p\. xii\)\. Hartung\./,
    iso690: /Leipzig: Hartung, 1897, S\. xii \[Zugriff am/,
  })
})

t.test('several persons, particles, and a DOI in place of the address', async t => {
  const persons = ['Humboldt, Alexander von', 'Bonpland, Aimé', 'Kunth, Karl-Sigismund']
  const identifiers = [{ scheme: 'doi', value: '10.1000/7' }]
  const two = cited({ persons: persons.slice(0, 2), identifiers })
  t.match(
    two['chicago'],
    /^Humboldt, Alexander von, and Aimé Bonpland\. .* https:\/\/doi\.org\/10\.1000\/7\.$/,
  )
  t.match(two['mla'], /^Humboldt, Alexander von, and Aimé Bonpland\. /)
  t.match(two['apa'], /^Humboldt, A\. von, & Bonpland, A\. \(1897\)\. /)
  t.match(two['iso690'], /^HUMBOLDT, Alexander von und BONPLAND, Aimé\. /)
  const three = cited({ persons })
  t.match(three['chicago'], /^Humboldt, Alexander von, Aimé Bonpland, and Karl-Sigismund Kunth\. /)
  t.match(three['mla'], /^Humboldt, Alexander von, et al\. /)
  t.match(three['apa'], /^Humboldt, A\. von, Bonpland, A\., & Kunth, K\.-S\. \(1897\)\. /)
  t.match(cited({ persons: [...persons, 'Bode, Ada'] })['iso690'], /^HUMBOLDT, Alexander von et al\. /)
})

t.test('editors, nobody, nothing known', async t => {
  const edited = cited({ persons: [], editors: ['Bode, Ada'] })
  t.match(edited['chicago'], /^Bode, Ada, ed\. Vom/)
  t.match(edited['mla'], /^Bode, Ada, editor\. Vom/)
  t.match(edited['apa'], /^Bode, A\. \(Ed\.\)\. \(1897\)\. Vom/)
  t.match(edited['iso690'], /^BODE, Ada \(Hrsg\.\)\. Vom/)
  const bare = cited({ persons: [], publisher: undefined, place: undefined, date: undefined, dateFrom: undefined, dateTo: undefined }) // prettier-ignore
  t.equal(bare['apa'], 'Vom digitalen Buche: eine Einführung (n.d.). https://library.example/id/7')
  t.equal(bare['chicago'], 'Vom digitalen Buche: eine Einführung. https://library.example/id/7.')
  t.match(bare['iso690'], 'Einführung [online]. [Zugriff am: 9. März 2026]. Verfügbar')
})

t.test('the issue of a day, and an article', async t => {
  const within = { title: 'Anzeiger für Muster.', url: '' }
  const day = { dateFrom: '1925-01-03', dateTo: '1925-01-03' }
  const issue = cited({ kind: 'issue', title: 'Nr. 2', within, persons: [], ...day })
  t.match(issue['chicago'], 'Nr. 2. In Anzeiger für Muster. Leipzig: Hartung, January 3, 1925. ')
  t.match(issue['mla'], 'Nr. 2. Anzeiger für Muster, Hartung, 3 Jan. 1925. ')
  t.match(issue['apa'], 'Nr. 2 (1925, January 3). In Anzeiger für Muster. ')
  t.match(issue['iso690'], 'Leipzig: Hartung, 3. Januar 1925 [Zugriff')
  const [chicago] = styledCitations({ ...book, kind: 'article', title: 'Was ist Licht?', within }, today)
  t.match(chicago?.text, 'Mustermann, Clara. “Was ist Licht?” Anzeiger für Muster. ')
  t.equal(chicago?.italic, 'Anzeiger für Muster')
})
