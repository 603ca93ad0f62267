// Judges a master of the corpus and makes a pack of it: its size and colours are those of what was put in, or it is refused by name.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Test } from 'tap'
import { buildPack } from '../../../src/imaging/pack/build.ts'
import { probe } from '../../../src/imaging/probe.ts'
import { decodedSource } from '../../../src/imaging/source.ts'
import { plainRecipe } from '../../support/images.ts'
import { height, type Master, places, width } from './masters.ts'

const limits = { maxPixels: 50_000_000, codecMemory: 1024 }
/** Of 255, at any place: JPEG of the pack, and rounding */
const farthest = 6

export async function checkMaster(t: Test, folder: string, { name, bytes, right }: Master): Promise<void> {
  const path = join(folder, 'master')
  const target = join(folder, 'pack.tif')
  writeFileSync(path, bytes)
  const verdict = await probe(path, limits)
  if ('code' in right) {
    const said = verdict.ok ? 'accepted' : `${verdict.code}: ${verdict.sentence}`
    t.ok(
      !verdict.ok && verdict.code === right.code && right.sentence.test(verdict.sentence),
      `${name}: ${said}`,
    )
    return
  }
  if (!verdict.ok) return void t.fail(`${name}: ${verdict.sentence}`)
  const scans = [verdict.scan, ...verdict.further]
  t.equal(scans.length, right.pages.length, `${name}: pages`)
  if (right.notes)
    t.same(
      verdict.scan.notes.map(note => note.code),
      right.notes,
      `${name}: notes`,
    )
  for (const [at, expected] of right.pages.entries()) {
    const scan = scans[at]
    if (!scan) continue
    const size = expected.size ?? [width, height]
    t.same([scan.width, scan.height], size, `${name}: size`)
    const source = await decodedSource(path, scan.page, `${path}.decoded`, limits)
    await buildPack({
      source: source.path,
      page: source.page,
      target,
      recipe: plainRecipe,
      maxPixels: limits.maxPixels,
    })
    const { data, info } = await sharp(target, { page: 0 })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    let worst = 0
    for (const [x, y] of expected.size ? [[10, 10] as const] : places)
      for (const channel of [0, 1, 2] as const) {
        // a patch of nine pixels: the grain of a compressed one is no colour
        let [seen, meant] = [0, 0]
        for (let n = 0; n < 9; n++) {
          const [px, py] = [x + (n % 3) - 1, y + Math.floor(n / 3) - 1]
          seen += data[
            (py * info.width + px) * info.channels + Math.min(channel, info.channels - 1)
          ] as number
          meant += expected.picture(px, py)[channel] * 255
        }
        worst = Math.max(worst, Math.abs(seen - meant) / 9)
      }
    t.ok(worst <= farthest, `${name}: ${worst.toFixed(1)} of 255 off`)
  }
}
