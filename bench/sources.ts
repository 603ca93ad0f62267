// What comes in and is kept: catalogue records of each source a second, scans a minute, fixity and capsules beside what the system's own programs
// take for the same bytes, and the memory of a batch of ten times the size.
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { checkFixity } from '../src/preservation/fixity/index.ts'
import { makeCapsule } from '../src/preservation/capsules/index.ts'
import { root } from '../src/root.ts'
import type { OpenServices } from '../src/services.ts'
import { aBook, aMab, aPica, iso2709Of } from '../test/corpus/catalogues/records.ts'
import { marcxml } from '../test/corpus/deliveries.ts'
import { sameDatabase } from '../test/support/crashes.ts'
import { modsOf } from '../test/support/start.ts'
import { median, report, time } from './measure.ts'
import { benchServer, servicesOn } from './server.ts'

const run = promisify(execFile)
const say = (sentence: string): void => void process.stdout.write(`      ${sentence}\n`)
const records = Number(process.env['FIREFOLIO_CASES'] ?? 1000)
const pages = 40
const actor = { name: 'bench', application: 'bench' }
const rounds = 3

/** A file, or a folder of files, of so many records. */
const sources: Readonly<Record<string, (folder: string, count: number) => string>> = {
  'MODS, a file each': (folder, count) => {
    for (let n = 0; n < count; n++)
      writeFileSync(join(folder, `${n}.mods`), modsOf(`mods-${n}`, `Title ${n}`))
    return folder
  },
  'MARC 21': written('books.mrc', n => iso2709Of(bookOf(n))),
  MARCXML: (folder, count) => {
    for (let n = 0; n < count; n++)
      writeFileSync(join(folder, `${n}.xml`), marcxml(`marc-${n}`, `Title ${n}`))
    return folder
  },
  MAB2: written('old.mab', n => aMab(`mab-${n}`, `Titel ${n}`)),
  'PICA+': written('cbs.pica', n => aPica(`pica-${n}`, `Titel ${n}`)),
  'a table': (folder, count) => {
    const path = join(folder, 'titles.csv')
    const rows = Array.from({ length: count }, (_, n) => `;csv-${n};Title ${n};Author, An;18${10 + (n % 90)}`)
    writeFileSync(path, `folder;identifier;title;author;date\n${rows.join('\n')}\n`)
    return path
  },
}

/** Without its host, which would be one title more */
const bookOf = (n: number) => aBook(`marc-${n}`, `Title ${n}`).filter(({ tag }) => tag !== '773')

function written(name: string, record: (n: number) => Buffer | string) {
  return (folder: string, count: number): string => {
    const path = join(folder, name)
    writeFileSync(path, Buffer.concat(Array.from({ length: count }, (_, n) => Buffer.from(record(n)))))
    return path
  }
}

/** Imports by the command line. @returns its time, and the most memory that its process had */
async function importing(
  services: OpenServices,
  path: string,
  domain: string,
): Promise<{ ms: number; mib: number; out: string }> {
  const child = spawn(
    process.execPath,
    [join(root, 'dist/src/cli.js'), 'import', path, '-d', domain, '--create-domain'],
    {
      env: { ...process.env, ...sameDatabase(services), FIREFOLIO_LOG_LEVEL: 'silent' },
    },
  )
  let out = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (out += part.toString()))
  let mib = 0
  const look = setInterval(() => {
    try {
      const most = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
      mib = Math.max(mib, Number(most ?? 0) / 1024)
    } catch {
      // it has ended
    }
  }, 50)
  const ms = await time(() => new Promise(resolve => child.on('close', resolve)))
  clearInterval(look)
  if (child.exitCode !== 0) throw new Error(out)
  return { ms, mib, out }
}

async function benchRecords(services: OpenServices, home: string): Promise<void> {
  for (const [at, [name, make]] of Object.entries(sources).entries()) {
    const folder = join(home, `records-${at}`)
    mkdirSync(folder)
    const { ms, out } = await importing(services, make(folder, records), `source${at}`)
    if (!out.includes(`${records.toLocaleString('en')} created`)) say(out.split('\n').slice(-4).join(' '))
    report(`records a second: ${name}`, records / (ms / 1000), { atLeast: 60 }, '/s')
  }
  for (const name of ['MODS, a file each', 'MARC 21', 'a table']) await benchGrowth(services, home, name)
}

/** A batch of ten times the size: what is done for each record must not grow with their number. */
async function benchGrowth(services: OpenServices, home: string, name: string): Promise<void> {
  const imported = async (times: number) => {
    const called = `${name.replaceAll(/\W/g, '').toLowerCase()}${times}`
    const folder = join(home, called)
    mkdirSync(folder)
    const make = sources[name] as (folder: string, count: number) => string
    return await importing(services, make(folder, times * records), called)
  }
  const few = await imported(1)
  const many = await imported(10)
  say(
    `(${name}: most memory of an import of ${records} records ${few.mib.toFixed(0)} MiB, of ${10 * records} ${many.mib.toFixed(0)} MiB)`,
  )
  report(`memory of a batch of ten times the size: ${name}`, many.mib / few.mib, { atMost: 1.25 })
  report(`time of a record in it: ${name}`, many.ms / few.ms / 10, { atMost: 1.1 })
}

async function aBookOfScans(folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true })
  const noise = await sharp({ create: { width: 1600, height: 2200, channels: 3, background: '#eed', noise: { type: 'gaussian', mean: 200, sigma: 12 } } }).raw().toBuffer() // prettier-ignore
  const files: string[] = []
  for (let n = 1; n <= pages; n++) {
    const file = join(folder, `${String(n).padStart(4, '0')}.tif`)
    noise.writeUInt32BE(n, 0)
    await sharp(noise, { raw: { width: 1600, height: 2200, channels: 3 } }).tiff({ compression: 'lzw' }).toFile(file) // prettier-ignore
    files.push(file)
  }
  writeFileSync(join(folder, 'record.xml'), modsOf('scans', 'A book of scans'))
  return files
}

async function benchScans(services: OpenServices, home: string): Promise<void> {
  const folder = join(home, 'scans')
  const files = await aBookOfScans(folder)
  const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6
  say(`(${pages} scans, ${megabytes.toFixed(0)} MB)`)
  // each scan is decoded to its end and read for its checksum; whatever an import does, this much is needed
  const needed = await time(async () => {
    for (const file of files) await sharp(file).stats()
    await run('sha256sum', files)
  })
  const { ms } = await importing(services, folder, 'scans')
  say(`(${((pages / ms) * 60_000).toFixed(0)} scans a minute)`)
  report('import of scans against decoding and hashing them', ms / needed, { atMost: 2.5 })

  const none = async () => {}
  const peer: number[] = []
  const ours: number[] = []
  for (let round = 0; round < rounds; round++) {
    peer.push(await time(() => run('sha256sum', files)))
    ours.push(await time(() => checkFixity(services, { all: true }, none)))
  }
  say(
    `(fixity: ${(megabytes / (median(ours) / 1000)).toFixed(0)} MB/s, sha256sum ${(megabytes / (median(peer) / 1000)).toFixed(0)} MB/s)`,
  )
  report('fixity of all masters against sha256sum', median(ours) / median(peer), { atMost: 2 })

  const title = (await services.db.selectFrom('OPR_Content').select('OC_OT_ID as id').where('OC_SourceIdent', '=', 'scans').executeTakeFirstOrThrow()).id // prettier-ignore
  const capsules: number[] = []
  const copies: number[] = []
  for (let round = 0; round < rounds; round++) {
    const copy = join(home, `copy-${round}`)
    copies.push(
      await time(async () => {
        await run('cp', ['-r', folder, copy])
        await run('sync', [copy])
        // written, and read again to be confirmed
        await run('sha512sum', files)
        await run(
          'sha512sum',
          files.map(file => file.replace(folder, copy)),
        )
      }),
    )
    capsules.push(await time(() => makeCapsule(services, title, { actor, full: true })))
  }
  say(`(capsules: ${((pages / median(capsules)) * 60_000).toFixed(0)} pages a minute)`)
  report('a capsule against copying its masters and reading both for their checksums', median(capsules) / median(copies), { atMost: 2 }) // prettier-ignore
}

export async function benchSources(): Promise<void> {
  const bench = await benchServer()
  const home = mkdtempSync(join(tmpdir(), 'firefolio-bench-sources-'))
  try {
    const { server } = await bench.open('sources')
    const services = await servicesOn(server, join(home, 'var'), {
      FIREFOLIO_FIXITY_BYTESPERSECOND: '0',
      FIREFOLIO_CAPSULES_FOLDER: join(home, 'capsules'),
    })
    try {
      await benchRecords(services, home)
      await benchScans(services, home)
    } finally {
      await services.close()
    }
  } finally {
    await bench.close()
    rmSync(home, { recursive: true, force: true })
  }
}
