// Judges masters by their bytes: in the decoders' processes, once for each SHA-256.
import type { Services } from '../../http/module.ts'
import { masterLimits } from '../../imaging/decoding.ts'
import type { refusals, Scan } from '../../imaging/probe.ts'
import * as verdicts from './verdicts.ts'

export type Judgement =
  /** Pages of the file, the first of them the master's own */
  | { readonly ok: true; readonly scans: readonly [Scan, ...Scan[]] }
  | { readonly ok: false; readonly code: (typeof refusals)[number]; readonly sentence: string }

const underWay = new Map<string, Promise<Judgement>>()

/** @param path the bytes, wherever they lie now */
export async function judgeMaster(services: Services, path: string, sha256: string): Promise<Judgement> {
  const known = await verdicts.find(services.db, sha256)
  if (known) return { ok: true, scans: known }
  const waiting = underWay.get(sha256)
  if (waiting) return await waiting
  const judging = judge(services, path, sha256)
  underWay.set(sha256, judging)
  try {
    return await judging
  } finally {
    underWay.delete(sha256)
  }
}

async function judge(services: Services, path: string, sha256: string): Promise<Judgement> {
  const limits = masterLimits(services.config)
  const order = { master: path, limits }
  const verdict = await services.judges.judge({ ...order, page: 0 })
  if (!verdict.ok) return verdict
  const scans: [Scan, ...Scan[]] = [verdict.scan, ...verdict.further]
  // the pages of a PDF are drawn one by one, each within the time of a page
  for (let page = scans.length; page < verdict.scan.pages; page++) {
    const next = await services.judges.judge({ ...order, page })
    if (!next.ok) return { ...next, sentence: `Page ${page + 1} of ${verdict.scan.pages}: ${next.sentence}` }
    scans.push(next.scan)
  }
  // what was refused may be for want of memory or of a decoder: it is looked at again
  await verdicts.keep(services, sha256, scans)
  return { ok: true, scans }
}
