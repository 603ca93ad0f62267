// The tree at 10,000 and at 1,000,000 nodes, and operations on a subtree of 10,000.
import { readConfig } from '../src/config/read.ts'
import { type Database, nextId } from '../src/firebird/database.ts'
import { nextBatch } from '../src/system/log/index.ts'
import { type NodeType, readTypes } from '../src/config/types.ts'
import { bin, hide, release, restore } from '../src/catalogue/tree/operations.ts'
import { move } from '../src/catalogue/tree/move.ts'
import { place } from '../src/catalogue/tree/place.ts'
import { inTree, type MoveTransaction } from '../src/catalogue/tree/transaction.ts'
import * as repository from '../src/catalogue/tree/repository.ts'
import { interleaved, report, time } from './measure.ts'
import { seedLargeTitle } from './seed.ts'

export interface Probe {
  readonly database: Database
  readonly domainId: number
  readonly titleId: number
  readonly pageId: number
}

/** Hot questions, each asked many times. */
const questions = ({
  database: { db },
  titleId,
  pageId,
  domainId,
}: Probe): Record<'node' | 'ancestors' | 'children' | 'prefix' | 'roots', () => Promise<unknown>> => {
  const often =
    (work: () => Promise<unknown>, times = 50) =>
    async () => {
      for (let n = 0; n < times; n++) await work()
    }
  return {
    node: often(() => repository.find(db, pageId)),
    ancestors: often(async () =>
      repository.ancestors(db, { id: pageId, path: (await repository.find(db, pageId))?.path ?? '' }),
    ),
    children: often(() => repository.children(db, titleId, {}, { limit: 51 })),
    roots: often(() => repository.roots(db, domainId, {}, { limit: 51 })),
    prefix: often(
      () => repository.subtree(db, '|', {}, { afterPath: `|${titleId}|`, limit: 1001 }).execute(),
      5,
    ),
  }
}

const types = readTypes()
const monograph = types.ofNumbers(1, 1) as NodeType
const servicesOf = ({ database }: Probe) =>
  ({ database, types, config: readConfig(undefined, {}).config }) as never
const actor = { name: 'bench', application: 'bench' }

/** What is written at the top of a domain, where all its titles are the siblings, and lists that nothing but a filter narrows. */
const atTheTop = (probe: Probe): Record<'added' | 'moved' | 'hidden' | 'binned', () => Promise<unknown>> => {
  const { database, domainId, titleId } = probe
  const inside = (work: (trx: MoveTransaction) => Promise<unknown>) => async () => {
    for (let n = 0; n < 5; n++) await inTree(servicesOf(probe), { lock: 'move', actor }, work)
  }
  const listed = (filter: repository.NodeFilter) => async () => {
    for (let n = 0; n < 20; n++) await repository.all(database.db, undefined, filter, { limit: 51 })
  }
  return {
    added: inside(async trx => {
      const top = { domainId, parent: undefined, type: monograph, caption: 'New' }
      const values = { OC_ID: await nextId(trx, 'OPR_Content_SEQ'), OC_OT_ID: await place(trx, types, top) }
      await trx.insertInto('OPR_Content').values(values).execute()
    }),
    moved: inside(trx => move(trx, types, titleId, { parentId: null, domainId, place: 'last' })),
    hidden: listed({ state: 1, delState: 0 }),
    binned: listed({ delState: 1 }),
  }
}

export async function benchTree(small: Probe, large: Probe, nodes: number): Promise<void> {
  const [few, many] = [questions(small), questions(large)]
  for (const name of Object.keys(few) as (keyof typeof few)[]) {
    const times = await interleaved({ few: few[name], many: many[name] })
    report(`tree of ${nodes.toLocaleString('en')} nodes against 10,000: ${name}`, times.many / times.few, {
      atMost: 1.5,
    })
  }
  const [ofFew, ofMany] = [atTheTop(small), atTheTop(large)]
  for (const [name, what] of Object.entries({
    added: 'a title added at the top',
    moved: 'a title moved at the top',
    hidden: 'released nodes, of which there are none',
    binned: 'nodes in the bin, of which there are none',
  }) as [keyof typeof ofFew, string][]) {
    const times = await interleaved({ few: ofFew[name], many: ofMany[name] })
    report(`tree of ${nodes.toLocaleString('en')} nodes against 10,000: ${what}`, times.many / times.few, {
      atMost: 1.5,
    })
  }
  const { database, domainId } = large
  const id = await seedLargeTitle(database, domainId, 10_000)
  const target = await seedLargeTitle(database, domainId, 100)
  const operate = (work: (trx: Parameters<typeof hide>[0], batch: number) => Promise<unknown>) =>
    time(() =>
      inTree(servicesOf(large), { lock: 'move', actor }, async trx => work(trx, await nextBatch(trx))),
    )
  const selection = { ids: [id] }
  const times: Record<string, number[]> = { release: [], bin: [], restore: [], hide: [], move: [] }
  for (let round = 0; round < 5; round++) {
    times['release']?.push(
      await operate((trx, batch) =>
        release(trx, types, selection, { scope: 'subtree', ancestors: true }, { batch, dryRun: false }),
      ),
    )
    times['bin']?.push(await operate((trx, batch) => bin(trx, types, selection, { batch, dryRun: false })))
    times['restore']?.push(
      await operate((trx, batch) => restore(trx, types, selection, { batch, dryRun: false })),
    )
    times['hide']?.push(await operate((trx, batch) => hide(trx, types, selection, { batch, dryRun: false })))
    times['move']?.push(
      await operate(trx =>
        move(trx, types, id, { parentId: round % 2 === 0 ? target : null, domainId, place: 'last' }),
      ),
    )
  }
  for (const [name, values] of Object.entries(times))
    report(
      `${name} of a subtree of 10,101 nodes, histories included`,
      (values.sort((a, b) => a - b)[2] ?? 0) / 1000,
      { atMost: 2 },
      's',
    )
}
