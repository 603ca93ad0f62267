// Packs against the database: every page with a master has a whole pack or waits for one, OP_Webcache and OP_WebcacheSize say what is
// stored, and no pack is there for nothing.
import type { Check, Finding, Services } from '../../http/module.ts'
import { Pack } from '../../imaging/pack/open.ts'
import { updatePage, findPage } from '../../catalogue/pages/index.ts'
import { isPlaceFault } from '../../whole-files.ts'
import { packStates } from './codes.ts'
import { asItLies } from './jobs.ts'
import * as repository from './repository.ts'

/** Younger files may belong to an ingest that is under way. */
const graceMs = 3_600_000
const actor = { name: 'check', application: 'firefolio check' }

/** Where a pack lies, as its store has it now, whatever this machine remembers of it. */
const keptAt = async ({ packs }: Services, recipe: string) =>
  (await packs.isKept(recipe)) ? await packs.at(recipe) : undefined

/** What is wrong with the file that a page is served from; undefined where it is whole and its own. */
async function faultOf(
  services: Services,
  { url }: repository.ImageRow,
  recipe: string | null,
): Promise<string | undefined> {
  if (recipe === null || (recipe === asItLies && url === null)) return 'None is recorded.'
  try {
    const pack =
      recipe === asItLies
        ? await Pack.at(await services.archive.at(url as string), undefined)
        : await Pack.at(await keptAt(services, recipe), recipe)
    pack.close()
    return undefined
  } catch (error) {
    // a store that cannot be asked says nothing about its packs
    if (isPlaceFault(error)) throw error
    return (error as Error).message
  }
}

async function* rows(services: Services): AsyncGenerator<repository.ImageRow> {
  let last = 0
  for (;;) {
    const portion = await repository.all(services.db, last, 500)
    if (portion.length === 0) return
    yield* portion
    last = portion.at(-1)?.id ?? last
  }
}

const packs: Check = {
  name: 'packs',
  claim: 'Every page with a master has whole access packs, or waits for them.',
  async run(services, { repair }) {
    const findings: Finding[] = []
    for await (const row of rows(services)) {
      if (row.packState !== packStates.of('made')) continue
      for (const [recipe, name] of [
        [row.recipe, 'The access pack'],
        ...(row.unmarked === null ? [] : [[row.unmarked, 'The access pack without a watermark'] as const]),
      ] as const) {
        const fault = await faultOf(services, row, recipe)
        if (fault === undefined) continue
        if (repair) {
          if (recipe && recipe !== asItLies) await services.packs.remove(recipe)
          await services.database.inTransaction({ actor }, trx => repository.want(trx, [row.id]))
        }
        findings.push({
          check: 'packs',
          nodeId: row.id,
          sentence: `${name} of page ${row.id} cannot be used: ${fault}`,
          repaired: repair,
        })
      }
    }
    return findings
  },
}

const webcache: Check = {
  name: 'webcache',
  claim: 'OP_Webcache and OP_WebcacheSize are what the access pack holds.',
  async run(services, { repair }) {
    const findings: Finding[] = []
    for await (const row of rows(services)) {
      if (row.packState !== packStates.of('made') || row.recipe === null || row.recipe === asItLies) continue
      let pack: Pack
      try {
        pack = await Pack.at(await services.packs.at(row.recipe), row.recipe)
      } catch (error) {
        if (isPlaceFault(error)) throw error
        continue // the check before tells of it
      }
      const stored = pack.index?.stored ?? []
      pack.close()
      const page = await findPage(services.db, row.id)
      const widths = stored.map(image => image.width).join(',') || null
      const bytes = stored.reduce((sum, image) => sum + image.length, 0)
      if (page?.webcache === widths && (page.webcacheSize ?? 0) === bytes) continue
      if (repair)
        await services.database.inTransaction({ actor }, trx =>
          updatePage(trx, row.id, { webcache: widths, webcacheSize: bytes }),
        )
      findings.push({
        check: 'webcache',
        nodeId: row.id,
        sentence: `Page ${row.id} says ‘${page?.webcache ?? ''}’ (${page?.webcacheSize ?? 0} bytes); its pack holds ‘${widths ?? ''}’ (${bytes} bytes).`,
        repaired: repair,
      })
    }
    return findings
  },
}

const strays: Check = {
  name: 'stray-packs',
  claim: 'Every access pack belongs to a page.',
  async run({ db, packs: store }, { repair }) {
    const findings: Finding[] = []
    for await (const { hash, modifiedAt } of store.hashes()) {
      if (Date.now() - modifiedAt.getTime() < graceMs || (await repository.isUsed(db, hash))) continue
      if (repair) await store.remove(hash)
      findings.push({
        check: 'stray-packs',
        nodeId: undefined,
        sentence: `The pack ${hash} belongs to nothing.`,
        repaired: repair,
      })
    }
    for (const left of await store.leftovers(graceMs)) {
      if (repair) await left.remove()
      findings.push({
        check: 'stray-packs',
        nodeId: undefined,
        sentence: `An interrupted ingest left ${left.name}.`,
        repaired: repair,
      })
    }
    return findings
  },
}

export const checks: readonly Check[] = [packs, webcache, strays]
