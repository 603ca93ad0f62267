// A large delivery that nobody watches: records and scans, one of a hundred broken, each in one of twenty ways. What is good is in, what is bad is
// reported by its reason, and killed ten times and begun again it ends as one run does.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { contents, runCli } from '../support/crashes.ts'
import { findings } from '../support/findings.ts'
import { aDomain, modsOf, type TestApp } from '../support/start.ts'

/** A thousand take six minutes; FIREFOLIO_CASES=10000 is a night's delivery */
const records = Number(process.env['FIREFOLIO_CASES'] ?? 1000)
const scans = records / 10
const scansOfTitle = 10
const kills = 10

/** Bad records by what is told of them. */
const badRecords: readonly (readonly [(mods: string) => string | Buffer, RegExp])[] = [
  [mods => mods.slice(0, mods.length >> 1), /unclosed tag/],
  [() => '', /was not taken: empty/],
  [
    mods =>
      Buffer.concat([Buffer.from(mods.slice(0, -9)), Buffer.from([0xe4, 0xf6]), Buffer.from('</mods>')]),
    /is not in UTF-8/,
  ],
  [mods => mods.replaceAll(/<titleInfo>.*<\/titleInfo>/g, ''), /has no titleInfo/],
  [
    mods => mods.replace(/<recordInfo>.*<\/recordInfo>/s, ''),
    /neither a VLS id, a recordIdentifier nor a URN/,
  ],
  [
    mods =>
      mods.replace('<mods ', '<!DOCTYPE mods [<!ENTITY a "b">]><mods ').replace('<title>', '<title>&a;'),
    /document type declarations are not accepted/,
  ],
  [mods => mods.replace('<title>', '<title>&#1;'), /malformed character entity/],
  [mods => mods.replace('<title>', '<title>&nbsp;'), /undefined entity/],
  [mods => mods.replace('</titleInfo>', '</titelInfo>'), /unexpected close tag/],
  [mods => mods.replace(' version="3.8"', ' version="3.8" version="3.7"'), /duplicate attribute: version/],
]

/** Bad scans by what is told of them. */
const badScans: readonly (readonly [(tiff: Buffer) => Buffer, RegExp])[] = [
  [tiff => tiff.subarray(0, tiff.length >> 1), /TIFF is truncated or damaged/],
  [() => Buffer.alloc(0), /file is empty/],
  [() => Buffer.from('no image at all'), /is a text/],
  [() => Buffer.alloc(4096), /of an unknown kind/],
  [tiff => Buffer.concat([Buffer.from('<html>'), tiff]), /is an HTML page/],
  [() => Buffer.from('%PDF-1.4\n'), /PDF cannot be decoded/],
  [() => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), /head of the file is truncated/],
  [() => Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), /head of the file is truncated/],
  [
    tiff => Buffer.concat([tiff.subarray(0, 4), Buffer.from([0xff, 0xff, 0xff, 0x7f]), tiff.subarray(8)]),
    /TIFF is damaged: it ends too early/,
  ],
  [() => Buffer.from('GIF89a'), /is a GIF image/],
]

interface Expected {
  readonly outcome: 'partial' | 'failed'
  readonly reason: RegExp
}

/** Writes the delivery. @returns what is to become of each of its files and folders that is broken */
async function deliver(folder: string): Promise<Map<string, Expected>> {
  const bad = new Map<string, Expected>()
  for (let n = 0; n < records; n++) {
    const way = n % 100 === 99 ? badRecords[((n - 99) / 100) % badRecords.length] : undefined
    const mods = modsOf(`record-${n}`, `Record number ${n}`)
    const name = `${n}.mods`
    writeFileSync(join(folder, name), way ? way[0](mods) : mods)
    if (way) bad.set(name, { outcome: 'failed', reason: way[1] })
  }
  for (let n = 0; n < scans / scansOfTitle; n++) {
    const name = `scans-${n}`
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'record.xml'), modsOf(name, `Scanned title ${n}`))
    for (let page = 1; page <= scansOfTitle; page++) {
      const grey = (n * scansOfTitle + page) % 256
      const tiff =
        await sharp({ create: { width: 60 + (n % 50), height: 80, channels: 3, background: { r: grey, g: n % 256, b: page } } }) // prettier-ignore
          .tiff()
          .toBuffer()
      const way = n % 10 === 9 && page === 5 ? badScans[((n - 9) / 10) % badScans.length] : undefined
      writeFileSync(join(folder, name, `${page}.tif`), way ? way[0](tiff) : tiff)
      if (way) bad.set(`${name}/record.xml`, { outcome: 'partial', reason: way[1] })
    }
  }
  return bad
}

interface Told {
  readonly source: string | null
  readonly outcome: string
  readonly messages: readonly { readonly level: string; readonly sentence: string; readonly place: string }[]
}

/** What is told of each file and folder, by its name; what an import leaves out it lists at the end, by the place. */
function toldIn(out: string): Map<string, Told> {
  const lines = out.split('\n').filter(line => line.startsWith('{'))
  return new Map(
    lines.flatMap(line => {
      const told = JSON.parse(line) as Told
      if (told.source !== null) return [[told.source, told]]
      return told.messages.map(message => [
        message.place,
        { ...told, outcome: 'failed', messages: [message] },
      ])
    }),
  )
}

export async function unattended(
  app: TestApp,
  promise: (sentence: string, holds: boolean, figure: unknown) => void,
): Promise<void> {
  const folder = join(app.folder, 'unattended')
  mkdirSync(folder)
  const bad = await deliver(folder)
  for (const name of ['clean', 'killed']) await aDomain(app, name)
  const run = (domain: string, environment: Record<string, string> = {}) =>
    runCli(app.services, ['import', folder, '-d', domain, '--json'], environment)
  const began = Date.now()
  const clean = await run('clean')
  const seconds = (Date.now() - began) / 1000
  const told = toldIn(clean.out)
  const wrong = [...told].filter(
    ([source, { outcome }]) => outcome !== (bad.get(source)?.outcome ?? 'created'),
  )
  promise(
    `of ${records} records and ${scans} scans every good one is in, in one run`,
    wrong.length === 0 && told.size === records + scans / scansOfTitle,
    { told: told.size, bad: bad.size, seconds: Math.round(seconds), wrong: wrong.slice(0, 5) },
  )
  const unexplained = [...bad].filter(
    ([source, { reason }]) => !told.get(source)?.messages.some(({ sentence }) => reason.test(sentence)),
  )
  promise('every bad one is reported by its reason', unexplained.length === 0, {
    reasons: new Set([...bad.values()].map(({ reason }) => reason)).size,
    unexplained: unexplained.slice(0, 5),
  })
  let killed = 0
  for (let attempt = 1; attempt <= kills; attempt++) {
    // each dies a little further on than the one before
    const afterMs = 1500 + Math.round((attempt / kills) * seconds * 1000 * Math.random())
    if ((await run('killed', { CRASH_AFTER_MS: String(afterMs) })).signal === 'SIGKILL') killed++
  }
  await run('killed')
  const [one, other] = [await contents(app.services, 'clean'), await contents(app.services, 'killed')]
  promise(
    'killed ten times and begun again it ends as one run does',
    other.length > records * 0.9 && one.join() === other.join(),
    {
      killed,
      rows: other.length,
    },
  )
  const found = await findings(app.services)
  promise('the repository is consistent', found.length === 0, found.slice(0, 5))
}
