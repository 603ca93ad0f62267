// Capsules as objects of OCFL 1.1: each a version, content once, whole or as it was before; held against the rules of the specification.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { placeOf } from '../../src/formats/ocfl/object.ts'
import {
  bagsIn,
  exportObject,
  makeCapsule,
  openRoot,
  readCapsule,
} from '../../src/preservation/capsules/index.ts'
import { runCommand } from '../support/command.ts'
import { runCli } from '../support/crashes.ts'
import { aFolder, aScan, pagesOf, putMaster } from '../support/images.ts'
import { brokenOcflRules, ocflVersion } from '../support/ocfl-rules.ts'
import { aDomain, aTitle, start } from '../support/start.ts'

const home = aFolder(t)
const delivered = join(home, 'capsules')
const options = {
  FIREFOLIO_CAPSULES_FOLDER: delivered,
  FIREFOLIO_CAPSULES_ORGANISATION: 'Bibliothek',
  FIREFOLIO_SERVER_PUBLICURL: 'https://library.example',
}
const app = await start(t, options)
const actor = { name: 'keeper', application: 'test' }
await aDomain(app)
const title = await aTitle(app, { title: 'Œuvres', pages: 2, release: true })
const [page = 0] = await pagesOf(app, title)
const master = (colour: number) =>
  aScan(200 + colour, 150)
    .tiff()
    .toBuffer()
await putMaster(app, page, await master(0))
await makeCapsule(app.services, title, { actor })

const id = `https://library.example/id/${title}`
const read = async () => await Promise.all((await bagsIn(delivered)).map(each => readCapsule(each)))
const change = (comment: string) =>
  app.call('PATCH', `/api/v1/pages/${page}`, { comment }, { 'if-match': '*' })
const export_ = async (root: string, of = title) =>
  await exportObject(await openRoot(root), { id, titleId: of }, await read())
const everyFile = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .sort()
      .map(path => [path.slice(folder.length), readFileSync(path, 'latin1')]),
  )
const root = join(home, 'ocfl')
const object = join(root, placeOf(id))

t.test('a title is an object, a capsule a version; the command says what it did', async t => {
  const command = ['capsule', 'ocfl', root]
  t.match(await runCli(app.services, command, options), { code: 0, out: `${id}: v1, ${placeOf(id)}` })
  t.same(brokenOcflRules(root), { objects: [object], faults: [] })
  const before = everyFile(root)
  t.match(await runCommand(app.services, command), { code: 0, out: `${id}: unchanged, ${placeOf(id)}` })
  t.same(everyFile(root), before, 'the same again changes nothing')
  const files = ocflVersion(object, 'v1')
  t.ok(files.has('rows/OPR_Tree.ndjson') && files.has(`mets/${title}.xml`) && files.has('premis.xml'))
  t.equal([...files.keys()].filter(name => name.startsWith('masters/')).length, 1)
})

t.test('a later version keeps what came before and stores no content twice', async t => {
  await change('anders')
  await makeCapsule(app.services, title, { actor })
  const first = ocflVersion(object, 'v1')
  t.match(await export_(root), { versions: 2, isUnchanged: false })
  t.same(brokenOcflRules(root), { objects: [object], faults: [] })
  t.same(ocflVersion(object, 'v1'), first)
  const second = ocflVersion(object, 'v2')
  const [scan = ''] = [...second.keys()].filter(name => name.startsWith('masters/'))
  t.equal(second.get(scan), first.get(scan), 'the master that the increment does not repeat')
  t.match(second.get('rows/OPR_Page.ndjson'), 'anders')
  t.notOk(Object.keys(everyFile(object)).some(path => path.startsWith('/v2/content/masters/')))
  await putMaster(app, page, await master(1))
  await makeCapsule(app.services, title, { actor, full: true })
  await export_(root)
  t.same(brokenOcflRules(root), { objects: [object], faults: [] })
  const masters = (version: string) =>
    [...ocflVersion(object, version).keys()].filter(name => name.startsWith('masters/'))
  t.ok(masters('v3').length > masters('v2').length, 'a full capsule holds what an undo would need, too')
})

t.test('two at once and a kill between leave one whole object', async t => {
  const twice = join(home, 'twice')
  await openRoot(twice)
  const both = await Promise.allSettled([export_(twice), export_(twice)])
  t.ok(both.some(({ status }) => status === 'fulfilled'))
  for (const each of both)
    if (each.status === 'rejected') t.match(each.reason, { message: /another run has written its object/ })
  t.same(brokenOcflRules(twice).faults, [])
  rmSync(join(twice, placeOf(id)), { recursive: true })
  mkdirSync(join(twice, 'extensions/firefolio-deposit/killed/object/v1'), { recursive: true })
  t.match(await export_(twice), { isUnchanged: false }, 'what a kill took is written again')
  rmSync(join(twice, 'extensions/firefolio-deposit'), { recursive: true })
  t.same(brokenOcflRules(twice).faults, [])
})

t.test('what cannot be exported is refused by name, and nothing is changed', async t => {
  const before = everyFile(root)
  const [first, ...later] = await read()
  const place = await openRoot(root)
  const refused = (capsules: readonly NonNullable<typeof first>[]) =>
    exportObject(place, { id, titleId: title }, capsules)
  await t.rejects(refused(later), { message: `Title ${title}: capsule 1 is missing` })
  if (first) {
    await t.rejects(refused([first, first]), { message: `Title ${title}: capsule 1 is there twice` })
    await t.rejects(refused([first]), { message: /the object has 3 versions, and there are 1 capsules/ })
  }
  t.same(everyFile(root), before)
  const { config } = app.services
  const nameless = { ...app.services, config: { ...config, server: { ...config.server, publicUrl: '' } } }
  const unnamed = await runCommand(nameless, ['capsule', 'ocfl', join(home, 'none')])
  t.match(unnamed, { code: 1, out: /set \[server\] publicUrl first/ })
  await t.rejects(openRoot(delivered), { message: /is not empty and no storage root of OCFL 1\.1/ })
  const other = join(home, 'other')
  await openRoot(other)
  writeFileSync(join(other, 'extensions/0004-hashed-n-tuple-storage-layout/config.json'), '{}')
  await t.rejects(openRoot(other), { message: /is not laid out by 0004-hashed-n-tuple-storage-layout/ })
  const damaged = join(home, 'damaged')
  cpSync(delivered, damaged, { recursive: true })
  const [bag = ''] = await bagsIn(damaged)
  writeFileSync(join(bag, 'data/premis.xml'), '<premis/>')
  const run = await runCommand(app.services, ['capsule', 'ocfl', join(home, 'none'), damaged])
  t.match(run, { code: 1, out: /The capsule title-.* is damaged: .*premis\.xml/ })
  t.match(run.out, `Title ${title}: capsule 1 is missing`)
})

t.test('places follow the registered layout', async t => {
  // the example of extension 0004 for its default values, without its scheme
  t.equal(
    placeOf('object-01'),
    '3c0/ff4/240/3c0ff4240c1e116dba14c7627f2319b58aa3d77606d0d90dfc6161608ac987d4',
  )
})
