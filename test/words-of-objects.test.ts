// Words that every object of JavaScript knows are words like others wherever a table is asked with what came from outside.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from './support/tap.ts'
import { bcp47, iso6392 } from '../src/formats/languages/codes.ts'
import { whatIs } from '../src/formats/media/what.ts'
import { licenceOf } from '../src/formats/rights/licence.ts'
import { decodeXml } from '../src/formats/xml/decode.ts'
import { parseIni } from '../src/config/ini-file.ts'
import { root } from '../src/root.ts'
import { wordsOfObjects } from './support/cases.ts'
import { aDomain, aTitle, asMods, modsOf, start } from './support/start.ts'

const app = await start(t)
await aDomain(app)

t.test('codes of languages, licences and encodings are not found among them', async t => {
  for (const word of wordsOfObjects) {
    t.equal(licenceOf(word), undefined, word)
    t.type(bcp47(word) ?? '', 'string', word)
    t.type(iso6392(word) ?? '', 'string', word)
    if (word !== '__proto__')
      t.throws(
        () => decodeXml(Buffer.from(`<?xml version="1.0" encoding="${word}"?><a/>`)),
        /encoding/i,
        word,
      )
    t.type(whatIs(Buffer.from(`RIFF....${word.slice(0, 4)}`)).kind, 'string')
  }
})

t.test('SRU and OAI-PMH refuse them by their diagnostics', async t => {
  for (const word of wordsOfObjects) {
    const sru = async (query: string) => (await app.read(`/sru?version=1.2&${query}`)).body as string
    t.match(await sru(`operation=${word}`), /diagnostic\/1\/4</, word)
    t.match(await sru(`operation=searchRetrieve&query=${word}%3Da`), /diagnostic\/1\/16</, word)
    t.match(await sru(`operation=searchRetrieve&query=a+sortBy+${word}`), /diagnostic\/1\/86</, word)
    t.match(await sru(`operation=searchRetrieve&query=a&recordSchema=${word}`), /diagnostic\/1\/66</, word)
    t.match(await sru(`operation=searchRetrieve&query=%3Ex%3D${word}+a`), /diagnostic\/1\/15</, word)
    t.match((await app.read(`/oai?verb=${word}`)).body, /badVerb/, word)
    t.match((await app.read(`/oai?verb=Identify&${word}=1`)).body, /badArgument/, word)
  }
})

t.test('a record made of them is kept, shown and found', async t => {
  for (const [at, word] of wordsOfObjects.entries()) {
    const record = modsOf(
      `object-${at}`,
      word,
      `<language><languageTerm type="code" authority="iso639-2b">${word}</languageTerm></language>
       <name><namePart>${word}</namePart><role><roleTerm type="text">${word}</roleTerm></role></name>
       <identifier type="${word}">${word}</identifier><accessCondition type="use and reproduction">${word}</accessCondition>
       <physicalDescription><extent>${word}</extent></physicalDescription><originInfo><dateIssued>${word}</dateIssued></originInfo>`,
    )
    const { status, body } = await app.call(
      'POST',
      '/api/v1/titles?domain=lib&type=monograph&release=true',
      record,
      asMods,
    )
    t.equal(status, 201, JSON.stringify(body))
    const id = body.items[0].id as number
    await app.drain()
    for (const path of ['/api/v1/titles/', '/mets/', '/id/'])
      t.equal((await app.read(`${path}${id}`)).status, 200, path)
    for (const format of ['oai_dc', 'mods', 'marcxml', 'epicur', 'mets']) {
      const { status: found } = await app.read(
        `/oai?verb=GetRecord&metadataPrefix=${format}&identifier=${id}`,
      )
      t.equal(found, 200, format)
    }
  }
})

t.test('a master of such a media type is refused, not taken', async t => {
  const title = await aTitle(app, { pages: 1 })
  const id = (await app.call('GET', `/api/v1/titles/${title}/pages`)).body.items[0].id as number
  for (const word of wordsOfObjects) {
    const answer = await app.call('PUT', `/api/v1/pages/${id}/master`, Buffer.from('x'), {
      'content-type': word,
      'if-match': '*',
    })
    t.ok([400, 415, 422].includes(answer.status), `${word}: ${answer.status}`)
  }
})

t.test('a section of server.ini that is called so is unknown like others', async t => {
  for (const word of wordsOfObjects.filter(each => each !== '__proto__')) {
    t.ok(parseIni(`[${word}]\na = 1\n`).sections.has(word))
    const file = join(app.folder, `${word}.ini`)
    writeFileSync(file, `[${word}]\na = 1\n`)
    const { stderr, status } = spawnSync(
      process.execPath,
      [join(root, 'dist/src/cli.js'), '-c', file, 'config'],
      { encoding: 'utf8' },
    )
    t.not(status, 0)
    t.match(stderr, `line 1, [${word}]: there is no such section`)
    t.notMatch(stderr, /\n {4}at /)
  }
})
