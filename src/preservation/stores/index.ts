// The stores of files that the configuration names: whether they can be used, and what of them lies on this machine.
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { Refusal } from '../../errors.ts'
import type { Check, Figure, Finding, Module, Services } from '../../http/module.ts'
import type { MasterStore } from '../../storage/stores.ts'
import { Places } from '../fixity/index.ts'
import { moveJob } from './move.ts'

export { makeStore } from '../../storage/open.ts'
export { type StoreContents, storeContents } from './contents.ts'
export { moveFiles, type Moved, WantedMove } from './move.ts'

const trialBytes = 64

/** Keeps a few bytes that nothing has, reads them back and removes them. @throws Refusal where the store does not do it */
async function tryOut(store: MasterStore): Promise<void> {
  const address = await store.keep(await store.stage(Readable.from([randomBytes(trialBytes)]), trialBytes))
  try {
    if ((await store.digest(address)) !== address.slice(-64))
      throw new Refusal('unavailable', `What is written to ${store.called} is not read back as it was.`)
  } finally {
    await store.remove(address)
  }
}

const usable: Check = {
  name: 'stores',
  claim: 'Every store that the configuration names can be written, read and removed from.',
  async run(services) {
    const { stores } = services
    const findings: Finding[] = (await Places.read(services)).faults.map(sentence => ({
      check: 'stores',
      nodeId: undefined,
      sentence,
      repaired: false,
    }))
    for (const store of stores.byName.values())
      await tryOut(store).catch((error: unknown) => {
        findings.push({
          check: 'stores',
          nodeId: undefined,
          sentence: error instanceof Refusal ? error.message : `${store.called}: ${String(error)}`,
          repaired: false,
        })
      })
    return findings
  },
}

/** Configurations of domains are read as seldom as people change them. */
const keptMs = 15_000

/** What is wrong with the stores that domains name, as it was a moment ago. */
function faultsOfDomains(services: Services): () => Promise<readonly string[]> {
  let kept: { until: number; faults: readonly string[] } = { until: 0, faults: [] }
  return async () => {
    if (kept.until < Date.now())
      kept = { until: Date.now() + keptMs, faults: (await Places.read(services)).faults }
    return kept.faults
  }
}

/** Domains that name a store that is not there, and stores beside that of new files, which /ready looks at by itself: what they hold cannot be read while they are away. */
async function concernOf(
  { stores, archive }: Services,
  faults: () => Promise<readonly string[]>,
): Promise<string | undefined> {
  const sentences = [...(await faults())]
  for (const store of stores.byName.values())
    if (!archive.places.includes(store))
      await store.checkWritable().catch((error: unknown) => {
        sentences.push(
          error instanceof Refusal ? error.message : `Into ${store.called} nothing can be written.`,
        )
      })
  return sentences.length === 0 ? undefined : sentences.join(' ')
}

const figuresOf = ({ stores: { copies } }: Services): Figure[] =>
  copies === undefined
    ? []
    : [
        {
          name: 'firefolio_store_copies_bytes',
          kind: 'gauge',
          help: 'Local copies of what lies in object stores, as this process knows them.',
          values: { '': copies.bytes },
        },
      ]

export const stores: Module = {
  name: 'stores',
  hooks: (_app, services) => {
    services.figures.set('stores', () => figuresOf(services))
    const faults = faultsOfDomains(services)
    services.concerns.set('stores', () => concernOf(services, faults))
  },
  jobs: { 'stores.move': moveJob },
  checks: [usable],
}
