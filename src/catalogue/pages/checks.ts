// Pages against the archive, and OP_ChangeTS.
import { sql } from 'kysely'
import type { Check, Finding } from '../../http/module.ts'
import { isPlaceFault } from '../../whole-files.ts'
import { judgeMaster } from './judge.ts'
import { neededFiles, removeUnneeded } from './needed.ts'
import { notJudged } from './verdicts.ts'

/** Files younger than this may belong to an upload that is under way. */
const graceMs = 3_600_000

const masters: Check = {
  name: 'masters',
  claim: 'OP_Hashsum and OP_Filesize are those of the master in the archive.',
  async run({ db, archive }) {
    const findings: Finding[] = []
    const pages = sql<{
      id: number
      url: string
      hashsum: string | null
      filesize: number | null
    }>`select OP_OT_ID as "id", OP_Url as "url", OP_Hashsum as "hashsum", OP_Filesize as "filesize"
      from OPR_Page where OP_Url is not null and OP_State in (1, 4)`.compile(db)
    const seen = new Map<string, string | undefined>()
    for await (const page of db
      .getExecutor()
      .stream<{ id: number; url: string; hashsum: string | null; filesize: number | null }>(pages, 200)) {
      for (const row of page.rows) {
        const found = (sentence: string) =>
          findings.push({ check: 'masters', nodeId: row.id, sentence, repaired: false })
        const facts = await archive.facts(row.url).catch((error: unknown) => {
          // a store that is away has lost nothing
          if (isPlaceFault(error)) throw error
          return undefined
        })
        if (!facts) {
          found(`The master of page ${row.id} (${row.url}) is not in the archive.`)
          continue
        }
        if (facts.bytes !== row.filesize)
          found(`The master of page ${row.id} has ${facts.bytes} bytes, not ${row.filesize}.`)
        if (!seen.has(row.url)) seen.set(row.url, await archive.digest(row.url))
        if (`sha256:${seen.get(row.url)}` !== row.hashsum)
          found(`The master of page ${row.id} has the SHA-256 ${seen.get(row.url)}, not ${row.hashsum}.`)
      }
    }
    return findings
  },
}

const strays: Check = {
  name: 'archive',
  claim: 'Every file of the archive belongs to a page, a text, a title, an order or a version of one.',
  async run(services, { repair }) {
    const { db, archive } = services
    const findings: Finding[] = []
    const needed = await neededFiles(db)
    for await (const address of archive.addresses()) {
      if (needed.has(address)) continue
      const facts = await archive.facts(address)
      if (!facts || Date.now() - facts.modifiedAt.getTime() < graceMs) continue
      // the same bytes may have arrived since
      if (repair && !(await removeUnneeded(services, address))) continue
      findings.push({
        check: 'archive',
        nodeId: undefined,
        sentence: `${address} belongs to nothing.`,
        repaired: repair,
      })
    }
    for (const left of await archive.leftovers(graceMs)) {
      if (repair) await left.remove()
      findings.push({
        check: 'archive',
        nodeId: undefined,
        sentence: `An interrupted upload left ${left.name}.`,
        repaired: repair,
      })
    }
    return findings
  },
}

const decoded: Check = {
  name: 'decoded',
  claim: 'Every master was decoded to its end.',
  async run(services) {
    const findings: Finding[] = []
    for (const { id, url, sha256 } of await notJudged(services.db)) {
      const path = await services.archive.local(url).catch(() => undefined)
      if (path === undefined) continue // the check of masters tells of it
      const judgement = await judgeMaster(services, path, sha256)
      if (!judgement.ok)
        findings.push({
          check: 'decoded',
          nodeId: id,
          sentence: `The master of page ${id} cannot be trusted: ${judgement.sentence}`,
          repaired: false,
        })
    }
    return findings
  },
}

export const checks: readonly Check[] = [masters, decoded, strays]
