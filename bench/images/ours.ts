// The service as it is run, with pages of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { freePort } from '../../src/firebird/server/private-server.ts'
import { withSvg } from '../../src/imaging/sharp.ts'
import { root } from '../../src/root.ts'
import { pause, waitFor } from './load.ts'

/** Of each page, in pixels */
export const width = 2500
export const height = 3500

/** A page: paper, grain, lines of letters. */
export async function scan(path: string, seed: number): Promise<void> {
  const paper = sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#e8dfc8',
      noise: { type: 'gaussian', mean: 214 + seed, sigma: 9 },
    },
  })
  const lines = Array.from({ length: 46 }, (_, at) => {
    const letters = Array.from({ length: 60 }, (_each, n) => {
      const x = 240 + n * 34
      const tall = 20 + ((n * 7 + at * 13 + seed) % 5) * 5
      return `<rect x="${x}" y="${300 + at * 62 - tall}" width="${8 + ((n * 5 + at) % 4) * 4}" height="${tall}"/>`
    })
    return letters.join('')
  }).join('')
  const ink = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" fill="#2a211b">${lines}</svg>`,
  )
  await withSvg(() =>
    paper
      .composite([{ input: ink }])
      .removeAlpha()
      .tiff({ compression: 'none' })
      .toFile(path),
  )
}

/** Region and size of every tile of every level. */
export function tilePaths(): string[] {
  const paths: string[] = []
  for (let factor = 1; ; factor *= 2) {
    for (let y = 0; y < height; y += 512 * factor)
      for (let x = 0; x < width; x += 512 * factor) {
        const [w, h] = [Math.min(512 * factor, width - x), Math.min(512 * factor, height - y)]
        paths.push(`${x},${y},${w},${h}/${Math.ceil(w / factor)},${Math.ceil(h / factor)}/0/default.jpg`)
      }
    if (Math.max(width, height) / factor <= 512) return paths
  }
}

const key = 'bench-key'
export interface Ours {
  readonly process: ChildProcess
  readonly base: string
  readonly ids: readonly number[]
}

/** The service as it is run, with pages whose packs are made. */
export async function startOurs(
  folder: string,
  masters: readonly string[],
  children: ChildProcess[],
  environment: Record<string, string> = {},
): Promise<Ours> {
  const port = await freePort()
  const child = spawn(process.execPath, [join(root, 'dist/src/main.js')], {
    env: {
      ...process.env,
      FIREFOLIO_PATH_VAR: join(folder, 'var'),
      FIREFOLIO_SERVER_HTTP_PORT: String(port),
      FIREFOLIO_SAMPLE_ON: 'false',
      FIREFOLIO_ACCESS_OPERATORKEY: key,
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  children.push(child)
  const base = `http://127.0.0.1:${port}`
  await waitFor(`${base}/ready`)
  const call = async (method: string, path: string, type: string, body: string | Buffer) => {
    const answer = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': type, 'if-match': '*' },
      body: body as never,
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as { items: { id: number }[]; state: string }
  }
  await call('POST', '/api/v1/domains', 'application/json', '{"name":"bench","caption":"Bench"}')
  const title = await call(
    'POST',
    '/api/v1/titles?domain=bench&release=true',
    'application/mods+xml',
    '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>Bench</title></titleInfo><recordInfo><recordIdentifier source="b">1</recordIdentifier></recordInfo></mods>',
  )
  const added = await call(
    'POST',
    `/api/v1/titles/${title.items[0]?.id}/pages`,
    'application/json',
    JSON.stringify({ pages: masters.map((_, at) => ({ ident: String(at), release: true })) }),
  )
  const ids = added.items.map(page => page.id)
  for (const [at, master] of masters.entries())
    await call('PUT', `/api/v1/pages/${ids[at]}/master`, 'image/tiff', readFileSync(master))
  for (const id of ids)
    while (
      ((await (await fetch(`${base}/api/v1/pages/${id}/pack`)).json()) as { state: string }).state !== 'made'
    )
      await pause(100)
  return { process: child, base, ids }
}
