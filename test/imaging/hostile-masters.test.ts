// Masters that mean harm, or that a dying disk has made: the service lives, and says what it thinks of them.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { isAtLength } from '../support/at-length.ts'
import { Refusal } from '../../src/errors.ts'
import { pdfOfImage } from '../../src/formats/pdf/one-image.ts'
import { Ingest } from '../../src/imaging/ingest.ts'
import { probe } from '../../src/imaging/probe.ts'
import { aFolder, aScan, plainRecipe } from '../support/images.ts'

const folder = aFolder(t)
const limits = { maxPixels: 4_000_000, codecMemory: 1024 }
const master = join(folder, 'master')
const target = join(folder, 'pack.tif')

t.test('mutated masters get a verdict or a pack, and never end the process', async t => {
  const ingest = new Ingest({ processes: 1, timeoutMs: 30_000, memoryMegabytes: 256 })
  t.teardown(() => ingest.close())
  const scan = () => aScan(160, 120)
  const kinds: [string, Buffer][] = [
    ['TIFF', await scan().tiff({ compression: 'none' }).toBuffer()],
    ['TIFF, LZW', await scan().tiff({ compression: 'lzw' }).toBuffer()],
    ['TIFF, ZIP', await scan().tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer()],
    ['TIFF, JPEG', await scan().tiff({ compression: 'jpeg', tile: true }).toBuffer()],
    [
      'TIFF, G4',
      await scan()
        .greyscale()
        .threshold(128)
        .toColourspace('b-w')
        .tiff({ compression: 'ccittfax4', bitdepth: 1 })
        .toBuffer(),
    ],
    ['JPEG', await scan().jpeg().toBuffer()],
    ['JPEG, progressive', await scan().jpeg({ progressive: true }).toBuffer()],
    ['PNG', await scan().png().toBuffer()],
    ['WebP', await scan().webp().toBuffer()],
  ]
  const jpeg = await scan().jpeg().toBuffer()
  // these are read by a process each: fewer of them
  const slow: [string, Buffer][] = [['PDF', pdfOfImage(jpeg, { width: 160, height: 120, isGrey: false })]]
  if (!spawnSync('opj_compress', ['-h']).error) {
    const [png, jp2] = [join(folder, 'page.png'), join(folder, 'page.jp2')]
    await scan().png().toFile(png)
    execFileSync('opj_compress', ['-i', png, '-o', jp2], { stdio: 'ignore' })
    slow.push(['JPEG 2000', readFileSync(jp2)])
  }
  const rounds = Number(process.env['FIREFOLIO_MUTANTS'] ?? (isAtLength ? 500 : 200))
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
    return (seed >> 8) % below
  }
  const outcomes = { accepted: 0, judged: 0, packs: 0, refused: 0 }
  for (let round = 0; round < rounds; round++) {
    const [kind, whole] = (
      round % 20 === 19 ? slow[random(slow.length)] : kinds[round % kinds.length]
    ) as (typeof kinds)[number]
    const mutant = Buffer.from(whole)
    // heads and tails, where sizes and places stand, more than pixels
    for (let n = 0; n <= random(6); n++) {
      const place = [
        random(Math.min(400, mutant.length)),
        mutant.length - 1 - random(300),
        random(mutant.length),
      ]
      mutant[Math.max(0, place[random(3)] as number)] = random(256)
    }
    writeFileSync(master, random(6) === 0 ? mutant.subarray(0, random(mutant.length)) : mutant)
    const verdict = await probe(master, limits)
    if (verdict.ok) outcomes.accepted++
    else outcomes.judged++
    if (!verdict.ok) t.match(verdict.sentence, /\.$/, kind)
    // what the archive took long ago may have been damaged since: ingest believes nothing
    if (round % 4 !== 0) continue
    try {
      const { width, height } = await ingest.build({ master, target, recipe: plainRecipe, limits })
      t.ok(width > 0 && height > 0 && width * height <= limits.maxPixels)
      outcomes.packs++
    } catch (error) {
      t.ok(error instanceof Refusal && error.reason === 'not-processable', `${kind}: ${String(error)}`)
      outcomes.refused++
    }
  }
  t.ok(
    Object.values(outcomes).every(count => count > 0),
    JSON.stringify(outcomes),
  )
})

t.test('a decoder that hangs is ended with the process that waits for it', async t => {
  const programs = join(folder, 'programs')
  mkdirSync(programs)
  const noted = join(folder, 'pid')
  const stuck = join(programs, 'opj_decompress')
  writeFileSync(stuck, `#!/bin/sh\n[ "$1" = -h ] && exit 0\necho $$ > '${noted}'\nexec sleep 600\n`)
  chmodSync(stuck, 0o755)
  const path = process.env['PATH']
  process.env['PATH'] = `${programs}:${path}`
  t.teardown(() => (process.env['PATH'] = path))
  const ingest = new Ingest({ processes: 1, timeoutMs: 4000, memoryMegabytes: 256 })
  t.teardown(() => ingest.close())
  // a codestream of 16 × 16 pixels of one sample
  writeFileSync(
    master,
    Buffer.from(`ff4fff510029000000000010000000100000000000000000${'00'.repeat(16)}0001070101`, 'hex'),
  )
  await t.rejects(ingest.build({ master, target, recipe: plainRecipe, limits }), {
    message: /not decoded within 4 s/,
  })
  t.ok(existsSync(noted), 'it had begun')
  const pid = Number(readFileSync(noted, 'utf8'))
  for (let n = 0; n < 40 && isAlive(pid); n++) await new Promise(resolve => setTimeout(resolve, 50))
  t.notOk(isAlive(pid))
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // one that has ended and that nobody has asked for yet is no process
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
