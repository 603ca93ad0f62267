// A disk that is full, broken or slow at each single moment: every open, write, sync, rename, link, removal and new folder of what the
// service writes fails once with each fault, is the first that finds the disk full, is shortened once and comes late once; of many on one kind of file a part.
import { findings } from '../support/findings.ts'
import { aDomain, type TestApp } from '../support/start.ts'
import { type Outcome, type Trial, trials } from './disk-trials.ts'
import { type Fault, Faults, type Kind } from './faults.ts'

const failures = ['ENOSPC', 'EIO', 'EROFS'] as const
/** So many at the beginning and as many at the end, which are not like the others, and as many between them are touched of a kind. */
const together = 2

function touched(count: number): number[] {
  const all = Array.from({ length: count }, (_, at) => at + 1)
  const between = all.slice(together, -together)
  const step = Math.ceil(between.length / together)
  return [
    ...all.slice(0, together),
    ...between.filter((_, at) => at % step === 0),
    ...all.slice(Math.max(together, count - together)),
  ]
}

/** Few of a kind fail in each way and come late; of many the first does, those behind it fail one in one way, the next in another. */
const waysOf = ({ call, count }: Kind, nth: number): Fault['how'][] => {
  const inEachWay = nth === 1 || count <= 3 * together
  return [
    ...(inEachWay ? failures : [failures[nth % failures.length] ?? 'EIO']),
    ...(call === 'write' ? (['full', 'short'] as const) : []),
    ...(inEachWay ? ['late' as const] : []),
  ]
}

/** One trial with one fault, or without. */
async function attempt(
  app: TestApp,
  trial: Trial,
  n: number,
  fault?: Fault,
): Promise<{ outcome: Outcome; struck: boolean; kinds: readonly Kind[] }> {
  const faults = new Faults(trial.folder?.(app, n) ?? app.folder, trial.alone ? process.pid : 0)
  try {
    const outcome = await trial.run(app, n, async work => {
      faults.arm(fault)
      try {
        return await work()
      } finally {
        faults.disarm()
      }
    })
    return { outcome, struck: faults.struck, kinds: faults.kinds }
  } catch (error) {
    return { outcome: { odd: String(error) }, struck: faults.struck, kinds: faults.kinds }
  } finally {
    faults.close()
  }
}

/** @param only trials whose name has these words */
export async function disk(
  app: TestApp,
  promise: (sentence: string, holds: boolean, figure: unknown) => void,
  only = process.env['SOAK_TRIALS'] ?? '',
): Promise<void> {
  await aDomain(app)
  let n = 0
  for (const trial of trials.filter(({ name }) => name.includes(only))) {
    const began = Date.now()
    const count = { kinds: 0, calls: 0, struck: 0, stored: 0, refused: 0 }
    const odd: string[] = []
    const first = await attempt(app, trial, ++n)
    if (first.outcome !== 'stored') odd.push(`undisturbed: ${JSON.stringify(first.outcome)}`)
    count.kinds = first.kinds.length
    for (const kind of first.kinds)
      for (const nth of touched(kind.count)) {
        count.calls++
        for (const how of waysOf(kind, nth)) {
          const { outcome, struck } = await attempt(app, trial, ++n, { key: kind.key, nth, how })
          const what = `${kind.call} ${nth} of ${kind.count} at ${kind.path} ${how}`
          if (struck) count.struck++
          if (typeof outcome === 'object') odd.push(`${what}: ${outcome.odd.slice(0, 200)}`)
          else count[outcome]++
          const isHarmless = how === 'late' || (how === 'short' && !trial.mayRefuseShort)
          if (isHarmless && outcome === 'refused') odd.push(`${what} was refused`)
        }
      }
    // what failed is done when it is asked for again
    const again = await attempt(app, trial, ++n)
    if (again.outcome !== 'stored') odd.push(`afterwards: ${JSON.stringify(again.outcome)}`)
    promise(
      `${trial.name}: each kind of call to the disk failed, shortened and delayed; nothing acknowledged is torn, nothing is stuck`,
      odd.length === 0 && count.struck > 0,
      { ...count, seconds: Math.round((Date.now() - began) / 1000), odd: odd.slice(0, 12) },
    )
  }
  const found = await findings(app.services)
  promise('disk: the repository is consistent', found.length === 0, found)
}
