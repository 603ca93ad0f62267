// What is not released, or lies in the bin, appears at no door: a hidden title, one in the bin, and a hidden page of a title that is shown.
import t from './support/tap.ts'
import { aSecond } from './support/images.ts'
import { publicAddress, startWithSample } from './support/collection.ts'
import { doorsOf } from './support/doors.ts'
import { type Answer, aTitle } from './support/start.ts'

const { app, ids } = await startWithSample(t, { ...publicAddress, FIREFOLIO_OAI_PAGESIZE: '1000' })
const always = { 'if-match': '*' }
const asText = { 'content-type': 'text/plain', ...always }

/** A title with a page, a text and a name that nothing else has. */
async function secret(word: string): Promise<{ id: number; page: number }> {
  const id = await aTitle(app, { domain: 'sample', title: `Vom ${word}`, release: true, pages: 2 })
  const [page] = (await app.call('GET', `/api/v1/titles/${id}/pages`)).body.items as { id: number }[]
  await app.call('PUT', `/api/v1/pages/${page?.id}/text`, `Hier steht ${word}`, asText)
  await app.call('POST', `/api/v1/titles/${id}/identifiers`, { scheme: 'urn', value: `urn:nbn:de:${word}` })
  return { id, page: page?.id ?? 0 }
}
const hidden = await secret('verhuelltesbuch')
const binned = await secret('verworfenesbuch')
const partly = await secret('halbsichtbar')
await app.call('PATCH', `/api/v1/pages/${partly.page}`, { pagination: { caption: 'geheimeseite' } }, always)
await app.call('PUT', `/api/v1/pages/${partly.page}/text`, 'Hier steht geheimertext', asText)
await app.drain()

/** Each door as it leads to such a title, and as it lists what there is. */
const addresses = (of: { id: number; page: number }, word: string): [string, string][] => [
  ...Object.entries(doorsOf({ monograph: of.id, volume1: of.id, work: of.id }, of.page)),
  ...Object.entries(doorsOf(ids, of.page)),
  ['its URN', `/urn/urn:nbn:de:${word}`],
  ['its picture', `/titlepage/${of.id}/128`],
  ['its picture by URN', `/titlepage/urn/urn:nbn:de:${word}/128`],
  ['the search for it', `/api/v1/search?q=${word}`],
  ['SRU for it', `/sru?version=1.2&operation=searchRetrieve&query=${word}`],
  ['words that begin so', `/sru?version=1.2&operation=scan&scanClause=dc.title%3D${word.slice(0, 5)}`],
  [
    'words of texts that begin so',
    `/sru?version=1.2&operation=scan&scanClause=vl.fulltext%3D${word.slice(0, 5)}`,
  ],
  ['pages with it', `/api/v1/search/pages?q=${word}`],
  ['titles by its URN', `/api/v1/titles?identifier=urn:nbn:de:${word}`],
  ['all its names', '/oai?verb=ListRecords&metadataPrefix=rawmods'],
]

/** What was answered since something changed: doors that have no word of a title in their address are asked once for all. */
const answers = new Map<string, Answer>()

async function seenAt(
  of: { id: number; page: number },
  word: string,
  asked: string = word,
): Promise<string[]> {
  const seen: string[] = []
  for (const [name, url] of addresses(of, asked)) {
    const answer = answers.get(url) ?? (await app.read(url))
    answers.set(url, answer)
    const { status, raw } = answer
    if (status >= 500) seen.push(`${name}: ${status}`)
    // what was asked for is repeated in answers and refusals
    const text = raw.toString().replaceAll(decodeURIComponent(url), '').replaceAll(url, '')
    const without = text
      .replace(/<(sru:|zs:)?(query|scanClause|echoed\w*)>[\s\S]*?<\/(sru:|zs:)?\2>/g, '')
      .replace(/"q":"[^"]*"/, '')
    if (status < 400 && without.includes(word)) seen.push(`${name}: ${url}`)
  }
  return seen
}

t.test('released, each of them is seen at many doors: the test can fail', async t => {
  for (const [of, word] of [
    [hidden, 'verhuelltesbuch'],
    [binned, 'verworfenesbuch'],
    [partly, 'geheimertext'],
  ] as const)
    t.ok((await seenAt(of, word)).length > (word === 'geheimertext' ? 2 : 15), word)
})

t.test('hidden, in the bin, or a page that is hidden: seen at none', async t => {
  await app.call('POST', '/api/v1/tree/batch', { action: 'hide', ids: [hidden.id, partly.page] })
  await app.call('POST', '/api/v1/tree/batch', { action: 'bin', ids: [binned.id] })
  await app.drain()
  await aSecond()
  answers.clear()
  t.same(await seenAt(hidden, 'verhuelltesbuch'), [])
  t.same(await seenAt(binned, 'verworfenesbuch'), [])
  t.same(await seenAt(partly, 'geheimertext'), [])
  t.same(await seenAt(partly, 'geheimeseite'), [])
  t.ok((await seenAt(partly, 'halbsichtbar')).length > 5, 'the title around the page is')
})
