// Texts by a program that reads pages: what it finds lies on the master, corrections stay, and whatever it does wrong is told.
import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { atLength } from '../support/at-length.ts'
import { lifted, placed } from '../../src/catalogue/texts/index.ts'
import { movedAlto } from '../../src/formats/alto/moved.ts'
import { readAlto } from '../../src/formats/alto/read.ts'
import { recogniseAll } from '../../src/intake/recognition/index.ts'
import { randomCases } from '../support/cases.ts'
import { startWithSample } from '../support/collection.ts'
import { aFolder, aServedPage } from '../support/images.ts'
import { aSession, aUser } from '../support/people.ts'

const { app, ids } = await startWithSample(t)
const { services } = app
const settings = services.config.ocr as { command: string; timeout: number }
const usual = settings.command
const pages = (
  (await app.read(`/api/v1/titles/${ids.volume1}/pages`)).body.items as { id: number; width: number }[]
).map(page => page.id)
const [first, second] = pages as [number, number]

/** A program that writes ALTO with one word in the upper left corner of what it is given, and notes what it was asked. */
const folder = aFolder(t)
const log = join(folder, 'asked')
function aProgram(body: string): string {
  const path = join(folder, `program-${Math.random().toString(36).slice(2)}.sh`)
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o755)
  return `${path} {image} {output} {languages}`
}
const alto = (word: string) =>
  `<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Layout><Page WIDTH="1" HEIGHT="1"><PrintSpace><TextBlock><TextLine HPOS="10" VPOS="20" WIDTH="300" HEIGHT="40"><String CONTENT="${word}" HPOS="10" VPOS="20" WIDTH="300" HEIGHT="40"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>`
const writes = (word: string) => aProgram(`echo "$3" >> ${log}\ncat > "$2.xml" <<'X'\n${alto(word)}\nX`)
const order = async (id: number, body: object) =>
  await app.call('POST', `/api/v1/tree/${id}/recognition`, body)
const textOf = async (id: number) => (await app.read(`/api/v1/pages/${id}/text`)).body as string
const jobOf = async (id: number) => (await app.call('GET', `/api/v1/jobs/${id}`)).body
const run = async (id: number, body: object) => {
  const { body: ordered } = await order(id, body)
  await app.drain()
  return await jobOf(ordered.jobId)
}

t.test('a box goes to the image that is served and back to the master', async t => {
  const size = fc.integer({ min: 200, max: 3000 })
  const wanted = fc.record({
    width: size,
    height: size,
    mirrored: fc.boolean(),
    rotation: fc.constantFrom(0, 90, 180, 270),
    isCropped: fc.boolean(),
  })
  fc.assert(
    fc.property(wanted, ({ width, height, mirrored, rotation, isCropped }) => {
      const master = { width, height }
      const crop = isCropped ? { x: 40, y: 60, width: width - 80, height: height - 90 } : undefined
      const box = { x: 70, y: 90, width: 30, height: 20 }
      const placement = { master, crop, mirrored, rotation }
      const served = placed(box, { ...placement, from: master })
      t.ok(served)
      t.same(served && lifted(served, placement), box)
    }),
    randomCases(t, 200),
  )
})

t.test('ALTO is brought onto another image whole', async t => {
  const moved = readAlto(
    movedAlto(alto('Wort'), { width: 800, height: 600 }, box => ({ ...box, x: box.x + 5 }), 'deu'),
  )
  t.match(moved, { width: 800, height: 600, language: 'deu', text: 'Wort' })
  t.match(moved.blocks[0]?.[0]?.words[0], { x: 15, y: 20, width: 300, height: 40 })
})

t.test('a dry run tells how many pages would be read, and as what', async t => {
  t.match(await order(ids.volume1, { dryRun: true }), {
    status: 200,
    body: { pages: 0, languages: 'eng', jobId: null },
  })
  t.match(await order(ids.volume1, { dryRun: true, pages: 'all', languages: 'deu+frk' }), {
    status: 200,
    body: { pages: pages.length, languages: 'deu+frk' },
  })
  t.match(await order(ids.volume1, { dryRun: true, pages: 'all', only: [first, second, ids.monograph] }), {
    status: 200,
    body: { pages: 2 },
  })
  settings.command = 'no-such-program {image} {output}'
  t.match((await order(ids.volume1, { dryRun: true })).body.obstacle, /no-such-program is not installed/)
  settings.command = writes('Wort')
  t.match((await order(ids.volume1, { dryRun: true })).body, { obstacle: null })
  t.equal((await order(ids.volume1, { languages: 'deu; rm' })).status, 400)
  t.equal((await order(2_000_000_000, {})).status, 404)
})

t.test('all pages are read as the domain says; corrections stay and are shown', async t => {
  settings.command = writes('Erkannt')
  const corrected = await app.call('PUT', `/api/v1/pages/${second}/text`, 'Verbessert', {
    'content-type': 'text/plain',
    'if-match': '*',
  })
  t.equal(corrected.status, 200)
  const { domainId } = (await app.call('GET', `/api/v1/tree/${ids.volume1}`)).body as { domainId: number }
  const config = await app.call('PATCH', `/api/v1/domains/${domainId}/config`, { 'ocr.languages': 'deu' })
  t.equal(config.status, 200)
  const job = await run(ids.volume1, { pages: 'all' })
  t.match(job, { state: 'done', result: { read: pages.length, failed: [] } })
  t.equal(await textOf(first), 'Erkannt')
  t.equal(await textOf(second), 'Verbessert')
  const { items } = (await app.read(`/api/v1/pages/${first}/texts`)).body
  t.match(items[0], { kind: 'ocr', language: 'deu', boxes: 'fitting' })
  const history = (await app.call('GET', `/api/v1/pages/${first}/texts/history`)).body.items
  t.match(history[0], { kind: 'ocr', actor: 'operator' })
  t.match((await app.call('GET', `/api/v1/log?entity=page&entityId=${first}`)).body.items[0], {
    action: 'recognise-text',
  })
})

t.test('what a job has read is not read again when it is taken up', async t => {
  settings.command = writes('Später')
  const before = new Date(Date.now() - 3_600_000)
  const actor = { name: 'test', application: 'test' }
  const done = await recogniseAll(
    services,
    { node: ids.volume1, pages: 'all' },
    actor,
    before,
    async () => {},
  )
  t.same(done, { read: 0, passed: 0, refused: 0, failed: [] }, 'texts are younger than the job')
  t.equal(await textOf(first), 'Erkannt')
})

t.test('words lie on a page that is served turned and cropped as they were read', async t => {
  const { width, height } = (await app.call('GET', `/api/v1/pages/${first}`)).body as {
    width: number
    height: number
  }
  const edited = await app.call(
    'PATCH',
    `/api/v1/pages/${first}/pack`,
    { rotation: 90, crop: { x: 50, y: 40, width: width - 100, height: height - 90 } },
    { 'if-match': '*' },
  )
  t.equal(edited.status, 200, JSON.stringify(edited.body))
  await app.drain()
  settings.command = writes('Gedreht')
  await run(first, { pages: 'all' })
  const found = readAlto((await app.read(`/api/v1/pages/${first}/alto`)).body as string)
  t.match(found, { width, height })
  t.match(found.blocks[0]?.[0]?.words[0], {
    x: 20 + 50,
    y: height - 50 - 10 - 300,
    width: 40,
    height: 300,
  })
})

t.test(
  'a program that is not there, fails, writes nothing, or takes too long is told of by name',
  async t => {
    const failing = async (command: string, timeout = 300) => {
      settings.command = command
      settings.timeout = timeout
      return await run(first, { pages: 'all' })
    }
    const missing = await failing('no-such-program {image} {output}')
    t.match(missing, { error: /no-such-program is not installed.*\[ocr\] command/ })
    t.match(await failing(aProgram('echo "no language xyz" >&2; exit 1')), { error: /no language xyz/ })
    t.match(await failing(aProgram('exit 0')), { error: /has written no .*\.xml/ })
    t.match(await failing(aProgram('echo "<html/>" > "$2.xml"')), { error: /is not alto/ })
    t.match(await failing(aProgram('exec sleep 60'), 1), {
      error: /took longer than 1 s \(\[ocr\] timeout\)/,
    })
    t.equal(await textOf(first), 'Gedreht', 'the text stays as it was')
  },
)

t.test('a page that cannot be read keeps no other from being read', async t => {
  settings.timeout = 300
  settings.command = aProgram(
    `n=$(cat ${folder}/n 2>/dev/null || echo 0); echo $((n+1)) > ${folder}/n; [ $n -eq 1 ] && exit 3; cat > "$2.xml" <<'X'\n${alto('Weiter')}\nX`,
  )
  const job = await run(ids.volume1, { pages: 'all' })
  t.match(job, { state: 'done', result: { read: pages.length - 1 } })
  t.equal(job.result.failed.length, 1)
})

const hasTesseract = (() => {
  try {
    execFileSync('tesseract', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()
t.test(
  'Tesseract reads a page, and its words are found in it',
  { skip: hasTesseract ? false : 'Tesseract is not installed' },
  async t => {
    settings.command = usual
    const before = readAlto((await app.read(`/api/v1/pages/${pages[3]}/alto`)).body as string)
    t.equal(before.text, 'Weiter')
    const job = await run(pages[3] as number, { pages: 'all', languages: 'eng' })
    t.match(job, { state: 'done', result: { read: 1 } })
    const found = readAlto((await app.read(`/api/v1/pages/${pages[3]}/alto`)).body as string)
    t.ok(found.wordCount > 30, `${found.wordCount} words`)
    t.match(found.engine, /tesseract/i)
  },
)

t.test('who orders has the right on each page that is read, when it is read', async t => {
  settings.command = writes('Befugt')
  const { uuid } = await aUser(app, { login: 'reader', topics: ['CATALOGUING'] })
  const ask = await aSession(app, 'reader')
  const deny = { subject: 'user', user: uuid, right: 'edit', effect: 'deny' }
  const rights = (id: number, entries: object[]) =>
    app.call('PUT', `/api/v1/tree/${id}/rights`, { entries }, { 'if-match': '*' })
  const ordered = async () =>
    (await ask('POST', `/api/v1/tree/${ids.volume1}/recognition`, { pages: 'all', only: [first, second] }))
      .body
  t.match(await ordered(), { pages: 2 })
  await rights(second, [deny])
  await app.drain()
  t.match((await app.call('GET', '/api/v1/jobs?kind=texts.recognise&limit=1')).body.items[0], {
    state: 'done',
    result: { read: 1, refused: 1, failed: [] },
  })
  const wordsOf = async (id: number) =>
    (await app.read(`/api/v1/pages/${id}/texts`)).body.items.map((each: { hashsum?: string }) => each)
  t.equal(await textOf(first), 'Befugt')
  t.notMatch(JSON.stringify(await wordsOf(second)), 'Befugt')
  t.match(await ordered(), { pages: 1 }, 'counted are those that may be read')
  await app.call('PATCH', `/api/v1/users/${uuid}`, { isActive: false }, { 'if-match': '*' })
  await app.drain()
  t.match((await app.call('GET', '/api/v1/jobs?kind=texts.recognise&limit=1')).body.items[0], {
    state: 'failed',
    error: /no longer active/,
  })
  await rights(second, [])
})

t.test('a page is read without the watermark of its domain, where it is kept so', atLength, async t => {
  const watermark = { text: 'Firefolio', opacity: 1, scale: 0.9, position: 'centre', byRight: true }
  await app.call('POST', '/api/v1/domains', { name: 'marked', caption: 'Marked', watermark })
  const white = { width: 900, height: 600, channels: 3, background: '#fff' } as const
  const page = await aServedPage(app, sharp({ create: white }), { domain: 'marked' })
  const seen = join(folder, 'seen.png')
  settings.command = aProgram(`cp "$1" ${seen}\ncat > "$2.xml" <<'X'\n${alto('Rein')}\nX`)
  const { titleId } = (await app.read(`/api/v1/pages/${page}`)).body as { titleId: number }
  t.match(await run(titleId, { pages: 'all' }), { state: 'done', result: { read: 1 } })
  const darkest = async (picture: string | Buffer) => (await sharp(picture).stats()).channels[0]?.min ?? 0
  t.ok((await darkest((await app.read(`/iiif/image/3/${page}/full/max/0/default.jpg`)).raw)) < 150)
  t.ok((await darkest(seen)) > 240)
})
