// Records are read for many titles at once: those that a VARCHAR holds with their rows, longer ones as blobs.
import t from '../support/tap.ts'
import { records } from '../../src/dissemination/objects/repository.ts'
import { statementsOf } from '../support/statements.ts'
import { aDomain, asMods, modsOf, start } from '../support/start.ts'

const app = await start(t, { FIREFOLIO_SEARCH_ON: 'false' })
const { db } = app.services
await aDomain(app)

/** A record of so many characters, which are not all of one byte. @returns id and text */
async function ofLength(characters: number): Promise<readonly [number, string]> {
  const [head = '', tail = ''] = modsOf(`l${characters}`, 'Of a length', '<note>|</note>').split('|')
  const filling = '𝔘ä€x'.repeat(Math.ceil(characters / 4))
  const note = Array.from(filling)
    .slice(0, characters - Array.from(head).length - Array.from(tail).length)
    .join('')
  const xml = head + note + tail
  t.equal(Array.from(xml).length, characters)
  const answer = await app.call('POST', '/api/v1/titles?domain=lib', xml, asMods)
  return [answer.body.items[0].id as number, xml]
}

t.test('a record comes whole, whatever its length', async t => {
  const stored = []
  for (const length of [500, 8190, 8191, 8192, 20_000]) stored.push(await ofLength(length))
  const ids = stored.map(([id]) => id)
  t.same(await records(db, ids), new Map(stored))
  t.same(await records(db, [...ids, 999_999_999]), new Map(stored), 'nothing of what is not there')
  t.same(await records(db, []), new Map())
})

t.test('short records take one statement, long ones another for all of them', async t => {
  const short = [(await ofLength(600))[0], (await ofLength(700))[0]]
  const long = [(await ofLength(9000))[0], (await ofLength(9100))[0]]
  t.equal((await statementsOf(() => records(db, short))).length, 1)
  t.equal((await statementsOf(() => records(db, [...short, ...long]))).length, 2)
})

t.test('a title without a record has none', async t => {
  const host =
    '<relatedItem type="host"><titleInfo><title>Works</title></titleInfo><recordInfo><recordIdentifier source="test">works</recordIdentifier></recordInfo></relatedItem>'
  const [volume] = (await app.call('POST', '/api/v1/titles?domain=lib', modsOf('volume', 'Volume', host), asMods)).body.items // prettier-ignore
  const { parentId } = (await app.call('GET', `/api/v1/titles/${volume.id}`)).body
  t.ok(parentId)
  t.same([...(await records(db, [parentId, volume.id])).keys()], [volume.id])
})
