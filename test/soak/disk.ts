// A disk that is full, broken or slow at each single moment: every open, write, sync, rename, link, removal and new folder of what the
// service writes fails once with each fault, is shortened once and comes late once; of many of one kind in a row a part.
import { findings } from '../support/crashes.ts'
import { aDomain, type TestApp } from '../support/start.ts'
import { type Outcome, type Trial, trials } from './disk-trials.ts'
import { type Call, calls, type Fault, Faults } from './faults.ts'

const failures = ['ENOSPC', 'EIO', 'EROFS'] as const
/** From here on one call of a kind fails in one way, the next in another: libvips writes a pack in eighty pieces. */
const inEachWay = 8
/** Between so many at the beginning and as many at the end, which are not like the others, every fourth of a kind is touched. */
const atEitherEnd = 12
const isTouched = (nth: number, of: number): boolean =>
  nth <= atEitherEnd || nth > of - atEitherEnd || nth % 4 === 0

const kindsOf = (call: Call, nth: number): Fault['how'][] => [
  ...(nth <= inEachWay ? failures : [failures[nth % failures.length] ?? 'EIO']),
  ...(call === 'write' ? ['short' as const] : []),
  'late',
]

/** One trial with one fault, or without. */
async function attempt(
  app: TestApp,
  trial: Trial,
  n: number,
  fault?: Fault,
): Promise<{ outcome: Outcome; struck: boolean; counts: ReadonlyMap<string, number> }> {
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
    return { outcome, struck: faults.struck, counts: faults.counts }
  } catch (error) {
    return { outcome: { odd: String(error) }, struck: faults.struck, counts: faults.counts }
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
    const count = { calls: 0, struck: 0, stored: 0, refused: 0 }
    const odd: string[] = []
    const first = await attempt(app, trial, ++n)
    if (first.outcome !== 'stored') odd.push(`undisturbed: ${JSON.stringify(first.outcome)}`)
    for (const call of calls)
      for (let nth = 1, of = first.counts.get(call) ?? 0; nth <= of; nth++) {
        if (!isTouched(nth, of)) continue
        count.calls++
        for (const how of kindsOf(call, nth)) {
          const { outcome, struck } = await attempt(app, trial, ++n, { call, nth, how })
          if (struck) count.struck++
          if (typeof outcome === 'object') odd.push(`${call} ${nth} ${how}: ${outcome.odd.slice(0, 200)}`)
          else count[outcome]++
          const isHarmless = how === 'late' || (how === 'short' && !trial.mayRefuseShort)
          if (isHarmless && outcome === 'refused') odd.push(`${call} ${nth} ${how} was refused`)
        }
      }
    // what failed is done when it is asked for again
    const again = await attempt(app, trial, ++n)
    if (again.outcome !== 'stored') odd.push(`afterwards: ${JSON.stringify(again.outcome)}`)
    promise(
      `${trial.name}: each call of the disk failed, shortened and delayed once; nothing acknowledged is torn, nothing is stuck`,
      odd.length === 0 && count.struck > 0,
      { ...count, seconds: Math.round((Date.now() - began) / 1000), odd: odd.slice(0, 12) },
    )
  }
  const found = await findings(app.services)
  promise('disk: the repository is consistent', found.length === 0, found)
}
