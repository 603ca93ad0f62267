// What goes wrong with files that are written on the way from a master to its pack is no verdict on the master.
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs' // prettier-ignore
import { join } from 'node:path'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { Refusal } from '../../src/errors.ts'
import { buildPack } from '../../src/imaging/pack/build.ts'
import { faultOf, foundTwice, OwnFault, tryRoom } from '../../src/imaging/own-files.ts'
import type { Recipe } from '../../src/imaging/pack/recipe.ts'
import { probe } from '../../src/imaging/probe.ts'
import { aFolder, aScan, plainRecipe } from '../support/images.ts'

const folder = aFolder(t)
const master = join(folder, 'master.tif')
const cut = join(folder, 'cut.tif')
t.before(async () => {
  await aScan(300, 200).tiff({ compression: 'lzw' }).toFile(master)
  writeFileSync(cut, readFileSync(master))
  truncateSync(cut, 30_000)
})

/** As a write that the system refused and libvips passed over: the head of a TIFF is the last that is written. */
const withoutHead = (path: string): void => {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(8), 0, 8, 0)
  closeSync(file)
}
const withoutEnd = (path: string): void => truncateSync(path, 5000)

/** Lets something happen to each file of that name when sharp has written it. */
function harming(
  t: { teardown(work: () => void): void },
  ending: string,
  harm: (path: string) => void,
): void {
  const { prototype } = sharp as unknown as { prototype: { toFile(path: string): Promise<unknown> } }
  const original = Object.getOwnPropertyDescriptor(prototype, 'toFile') as PropertyDescriptor
  const toFile = original.value as (path: string) => Promise<unknown>
  prototype.toFile = async function (path) {
    const info = await toFile.call(this, path)
    if (path.endsWith(ending)) harm(path)
    return info
  }
  t.teardown(() => Object.defineProperty(prototype, 'toFile', original))
}

const edited: Partial<Recipe> = { rotation: 90, crop: { x: 0, y: 0, width: 290, height: 200 } }
const marked: Partial<Recipe> = {
  watermark: {
    text: 'Firefolio',
    picture: undefined,
    digest: undefined,
    position: 'centre',
    opacity: 0.5,
    scale: 0.3,
  },
}
const build = (source: string, recipe: Partial<Recipe>) =>
  buildPack({
    source,
    page: 0,
    target: join(folder, 'pack'),
    recipe: { ...plainRecipe, widths: [128], ...recipe },
    maxPixels: 1e9,
  })

t.test('a file of ours that is torn is a fault of ours, whichever it is; nothing of it stays', async t => {
  for (const [ending, recipe] of [
    ['upright.tif', edited],
    ['cropped.tif', edited],
    ['turned.tif', edited],
    ['plain.tif', marked],
    ['marked.tif', marked],
    ['pack', {}],
  ] as const)
    for (const harm of ending === 'cropped.tif' ? [withoutHead, withoutEnd] : [withoutHead])
      await t.test(`${ending} ${harm.name}`, async t => {
        harming(t, ending, harm)
        const error = await build(master, recipe).then(
          () => undefined,
          (error: unknown) => error,
        )
        t.ok(error instanceof OwnFault, String(error))
        t.ok(faultOf(error), 'it is told as a fault, not as a verdict')
        t.same(readdirSync(folder).filter(name => name.startsWith('pack')), []) // prettier-ignore
      })
})

t.test('what the disk says while the master is read is its own; what the master lacks is found in it alone', async t => {
  for (const recipe of [{}, edited, marked]) {
    harming(t, '', () => {
      throw new Error('wbuffer_write: failed')
    })
    const fault: unknown = await build(master, recipe).catch((error: unknown) => error)
    t.ok(fault instanceof OwnFault, String(fault))
    const error: unknown = await build(cut, recipe).catch((error: unknown) => error)
    t.ok(error instanceof Error && !(error instanceof OwnFault) && !faultOf(error), String(error))
  }
}) // prettier-ignore

t.test('a crop that the master does not have is told as that', async t => {
  const crop = { x: 0, y: 0, width: 400, height: 200 }
  await t.rejects(build(master, { crop }), { message: /300 × 200 pixels does not have all/ })
})

t.test('a master is refused when it was found twice, and the disk has taken what was tried', async t => {
  const detour = {
    master,
    beside: join(folder, 'page'),
    bytes: async () => 1000,
    isCertain: (refusal: Refusal) => refusal.message === 'Too large.',
  }
  let asked = 0
  const says = (sentence: string, times: number) => async () => {
    if (++asked <= times) throw new Refusal('not-processable', sentence)
    return 'decoded'
  }
  t.equal(await foundTwice(detour, says('Damaged.', 1)), 'decoded')
  asked = 0
  await t.rejects(foundTwice(detour, says('Damaged.', 9)), { message: 'Damaged.' })
  t.equal(asked, 2)
  asked = 0
  await t.rejects(foundTwice(detour, says('Too large.', 9)), { message: 'Too large.' })
  t.equal(asked, 1)
  const full = { ...detour, bytes: async () => Number.MAX_SAFE_INTEGER }
  await t.rejects(foundTwice(full, says('Damaged.', 9)), { code: 'ENOSPC' })
  const away = { ...detour, beside: join(folder, 'not-there', 'page') }
  await t.rejects(foundTwice(away, says('Damaged.', 9)), { code: 'ENOENT' })
  const lost = { ...detour, master: join(folder, 'not-there') }
  await t.rejects(foundTwice(lost, says('Damaged.', 9)), { code: 'ENOENT' })
  await tryRoom(detour.beside, 1000)
  t.notOk(readdirSync(folder).some(name => name.endsWith('.trial')))
})

t.test('a decoder that had no room once, and says nothing of it, refuses no master', async t => {
  const programs = join(folder, 'programs')
  mkdirSync(programs)
  const decoded = join(folder, 'decoded.tif')
  await aScan(16, 16, 1).tiff({ compression: 'none' }).toFile(decoded)
  const decoder = join(programs, 'opj_decompress')
  // -i master -o target; the first time half of the file is there
  writeFileSync(
    decoder,
    `#!/bin/sh
[ "$1" = -h ] && exit 0
if [ -e '${folder}/asked' ]; then cat '${decoded}' > "$4"; else head -c 100 '${decoded}' > "$4"; fi
echo >> '${folder}/asked'
`,
  )
  chmodSync(decoder, 0o755)
  const path = process.env['PATH']
  process.env['PATH'] = `${programs}:${path}`
  t.teardown(() => (process.env['PATH'] = path))
  // a codestream of 16 × 16 pixels of one sample
  const scan = join(folder, 'scan')
  writeFileSync(
    scan,
    Buffer.from(`ff4fff510029000000000010000000100000000000000000${'00'.repeat(16)}0001070101`, 'hex'),
  )
  t.match(await probe(scan, { maxPixels: 1e6, codecMemory: 64 }), {
    ok: true,
    scan: { width: 16, height: 16 },
  })
  t.equal(readFileSync(join(folder, 'asked'), 'utf8').length, 2, 'it was asked twice')
})
