// Page images side by side with nginx (static files), iipimage-server and sharp used naively: CPU per request of the server processes,
// over the same tiles, in interleaved rounds. `npm run bench images` runs this part alone.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../src/firebird/server/private-server.ts'
import { buildPack } from '../../src/imaging/pack/build.ts'
import { plainRecipe } from '../../test/support/images.ts'
import { median, report } from '../measure.ts'
import {
  cpuPerRequest,
  endAll,
  fetchOnce,
  load,
  pause,
  percentile,
  residentBytes,
  shuffled,
  waitFor,
} from './load.ts'
import { height, type Ours, scan, startOurs, tilePaths, width } from './ours.ts'

const say = (sentence: string): void => void process.stdout.write(`      ${sentence}\n`)
const has = (tool: string): boolean => !spawnSync(tool, ['-v']).error
const iipsrv = '/usr/lib/iipimage-server/iipsrv.fcgi'
const pages = 5

/** nginx over files, and before iipsrv. */
function nginx(folder: string, port: number, fastcgiPort: number): ChildProcess {
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off; ${process.getuid?.() === 0 ? 'user root; ' : ''}worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events { worker_connections 256; }
http { access_log off; types { image/jpeg jpg; application/json json; } keepalive_requests 1000000; sendfile on;
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${port}; root ${folder}/static;
    location /iip { fastcgi_pass 127.0.0.1:${fastcgiPort}; fastcgi_param QUERY_STRING $query_string; fastcgi_param REQUEST_METHOD GET; fastcgi_param SERVER_PROTOCOL HTTP/1.1; fastcgi_param REQUEST_URI $request_uri; fastcgi_param HTTP_HOST $host; } } }`,
  )
  return spawn('nginx', ['-p', folder, '-c', file, '-e', `${folder}/nginx.log`], { stdio: 'inherit' })
}

export async function benchImages(): Promise<void> {
  if (!has('nginx'))
    return say(
      'images: nginx is not installed (apt-get install nginx-light iipimage-server libvips-tools); left out.',
    )
  const folder = mkdtempSync(join(tmpdir(), 'firefolio-bench-images-'))
  const children: ChildProcess[] = []
  try {
    const masters = Array.from({ length: pages }, (_, at) => join(folder, `m${at}.tif`))
    for (const [at, master] of masters.entries()) await scan(master, at)
    const ours = await startOurs(folder, masters, children)
    await benchServing(folder, ours, masters, children)
    await benchIngest(folder, masters)
  } finally {
    await endAll(children)
    rmSync(folder, { recursive: true, force: true })
  }
}

async function benchServing(
  folder: string,
  ours: Ours,
  masters: readonly string[],
  children: ChildProcess[],
): Promise<void> {
  const { base, ids } = ours
  const pid = ours.process.pid as number
  const tiles = ids.flatMap(id => tilePaths().map(path => `${base}/iiif/image/3/${id}/${path}`))
  // the same bytes as files
  mkdirSync(join(folder, 'static'))
  const port = await freePort()
  const keep = async (url: string, name: string): Promise<string> => {
    writeFileSync(join(folder, 'static', name), Buffer.from(await (await fetch(url)).arrayBuffer()))
    return `http://127.0.0.1:${port}/${name}`
  }
  const files: string[] = []
  for (const [at, url] of tiles.entries()) files.push(await keep(url, `${at}.jpg`))
  const stored = (size: number) => ids.map(id => `${base}/iiif/image/3/${id}/full/${size},/0/default.jpg`)
  const storedFiles = new Map<number, string[]>()
  for (const size of [600, 1000]) {
    const list: string[] = []
    for (const [at, url] of stored(size).entries()) list.push(await keep(url, `w${size}-${at}.jpg`))
    storedFiles.set(size, list)
  }
  const infos = ids.map(id => `${base}/iiif/image/3/${id}/info.json`)
  const infoFiles: string[] = []
  for (const [at, url] of infos.entries()) infoFiles.push(await keep(url, `i${at}.json`))
  const fastcgiPort = await freePort()
  const server = nginx(folder, port, fastcgiPort)
  children.push(server)
  await waitFor(infoFiles[0] as string)
  const fileServer = server.pid as number

  const static4 = { pid: fileServer, requests: 3000 }
  const own = { pid, requests: 3000 }
  const tile = await cpuPerRequest({ ours: { ...own, urls: tiles }, files: { ...static4, urls: files } })
  report('tiles over all levels: CPU against nginx with the same files', tile.ours / tile.files, {
    atMost: 6,
  })
  say(`(${tile.ours.toFixed(0)} and ${tile.files.toFixed(0)} µs a tile)`)
  for (const size of [600, 1000]) {
    const found = await cpuPerRequest({
      ours: { ...own, requests: 1500, urls: stored(size) },
      files: { ...static4, requests: 1500, urls: storedFiles.get(size) ?? [] },
    })
    report(`stored ${size} px: CPU against nginx with the same files`, found.ours / found.files, {
      atMost: 6,
    })
  }
  const etag = (await fetch(infos[0] as string)).headers.get('etag') ?? ''
  const info = await cpuPerRequest({
    ours: { ...own, urls: infos },
    files: { ...static4, urls: infoFiles },
    unchanged: {
      ...own,
      urls: [infos[0] as string],
      headers: { 'if-none-match': etag, accept: '*/*' },
      expected: 304,
    },
  })
  report('info.json: CPU against nginx with the same files', info.ours / info.files, { atMost: 4 })
  const tileEtag = (await fetch(tiles[0] as string)).headers.get('etag') ?? ''
  const fresh = await cpuPerRequest({
    unchanged: { ...own, urls: [tiles[0] as string], headers: { 'if-none-match': tileEtag }, expected: 304 },
    info: { ...own, urls: infos },
  })
  report('a tile that the client has (304): CPU against info.json', fresh.unchanged / fresh.info, {
    atMost: 1,
  })
  await benchIip(folder, port, fastcgiPort, tile.ours, children)
  await benchNaive(masters, tile.ours, children)
  await benchUnderRenders(base, ids, tiles)
  const idle = residentBytes(pid)
  await load(shuffled(tiles, 100_000))
  report(
    'memory after 100,000 tiles over that before',
    (residentBytes(pid) - idle) / 1024 / 1024,
    { atMost: 60 },
    'MB',
  )
}

async function benchIip(
  folder: string,
  port: number,
  fastcgiPort: number,
  ourMicros: number,
  children: ChildProcess[],
): Promise<void> {
  if (spawnSync('test', ['-x', iipsrv]).status !== 0)
    return say('iipimage-server is not installed; left out.')
  const packs = join(folder, 'var/packs')
  const names = readdirSync(packs, { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.tif'),
  )
  const child = spawn(iipsrv, ['--bind', `127.0.0.1:${fastcgiPort}`], {
    env: {
      ...process.env,
      FILESYSTEM_PREFIX: `${packs}/`,
      MAX_IMAGE_CACHE_SIZE: '0',
      VERBOSITY: '0',
      LOGFILE: '/dev/null',
      JPEG_QUALITY: '85',
      ALLOW_UPSCALING: '0',
    },
    stdio: 'ignore',
  })
  children.push(child)
  const urls = names.flatMap(name =>
    tilePaths().map(path => `http://127.0.0.1:${port}/iip?IIIF=${name}/${path}`),
  )
  await waitFor(urls[0] as string)
  const { iip } = await cpuPerRequest({ iip: { pid: child.pid as number, requests: 150, urls } })
  report('iipimage-server over the same tiles: CPU against ours', iip / ourMicros, { atLeast: 20 })
}

async function benchNaive(
  masters: readonly string[],
  ourMicros: number,
  children: ChildProcess[],
): Promise<void> {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./naive-sharp.js', import.meta.url)), String(port), ...masters],
    {
      stdio: 'inherit',
    },
  )
  children.push(child)
  const urls = masters.flatMap((_, at) => tilePaths().map(path => `http://127.0.0.1:${port}/${at}/${path}`))
  await waitFor(urls[0] as string)
  const { naive } = await cpuPerRequest({ naive: { pid: child.pid as number, requests: 24, urls } })
  say(`(sharp used naively on the TIFF masters: ${(naive / ourMicros).toFixed(0)} × our CPU a tile)`)
}

/** Tiles while twelve clients want large renderings that nobody has asked for yet. */
async function benchUnderRenders(
  base: string,
  ids: readonly number[],
  tiles: readonly string[],
): Promise<void> {
  const some = shuffled(tiles, 1500)
  const one = async (urls: readonly string[]) => {
    const times: number[] = []
    for (const url of urls) times.push((await fetchOnce(url)).ms)
    return times
  }
  const idle = percentile(await one(some), 0.99)
  let running = true
  let wide = 1300
  const heavy = Array.from({ length: 12 }, async (_, at) => {
    while (running) {
      wide += 1
      const url = `${base}/iiif/image/3/${ids[at % ids.length]}/full/${wide},/0/default.jpg`
      await fetch(url).then(answer => answer.arrayBuffer())
    }
  })
  await pause(500)
  const busy = percentile(await one(some), 0.99)
  running = false
  await Promise.all(heavy)
  report('tile p99 under twelve heavy renderings against idle', busy / idle, { atMost: 10 })
  say(`(${idle.toFixed(1)} ms and ${busy.toFixed(1)} ms)`)
}

async function benchIngest(folder: string, masters: readonly string[]): Promise<void> {
  if (!has('vips')) return say('libvips-tools is not installed; ingest is not compared.')
  const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] }
  let bytes = 0
  let elapsed = 0
  for (let round = -1; round < 5; round++) {
    const started = process.cpuUsage()
    const clock = performance.now()
    for (const [at, master] of masters.entries()) {
      const built = await buildPack({
        source: master,
        target: join(folder, `o${at}.tif`),
        page: 0,
        maxPixels: 1e9,
        recipe: { ...plainRecipe, master: String(at) },
      })
      bytes = built.bytes
    }
    elapsed = performance.now() - clock
    const { user, system } = process.cpuUsage(started)
    const script = masters
      .map(
        master =>
          `vips tiffsave ${master} ${folder}/v.tif --compression jpeg --Q 85 --tile --pyramid --tile-width 512 --tile-height 512`,
      )
      .join(' && ')
    const { stderr } = spawnSync('bash', ['-c', `TIMEFORMAT='%U %S'; time ( ${script} )`], {
      encoding: 'utf8',
      env: { ...process.env, VIPS_CONCURRENCY: '1' },
    })
    const [theirUser = 0, theirSystem = 0] = (/([\d.]+) ([\d.]+)\s*$/.exec(stderr) ?? []).slice(1).map(Number)
    if (round < 0) continue
    times.ours.push((user + system) / 1e6)
    times.theirs.push(theirUser + theirSystem)
  }
  report(
    'ingest with edge tiles and stored widths: CPU against `vips tiffsave` of a pyramid',
    median(times.ours) / median(times.theirs),
    { atMost: 2.2 },
  )
  say(
    `(${(masters.length / (elapsed / 60_000)).toFixed(0)} pages a minute in one process, ${(bytes / 1e6).toFixed(1)} MB a page of ${width} × ${height})`,
  )
}
