// Further files of titles: added, named, ordered, taken off and put back, handed out as they came, and kept like masters.
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { checks } from '../../src/app.ts'
import { checkFixity } from '../../src/preservation/fixity/index.ts'
import { makeCapsule, playCapsules, readCapsule, bagsIn } from '../../src/preservation/capsules/index.ts'
import { importMets } from '../support/collection.ts'
import { aFolder } from '../support/images.ts'
import { aUser, aSession } from '../support/people.ts'
import { wave } from '../support/recordings.ts'
import { aDomain, type Answer, aTitle, start } from '../support/start.ts'

const capsules = join(aFolder(t), 'capsules')
const app = await start(t, {
  FIREFOLIO_CAPSULES_FOLDER: capsules,
  FIREFOLIO_FILES_PERTITLE: '5',
  FIREFOLIO_SERVER_PUBLICURL: 'https://library.example',
})
const { call, read, services } = app
const any = { 'if-match': '*' }
await aDomain(app, 'lib')

const pdf = (text: string): Buffer =>
  Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% ${text}\ntrailer<</Root 1 0 R>>\n%%EOF\n`)
const add = (
  id: number,
  name: string,
  bytes: Buffer,
  more: { query?: string; headers?: Record<string, string> } = {},
): Promise<Answer> =>
  call('POST', `/api/v1/titles/${id}/files?name=${encodeURIComponent(name)}${more.query ?? ''}`, bytes, {
    'content-type': 'application/octet-stream',
    ...more.headers,
  })
const files = async (id: number) => (await call('GET', `/api/v1/titles/${id}/files`)).body.items
const namesOf = async (id: number): Promise<string[]> =>
  (await files(id)).map((file: { name: string }) => file.name)
const undo = (answer: Answer) => call('POST', `/api/v1/operations/${answer.headers['operation']}/undo`)
const idOf = (answer: Answer): number => answer.body.items[0].id

t.test('a PDF of the whole is added, listed, and comes back byte for byte, also in part', async t => {
  const id = await aTitle(app, { title: 'Mit PDF', release: true, pages: 1 })
  const bytes = pdf('whole')
  const sha256 = createHash('sha256').update(bytes)
  const digest = sha256.copy().digest('base64')
  const made = await add(id, 'Übersicht „1“.pdf', bytes, {
    query: `&label=${encodeURIComponent('Das Ganze')}`,
    headers: { 'content-digest': `sha-256=:${digest}:` },
  })
  t.equal(made.status, 201, JSON.stringify(made.body))
  const file = idOf(made)
  t.equal(made.headers['location'], `/api/v1/titles/${id}/files/${file}`)
  const expected = {
    kind: 'whole',
    name: 'Übersicht „1“.pdf',
    label: 'Das Ganze',
    mediaType: 'application/pdf',
    bytes: bytes.length,
    sha256: sha256.digest('hex'),
    links: { content: `/download/file/${id}/${file}` },
  }
  t.match((await read(`/api/v1/titles/${id}`)).body.files, [expected], 'in the title')
  t.match((await read(`/api/v1/titles/${id}/files/${file}`)).body, expected)
  const address = `/download/file/${id}/${file}`
  const whole = await read(address)
  t.match(whole, {
    status: 200,
    headers: {
      'content-type': 'application/pdf',
      'accept-ranges': 'bytes',
      'content-length': String(bytes.length),
      'x-content-type-options': 'nosniff',
    },
  })
  t.ok(whole.raw.equals(bytes))
  t.match(
    whole.headers['content-disposition'],
    /^inline; filename=".*\.pdf"; filename\*=UTF-8''%C3%9Cbersicht/,
  )
  t.match((await read(`${address}?save=true`)).headers['content-disposition'], /^attachment/)
  const part = await read(address, { range: 'bytes=5-9' })
  t.match(part, { status: 206, headers: { 'content-range': `bytes 5-9/${bytes.length}` } })
  t.ok(part.raw.equals(bytes.subarray(5, 10)))
  t.equal((await read(address, { range: 'bytes=99999-' })).status, 416)
  t.equal((await read(address, { 'if-none-match': whole.headers['etag'] ?? '' })).status, 304)
})

t.test('what a file is, its bytes say; what may not be there is refused and leaves nothing', async t => {
  const id = await aTitle(app, { title: 'Gemischt', release: true })
  for (const [name, bytes, says] of [
    [
      'seite.pdf',
      Buffer.from('<!DOCTYPE html><script>alert(1)</script>'),
      /seite.pdf is an HTML page \(text\/html\)/,
    ],
    ['bild.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /an SVG drawing/],
    ['programm.pdf', Buffer.from([0, 1, 2, 3, 255, 254]), /of an unknown kind/],
  ] as const)
    t.match(await add(id, name, bytes), { status: 415, body: { detail: says } }, name)
  t.match(await add(id, 'leer.pdf', Buffer.alloc(0)), { status: 422, body: { detail: /is empty/ } })
  const wrong = createHash('sha256').update('other').digest('base64')
  t.match(await add(id, 'falsch.pdf', pdf('x'), { headers: { 'content-digest': `sha-256=:${wrong}:` } }), {
    status: 422,
    body: { detail: /has the SHA-256/ },
  })
  t.match(await call('POST', `/api/v1/titles/${id}/files`, pdf('y'), { 'content-type': 'application/pdf' }), {
    status: 400,
    body: { detail: /has no name/ },
  })
  t.equal((await add(2147483000, 'x.pdf', pdf('x'))).status, 404)
  t.equal((await add(id, 'x.pdf', pdf('x'), { query: '&kind=book' })).status, 400)
  t.same(await namesOf(id), [])
  t.match((await add(id, 'Ton.bin', wave())).body.items, [{ kind: 'audio', mediaType: /^audio\// }])
  t.match((await add(id, 'tabelle.csv', Buffer.from('a,b\n1,2\n'))).body.items, [
    { kind: 'attachment', mediaType: 'text/csv' },
  ])
  t.match(await add(id, 'noch einmal.csv', Buffer.from('a,b\n1,2\n')), {
    status: 409,
    body: { detail: /has these bytes already, as file \d+ ‘tabelle.csv’/ },
  })
  const csv = (await files(id))[1].id
  t.match((await read(`/download/file/${id}/${csv}`)).headers['content-disposition'], /^attachment/)
})

t.test(
  'two uploads of the same bytes at once give one file; a repeated key gives the first answer',
  async t => {
    const id = await aTitle(app, { title: 'Zugleich' })
    const both = await Promise.all([1, 2].map(n => add(id, `gleich${n}.pdf`, pdf('same'))))
    t.same(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [201, 409],
    )
    const key = { headers: { 'idempotency-key': 'files-1' } }
    const first = await add(id, 'key.pdf', pdf('key'), key)
    const again = await add(id, 'key.pdf', pdf('key'), key)
    t.same([first.status, again.status], [201, 201])
    t.same(again.body, first.body)
    t.equal((await add(id, 'key.pdf', pdf('another'), key)).status, 422)
    t.equal((await files(id)).length, 2)
  },
)

t.test('a form brings several files, each with its label, up to the limit', async t => {
  const id = await aTitle(app, { title: 'Formular' })
  const form = (parts: [name: string, bytes: Buffer, label?: string][]) =>
    Buffer.concat([
      ...parts.flatMap(([name, bytes, label]) => [
        ...(label === undefined
          ? []
          : [Buffer.from(`--b\r\nContent-Disposition: form-data; name="label"\r\n\r\n${label}\r\n`)]),
        Buffer.from(
          `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/plain\r\n\r\n`,
        ),
        bytes,
        Buffer.from('\r\n'),
      ]),
      Buffer.from('--b--\r\n'),
    ])
  const send = (body: Buffer) =>
    call('POST', `/api/v1/titles/${id}/files`, body, { 'content-type': 'multipart/form-data; boundary=b' })
  const made = await send(form([['../a.pdf', pdf('a'), 'Das A'], ['b.wav', wave(10)]])) // prettier-ignore
  t.match(made, { status: 201 }, JSON.stringify(made.body))
  t.match(made.body.items, [
    { name: 'a.pdf', label: 'Das A', kind: 'whole' },
    { name: 'b.wav', label: null, kind: 'audio' },
  ])
  t.equal((await send(Buffer.from('--b--\r\n'))).status, 400, 'a form without files')
  const tooMany = await send(form([1, 2, 3, 4].map(n => [`${n}.pdf`, pdf(String(n))])))
  t.match(tooMany, { status: 413, body: { detail: /at most 5 are possible \(\[files\] perTitle\)/ } })
  t.equal((await files(id)).length, 2)
})

t.test('files are named, ordered and taken off, and each of it is taken back', async t => {
  const id = await aTitle(app, { title: 'Ordnung' })
  for (const name of ['a', 'b', 'c']) await add(id, `${name}.pdf`, pdf(name))
  const [a, b, c] = (await files(id)).map((file: { id: number }) => file.id) as [number, number, number]
  const at = `/api/v1/titles/${id}/files`
  const before = (await call('GET', `/api/v1/titles/${id}`)).headers['etag']
  const named = await call('PATCH', `${at}/${b}`, { label: 'Zweites' }, { 'if-match': '"1"' })
  t.match(named, { status: 200, headers: { etag: '"2"' }, body: { label: 'Zweites' } })
  t.not((await call('GET', `/api/v1/titles/${id}`)).headers['etag'], before, 'the title has changed')
  t.equal((await call('PATCH', `${at}/${b}`, { label: 'Anders' }, { 'if-match': '"1"' })).status, 412)
  t.equal((await call('PATCH', `${at}/${b}`, { label: 'Anders' })).status, 428)
  t.equal((await call('PATCH', `${at}/${b}`, {}, any)).status, 400)
  t.equal((await call('PATCH', `${at}/${b}`, { name: 'a/b' }, any)).status, 400)
  const ordered = await call('POST', `${at}/reorder`, { ids: [c, a, b] })
  t.same(await namesOf(id), ['c.pdf', 'a.pdf', 'b.pdf'])
  for (const ids of [
    [c, a],
    [c, a, a],
    [c, a, b, 7],
  ])
    t.equal((await call('POST', `${at}/reorder`, { ids })).status, 422)
  const gone = await call('DELETE', `${at}/${a}`, undefined, any)
  t.equal(gone.status, 204)
  t.equal((await call('GET', `/download/file/${id}/${a}`)).status, 404)
  t.equal((await undo(gone)).status, 200)
  t.same(await namesOf(id), ['c.pdf', 'a.pdf', 'b.pdf'])
  t.equal((await call('GET', `/download/file/${id}/${a}`)).status, 200)
  t.equal((await undo(ordered)).status, 200)
  t.equal((await undo(named)).status, 200)
  t.match(await files(id), [{ name: 'a.pdf' }, { name: 'b.pdf', label: null }, { name: 'c.pdf' }])
  const added = await add(id, 'd.pdf', pdf('d'))
  t.equal((await undo(added)).status, 200)
  t.same(await namesOf(id), ['a.pdf', 'b.pdf', 'c.pdf'])
})

t.test('a file is seen by who sees its title, and given to who may download it', async t => {
  const id = await aTitle(app, { title: 'Zu', release: true, pages: 1 })
  const other = await aTitle(app, { title: 'Anderer', release: true })
  const file = idOf(await add(id, 'zu.pdf', pdf('closed')))
  const address = `/download/file/${id}/${file}`
  t.equal((await read(address)).status, 200)
  t.equal((await read(`/download/file/${other}/${file}`)).status, 404, 'by another title')
  await aUser(app, { login: 'reader' })
  const asReader = await aSession(app, 'reader')
  t.equal((await asReader('POST', `/api/v1/titles/${id}/files?name=x.pdf`)).status, 403)
  const entry = (right: string, more = {}) =>
    call('PUT', `/api/v1/tree/${id}/rights`, { isPrivate: false, entries: [{ subject: 'everyone', right, effect: 'deny', ...more }] }, any) // prettier-ignore
  const listed = async () =>
    [`/mets/${id}`, `/iiif/presentation/3/${id}/manifest`].map(async door =>
      (await read(door)).raw.includes(address),
    )
  t.same(await Promise.all(await listed()), [true, true])
  await entry('download', { until: '2090-01-01T00:00:00Z' })
  t.equal((await read(address)).status, 401, 'an embargo on downloads')
  t.same(await Promise.all(await listed()), [false, false])
  await entry('see')
  const missing = await read(`/download/file/2147483000/${file}`)
  const said = ({ raw }: Answer) =>
    raw
      .toString()
      .replace(/"requestId":"[^"]*"/, '')
      .replace(/\b(2147483000|\d+)\b/g, '#')
  for (const door of [address, `/api/v1/titles/${id}/files`, `/api/v1/titles/${id}/files/${file}`])
    t.equal((await read(door)).status, 404, door)
  t.equal(said(await read(address)), said(missing))
  await call('PUT', `/api/v1/tree/${id}/rights`, { isPrivate: false, entries: [] }, any)
  const hidden = await aTitle(app, { title: 'Verborgen' })
  const inside = idOf(await add(hidden, 'v.pdf', pdf('hidden')))
  t.equal((await read(`/download/file/${hidden}/${inside}`)).status, 404)
})

t.test('copies have the files, a merger takes them over, and its undo gives them back', async t => {
  const from = await aTitle(app, { title: 'Von' })
  const to = await aTitle(app, { title: 'Nach' })
  await add(from, 'von.pdf', pdf('from'))
  await add(to, 'nach.pdf', pdf('to'))
  const merged = await call('POST', `/api/v1/titles/${to}/merge`, { from }, any)
  t.equal(merged.status, 200, JSON.stringify(merged.body))
  t.same(await namesOf(to), ['nach.pdf', 'von.pdf'])
  t.equal((await undo(merged)).status, 200)
  t.same([await namesOf(from), await namesOf(to)], [['von.pdf'], ['nach.pdf']])
})

t.test('files are kept like masters: compared, checked, packed into capsules and played back', async t => {
  const id = await aTitle(app, { title: 'Verwahrt', release: true })
  const bytes = pdf('kept')
  const file = idOf(await add(id, 'verwahrt.pdf', bytes))
  const before = await files(id)
  const { rows } = { rows: await services.db.selectFrom('OPR_Attachment').select('OAT_Url as url').where('OAT_ID', '=', file).execute() } // prettier-ignore
  const place = join(app.folder, 'media', rows[0]?.url ?? '')
  const actor = { name: 'keeper', application: 'test' }
  await makeCapsule(services, id, { actor })
  t.equal(await makeCapsule(services, id, { actor }), undefined, 'nothing has changed')
  await call('PATCH', `/api/v1/titles/${id}/files/${file}`, { label: 'Neu' }, any)
  t.ok(await makeCapsule(services, id, { actor }), 'a label has changed')
  appendFileSync(place, 'x')
  t.match(
    await checkFixity(services, { title: id }, async () => {}),
    { found: 1, repaired: 1, open: 0 },
    'a damaged file is found, and repaired from the capsule',
  )
  t.match((await call('GET', '/api/v1/fixity?state=ended')).body.items, [
    { what: 'file', nodeId: id, fault: 'altered', end: 'repaired' },
  ])
  t.ok((await call('GET', `/download/file/${id}/${file}`)).raw.equals(bytes))
  const check = checks.find(({ name }) => name === 'files')
  t.same(await check?.run(services, { repair: false }), [])
  appendFileSync(place, 'x')
  t.match(await check?.run(services, { repair: false }), [{ nodeId: id, sentence: /has \d+ bytes, not/ }])
  writeFileSync(place, bytes)
  await call('DELETE', `/api/v1/tree/${id}`, undefined, any)
  t.equal((await call('DELETE', `/api/v1/tree/${id}?purge=true`, undefined, any)).status, 200)
  t.equal((await call('GET', `/download/file/${id}/${file}`)).status, 404)
  const bags = await Promise.all(
    (await bagsIn(capsules)).filter(bag => bag.includes(`title-${id}-`)).map(readCapsule),
  )
  await playCapsules(services, bags, actor)
  t.match(
    await files(id),
    before.map(({ name, sha256 }: { name: string; sha256: string }) => ({ name, sha256, label: 'Neu' })),
  )
  t.ok((await call('GET', `/download/file/${id}/${file}`)).raw.equals(bytes))
})

const mods = (title: string, id: string) =>
  `<mets:dmdSec ID="D1"><mets:mdWrap MDTYPE="MODS"><mets:xmlData><mods:mods><mods:titleInfo><mods:title>${title}</mods:title></mods:titleInfo><mods:recordInfo><mods:recordIdentifier source="test">${id}</mods:recordIdentifier></mods:recordInfo></mods:mods></mets:xmlData></mets:mdWrap></mets:dmdSec>`
const file = (id: string, media: string, href: string) =>
  `<mets:file ID="${id}" MIMETYPE="${media}"><mets:FLocat LOCTYPE="URL" xlink:href="${href}"/></mets:file>`

t.test(
  'METS brings the files of its title: PDF of the whole, recordings, attachments; what is not taken is listed',
  async t => {
    const folder = join(app.folder, 'mets-files')
    mkdirSync(folder)
    const scan = await sharp({ create: { width: 60, height: 80, channels: 3, background: '#987' } }).tiff().toBuffer() // prettier-ignore
    writeFileSync(join(folder, 'p1.tif'), scan)
    writeFileSync(join(folder, 'whole.pdf'), pdf('mets'))
    writeFileSync(join(folder, 'page.pdf'), pdf('page'))
    writeFileSync(join(folder, 'track1.wav'), wave(20))
    writeFileSync(join(folder, 'notes.txt'), 'Notizen')
    const path = join(folder, 'mets.xml')
    writeFileSync(
      path,
      `<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">${mods('Mit Dateien', 'files')}
<mets:fileSec><mets:fileGrp USE="MAX">${file('F1', 'image/tiff', 'p1.tif')}</mets:fileGrp>
<mets:fileGrp USE="DOWNLOAD">${file('W', 'application/pdf', 'whole.pdf')}${file('PP', 'application/pdf', 'page.pdf')}${file('A', 'application/pdf', 'https://else.where/a.pdf')}</mets:fileGrp>
<mets:fileGrp USE="AUDIO">${file('T1', 'audio/wav', 'track1.wav')}</mets:fileGrp>
<mets:fileGrp USE="ATTACHMENT">${file('N', 'text/plain', 'notes.txt')}</mets:fileGrp></mets:fileSec>
<mets:structMap TYPE="PHYSICAL"><mets:div TYPE="physSequence" ID="R"><mets:fptr FILEID="W"/><mets:div TYPE="document" ID="PHYS_PDF" ORDER="0"><mets:fptr FILEID="W"/></mets:div>
<mets:div TYPE="page" ID="P1" ORDER="1"><mets:fptr FILEID="F1"/><mets:fptr FILEID="PP"/></mets:div><mets:div TYPE="track" ID="P2" ORDER="2" LABEL="Seite A"><mets:fptr FILEID="T1"/></mets:div></mets:div></mets:structMap>
<mets:structMap TYPE="LOGICAL"><mets:div ID="L" TYPE="monograph" DMDID="D1"><mets:fptr FILEID="A"/></mets:div></mets:structMap>
<mets:structLink><mets:smLink xlink:from="L" xlink:to="R"/><mets:smLink xlink:from="L" xlink:to="PHYS_PDF"/><mets:smLink xlink:from="L" xlink:to="P1"/></mets:structLink></mets:mets>`,
    )
    const { plan } = await planned(path)
    t.match(
      plan.messages.map(({ code, sentence }) => `${code}: ${sentence}`),
      [
        /^file-not-taken: 1 file of the group DOWNLOAD \(page.pdf\) was not taken: they belong to single pages/,
      ],
    )
    const id = await importMets(app, path, 'lib')
    await app.drain()
    t.equal(
      (await read(`/api/v1/titles/${id}/pages`)).body.items.length,
      1,
      'recordings and PDF are no pages',
    )
    const expected = [
      { kind: 'whole', name: 'whole.pdf', label: null },
      { kind: 'audio', name: 'track1.wav', label: 'Seite A' },
      { kind: 'attachment', name: 'notes.txt' },
    ]
    t.match(await files(id), expected)
    const version = (await read(`/api/v1/titles/${id}`)).headers['etag']
    t.equal(await importMets(app, path, 'lib'), id)
    t.equal((await read(`/api/v1/titles/${id}`)).headers['etag'], version, 'again: nothing has changed')
    const [pdfId, , textId] = (await files(id)).map((each: { id: number }) => each.id)
    await call('DELETE', `/api/v1/titles/${id}/files/${textId}`, undefined, any)
    await importMets(app, path, 'lib')
    t.same(await namesOf(id), ['whole.pdf', 'track1.wav'], 'what was taken off stays off')

    const mets = (await read(`/mets/${id}`)).raw.toString()
    t.match(
      mets,
      /<mets:fileGrp USE="DOWNLOAD"><mets:file ID="file\d+" MIMETYPE="application\/pdf" SIZE="\d+" CHECKSUM="[0-9a-f]{64}" CHECKSUMTYPE="SHA-256" OWNERID="whole.pdf">.*?<mets:file ID="pdf\d+"/,
    )
    t.match(mets, /<mets:fileGrp USE="AUDIO">.*xlink:title="Seite A"/)
    const manifest = (await read(`/iiif/presentation/3/${id}/manifest`)).body
    t.match(manifest.rendering, [
      { id: `https://library.example/download/file/${id}/${pdfId}`, type: 'Text', format: 'application/pdf' },
      { type: 'Sound', label: { none: ['Seite A'] } },
      { id: `https://library.example/download/pdf/${id}` },
    ])
    t.match((await read(`/api/v1/objects/${id}`)).body.files, [{ label: 'whole.pdf' }, { label: 'Seite A' }])

    // our METS beside the files, elsewhere
    await aDomain(app, 'elsewhere')
    writeFileSync(join(folder, 'ours.xml'), mets)
    const there = await importMets(app, join(folder, 'ours.xml'), 'elsewhere')
    t.match(await files(there), expected.slice(0, 2))
  },
)

/** The plan of a METS file. */
async function planned(path: string) {
  const { readFileSync } = await import('node:fs')
  const { planOfMets } = await import('../../src/intake/plans/index.ts')
  const { readMets } = await import('../../src/formats/mets/read.ts')
  return { plan: planOfMets(readMets(readFileSync(path, 'utf8')), services.types) }
}
