// Sound and moving images of titles: how long they last is read when they come in, and manifests play them.
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { presentation2Faults } from '../support/presentation-2-rules.ts'
import { presentationFaults } from '../support/presentation-rules.ts'
import { claimed, mp4, wave, webm } from '../support/recordings.ts'
import { aFolder, aSecond } from '../support/images.ts'
import { imported } from '../support/collection.ts'
import { aSession, aUser } from '../support/people.ts'
import { checks } from '../../src/app.ts'
import { aDomain, type Answer, aTitle, start } from '../support/start.ts'

type Json = Record<string, unknown> & { id: string; items: Json[]; rendering: Json[] }
const folder = aFolder(t)
const app = await start(t, {
  FIREFOLIO_SERVER_PUBLICURL: 'https://library.example',
  FIREFOLIO_PATH_IMPORT: folder,
})
const { call, read } = app
const any = { 'if-match': '*' }
await aDomain(app)

const manifestAt = (id: number, version = 3) => `/iiif/presentation/${version}/${id}/manifest`
const manifest = async (id: number, version = 3) => (await read(manifestAt(id, version))).body as Json
const add = (id: number, name: string, bytes: Buffer, more = ''): Promise<Answer> =>
  call('POST', `/api/v1/titles/${id}/files?name=${name}${more}`, bytes, {
    'content-type': 'application/octet-stream',
  })
const idOf = (answer: Answer): number => answer.body.items[0].id
const fileAt = (title: number, file: number) => `https://library.example/download/file/${title}/${file}`
const bodyOf = (canvas: Json | undefined) => canvas?.items[0]?.items[0]?.['body'] as Json
const local = (address: string) => address.replace('https://library.example', '')
/** A WAV whose head was lost on the way: what it is, is told, and not how long it lasts. */
const damaged = (): Buffer => wave(64).subarray(0, 20)

t.test('a recording without a page is a canvas that lasts as long as it does', async t => {
  const title = await aTitle(app, { title: 'Tonband', release: true })
  t.match(await read(manifestAt(title)), { status: 404, body: { detail: /no pages and nothing to play/ } })
  const made = await add(title, 'band.wav', wave(12_000), '&label=Seite%20A')
  t.match(made.body.items, [{ mediaType: 'audio/wav', duration: 1.5, width: null, height: null }])
  const file = idOf(made)
  const found = await manifest(title)
  t.same(presentationFaults(found), [])
  const canvas = `https://library.example/iiif/presentation/3/${title}/recording/${file}`
  t.match(found.items, [{ id: canvas, type: 'Canvas', label: { none: ['Seite A'] }, duration: 1.5 }])
  t.equal(found.items.length, 1)
  t.notOk('width' in (found.items[0] as Json), 'sound has no size')
  t.match(found.items[0]?.items[0]?.items, [{ motivation: 'painting', target: canvas }])
  const body = bodyOf(found.items[0])
  t.same(body, { id: fileAt(title, file), type: 'Sound', format: 'audio/wav', duration: 1.5 })
  t.match(await read(local(body.id), { range: 'bytes=0-3' }), { status: 206, body: /^RIFF$/ })
  t.match(await read(local(canvas)), { status: 303, headers: { location: found.id } })
  t.equal((await read(`${local(canvas)}9`)).status, 404)
  t.match(await read(manifestAt(title, 2)), { status: 404, body: { detail: /its manifest is of version 3/ } })
  t.match((await read(`/api/v1/objects/${title}`)).body.links, { manifest: found.id })
  t.notOk('view' in (await read(`/api/v1/objects/${title}`)).body.links, 'there is no page to turn')
  const domain = (await read('/iiif/presentation/3/collection/lib')).body as Json
  t.ok(domain.items.some(({ id }) => id === found.id), 'the collection of its domain has it') // prettier-ignore
  const older = JSON.stringify((await read('/iiif/presentation/2/collection/lib')).body)
  t.notMatch(older, `/${title}/manifest`, 'that of version 2.1 does not')
})

t.test('moving images have their size where their file says it', async t => {
  const title = await aTitle(app, { title: 'Film', release: true })
  const size = { width: 320, height: 180 }
  for (const [name, media, bytes, expected] of [
    ['film.webm', 'video/webm', webm(2.5, size), size],
    ['film.mp4', 'video/mp4', mp4(3.25, size), size],
    ['hochkant.mp4', 'video/mp4', mp4(4, size, { isTurned: true }), { width: 180, height: 320 }],
  ] as const)
    t.match((await add(title, name, bytes)).body.items, [{ mediaType: media, kind: 'video', ...expected }])
  const found = await manifest(title)
  t.same(presentationFaults(found), [])
  t.match(found.items, [
    { duration: 2.5, ...size },
    { duration: 3.25, ...size },
    { duration: 4, width: 180 },
  ])
  t.match(bodyOf(found.items[0]), { type: 'Video', format: 'video/webm', duration: 2.5, ...size })
})

t.test('recordings stand behind the pages, and version 2.1 goes on to name them beside', async t => {
  const title = await aTitle(app, { title: 'Buch mit Platte', release: true, pages: 2 })
  const before = await manifest(title, 2)
  const file = idOf(await add(title, 'platte.wav', wave()))
  const newer = await manifest(title)
  t.same(presentationFaults(newer), [])
  t.equal(newer.items.length, 3)
  t.match(bodyOf(newer.items[2]), { id: fileAt(title, file) })
  t.match(newer.rendering[0], { id: fileAt(title, file), type: 'Sound' })
  const older = await manifest(title, 2)
  t.same(presentation2Faults(older), [])
  t.same(older['sequences'], before['sequences'], 'its canvases are as they were')
  t.match(older.rendering[0], { '@id': fileAt(title, file), format: 'audio/wav' })
})

t.test('a damaged recording is handed out and not played', async t => {
  const title = await aTitle(app, { title: 'Kaputt', release: true, pages: 1 })
  const made = await add(title, 'kaputt.wav', damaged())
  t.match(made, { status: 201, body: { items: [{ mediaType: 'audio/wav', duration: null }] } })
  const found = await manifest(title)
  t.equal(found.items.length, 1)
  t.match(found.rendering[0], { id: fileAt(title, idOf(made)) })
  const alone = await aTitle(app, { title: 'Nur Kaputtes', release: true })
  await add(alone, 'kaputt.wav', damaged())
  t.equal((await read(manifestAt(alone))).status, 404)
  t.notOk('manifest' in (await read(`/api/v1/objects/${alone}`)).body.links)
})

t.test('a file with a name of 4 GB costs itself its length, and the service nothing', async t => {
  const path = join(folder, 'film.webm')
  writeFileSync(path, claimed(4e9))
  // a hole: so many bytes are there to be read, and none is on the disk
  truncateSync(path, 5e9)
  t.equal(await app.services.offload.apart('readRecording', path), undefined)
  rmSync(path)
  const title = await aTitle(app, { title: 'Danach', release: true })
  t.match((await add(title, 'gut.wav', wave())).body.items, [{ duration: 1 }], 'the next one is read')
})

t.test(
  'a recording that the reader may not fetch is not played, by nobody else either who may not',
  async t => {
    const title = await aTitle(app, { title: 'Gesperrt', release: true })
    const paged = await aTitle(app, { title: 'Gesperrt mit Seite', release: true, pages: 1 })
    for (const id of [title, paged]) await add(id, 'band.wav', wave(4000))
    t.equal((await read(manifestAt(title))).status, 200)
    const listed = async () =>
      JSON.stringify((await read('/iiif/presentation/3/collection/lib')).body).includes(manifestAt(title))
    t.equal(await listed(), true)
    const reader = await aUser(app, { login: 'listener' })
    const asReader = await aSession(app, 'listener')
    const entries = [
      { subject: 'everyone', right: 'download', effect: 'deny' },
      { subject: 'user', user: reader.uuid, right: 'download', effect: 'grant' },
    ]
    for (const id of [title, paged])
    t.match(await call('PUT', `/api/v1/tree/${id}/rights`, { isPrivate: false, entries }, any), { status: 200 }) // prettier-ignore
    t.equal((await read(manifestAt(title))).status, 404)
    t.equal(await listed(), false)
    t.equal((await manifest(paged)).items.length, 1, 'its page alone')
    t.notMatch(JSON.stringify(await manifest(paged)), '/download/file/')
    t.equal(((await asReader('GET', manifestAt(title))).body as Json).items.length, 1)
    t.equal(((await asReader('GET', manifestAt(paged))).body as Json).items.length, 2)
  },
)

t.test('what is lent is played by no manifest', async t => {
  const title = await aTitle(app, { title: 'Verliehen', release: true, pages: 1 })
  await add(title, 'band.wav', wave())
  t.equal((await manifest(title)).items.length, 2)
  await call('PATCH', `/api/v1/titles/${title}`, { maxAccessCount: 1 }, any)
  await aSecond()
  t.equal((await manifest(title)).items.length, 1)
})

t.test('a kept manifest is made anew when a recording comes, goes or is put back', async t => {
  const title = await aTitle(app, { title: 'Kommt und geht', release: true, pages: 1 })
  await app.drain()
  const first = await read(manifestAt(title))
  const tag = first.headers['etag'] as string
  t.equal((await read(manifestAt(title), { 'if-none-match': tag })).status, 304, 'kept')
  const played = async () => {
    await app.drain()
    const answer = await read(manifestAt(title), { 'if-none-match': tag })
    return answer.status === 200 ? (answer.body as Json).items.map(({ duration }) => duration) : answer.status
  }
  const made = await add(title, 'band.wav', wave(800))
  t.same(await played(), [undefined, 0.1])
  const gone = await call('DELETE', `/api/v1/titles/${title}/files/${idOf(made)}`, undefined, any)
  t.same(await played(), [undefined])
  const undone = await call('POST', `/api/v1/operations/${gone.headers['operation']}/undo`)
  t.equal(undone.status, 200, JSON.stringify(undone.body))
  t.same(await played(), [undefined, 0.1], 'with its length')
})

t.test('works, changes and copies know what is played', async t => {
  const work = await aTitle(app, { type: 'multivolume_work', release: true })
  const volume = await aTitle(app, { parent: work, type: 'volume', title: 'Platte 1', release: true })
  const members = async (version: number) =>
    ((await read(`/iiif/presentation/${version}/collection/${work}`)).body as Json)[
      version === 3 ? 'items' : 'members'
    ] as unknown[]
  t.same(await members(3), [])
  await add(volume, 'platte.wav', wave(1600))
  await app.drain()
  t.match(await members(3), [{ id: `https://library.example${manifestAt(volume)}` }])
  t.same(await members(2) ?? [], []) // prettier-ignore
  const told = JSON.stringify((await read('/iiif/activity/page/1')).body)
  t.match(told, manifestAt(volume))
  t.notMatch(told, manifestAt(volume, 2), 'of version 2.1 there is none')
  const copied = await call('POST', `/api/v1/tree/${volume}/copy`, { parent: work })
  t.equal(copied.status, 201, JSON.stringify(copied.body))
  t.match((await call('GET', `/api/v1/titles/${copied.body.id}/files`)).body.items, [{ duration: 0.2 }])
})

t.test('a delivery brings recordings, and its report tells which do not say how long they last', async t => {
  const place = join(folder, 'ton')
  mkdirSync(place)
  writeFileSync(join(place, 'band.wav'), wave(2400))
  writeFileSync(join(place, 'kaputt.wav'), damaged())
  const file = (id: string, href: string) =>
    `<mets:file ID="${id}" MIMETYPE="audio/wav"><mets:FLocat LOCTYPE="URL" xlink:href="${href}"/></mets:file>`
  writeFileSync(
    join(place, 'mets.xml'),
    `<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">
<mets:dmdSec ID="D1"><mets:mdWrap MDTYPE="MODS"><mets:xmlData><mods:mods><mods:titleInfo><mods:title>Ton</mods:title></mods:titleInfo><mods:recordInfo><mods:recordIdentifier source="test">ton</mods:recordIdentifier></mods:recordInfo></mods:mods></mets:xmlData></mets:mdWrap></mets:dmdSec>
<mets:fileSec><mets:fileGrp USE="AUDIO">${file('T1', 'band.wav')}${file('T2', 'kaputt.wav')}</mets:fileGrp></mets:fileSec>
<mets:structMap TYPE="LOGICAL"><mets:div ID="L" TYPE="monograph" DMDID="D1"><mets:fptr FILEID="T1"/><mets:fptr FILEID="T2"/></mets:div></mets:structMap></mets:mets>`,
  )
  const { report, messages } = await imported(app, join(place, 'mets.xml'), 'lib')
  t.match(
    messages.filter(({ code }) => code === 'no-duration'),
    [
      {
        level: 'warning',
        sentence: /^The file kaputt.wav is audio\/wav, but how long it plays could not be read/,
      },
    ],
  )
  const title = report?.titleId as number
  await call('POST', `/api/v1/tree/${title}/release`)
  const found = await manifest(title)
  t.same(presentationFaults(found), [])
  t.match(found.items, [{ duration: 0.3, label: { none: ['band.wav'] } }])
  t.equal(found.items.length, 1)
  // the same recording, longer: a delivery that corrects it
  writeFileSync(join(place, 'band.wav'), wave(4000))
  await imported(app, join(place, 'mets.xml'), 'lib')
  await app.drain()
  t.match((await manifest(title)).items, [{ duration: 0.5 }])
})

t.test('recordings that came in without their length are read again by the check', async t => {
  const title = await aTitle(app, { title: 'Nachgeholt', release: true })
  const film = idOf(await add(title, 'film.mp4', mp4(2, { width: 320, height: 180 })))
  await add(title, 'kaputt.wav', damaged())
  const { db } = app.services
  await db
    .updateTable('OPR_Attachment')
    .set({ OAT_Duration: null, OAT_Width: null, OAT_Height: null })
    .where('OAT_ID', '=', film)
    .execute()
  await app.drain()
  t.equal((await read(manifestAt(title))).status, 404)
  const run = async (repair: boolean) =>
    (await checks.find(({ name }) => name === 'recordings')?.run(app.services, { repair }))?.filter(
      ({ nodeId }) => nodeId === title,
    )
  const sentence = `File ${film} of title ${title} plays for 2 s, and is not played by manifests.`
  t.match(await run(false), [{ sentence, repaired: false }])
  t.match(await run(true), [{ sentence, repaired: true }])
  t.same(await run(false), [], 'a damaged one is no fault of the catalogue')
  await app.drain()
  t.match((await manifest(title)).items, [{ duration: 2, width: 320, height: 180 }])
})

t.test('players on other sites may ask for parts of a recording', async t => {
  const title = await aTitle(app, { title: 'Anderswo', release: true })
  const url = `/download/file/${title}/${idOf(await add(title, 'band.wav', wave()))}`
  const asked = { origin: 'https://viewer.example', 'access-control-request-method': 'GET', 'access-control-request-headers': 'range' } // prettier-ignore
  const { statusCode, headers } = await app.app.inject({ method: 'OPTIONS', url, headers: asked })
  t.equal(statusCode, 204)
  t.match(headers['access-control-allow-headers'], /\bRange\b/)
  t.match((await read(url, { range: 'bytes=0-3' })).headers, { 'access-control-allow-origin': '*' })
})
