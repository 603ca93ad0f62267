// Tiles whose packs lie in an object store, beside the same tiles from a folder: two services as they are run, one run, interleaved rounds.
// `npm run bench stores` runs this part alone.
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anObjectStore, environmentFor, needsObjectStore } from '../../test/support/object-store.ts'
import { report } from '../measure.ts'
import { cpuPerRequest, endAll, load, pause, percentile, shuffled } from './load.ts'
import { scan, startOurs, tilePaths } from './ours.ts'

const say = (sentence: string): void => void process.stdout.write(`      ${sentence}\n`)

export async function benchStores(): Promise<void> {
  if ('skip' in needsObjectStore) return say(`stores: ${needsObjectStore.skip}; left out.`)
  const folder = mkdtempSync(join(tmpdir(), 'firefolio-bench-stores-'))
  const children: ChildProcess[] = []
  const ends: (() => Promise<void> | void)[] = []
  try {
    const store = await anObjectStore({ teardown: work => void ends.push(work) })
    const masters = [0, 1, 2].map(at => join(folder, `m${at}.tif`))
    for (const [at, master] of masters.entries()) await scan(master, at)
    const local = await startOurs(join(folder, 'local'), masters, children)
    const remote = await startOurs(join(folder, 'remote'), masters, children, {
      ...environmentFor(store),
      FIREFOLIO_STORES_MASTERS: 'ceph',
      FIREFOLIO_STORES_PACKS: 'ceph',
    })
    const tilesOf = ({ base, ids }: typeof local) =>
      ids.flatMap(id => tilePaths().map(path => `${base}/iiif/image/3/${id}/${path}`))
    const [here, there] = [tilesOf(local), tilesOf(remote)]
    // nothing of the packs is on the machine of the second one, as in a server that has made none
    rmSync(join(folder, 'remote/var/stores/copies'), { recursive: true, force: true })
    const cold = await load(shuffled(there, 30))
    say(`(cold, by ranges: a tile took ${percentile(cold, 0.5).toFixed(1)} ms at the median)`)
    await load(there)
    await pause(1500)
    const cpu = await cpuPerRequest({
      local: { pid: local.process.pid as number, requests: 3000, urls: here },
      store: { pid: remote.process.pid as number, requests: 3000, urls: there },
    })
    report('warm tiles with packs in an object store: CPU against packs in a folder', cpu.store / cpu.local, {
      atMost: 3,
    })
  } finally {
    await endAll(children)
    for (const end of ends.reverse()) await end()
    rmSync(folder, { recursive: true, force: true })
  }
}
