/** Milliseconds of one call. */
export async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

/** Medians of rounds in which every candidate runs once, so that whatever else the machine does meets all alike. */
export async function interleaved<Name extends string>(
  candidates: Readonly<Record<Name, () => Promise<unknown>>>,
  rounds = 9,
): Promise<Record<Name, number>> {
  const names = Object.keys(candidates) as Name[]
  const times = new Map<Name, number[]>(names.map(name => [name, []]))
  for (let round = -1; round < rounds; round++)
    for (const name of names) {
      const ms = await time(candidates[name])
      // the first round warms caches and statements
      if (round >= 0) times.get(name)?.push(ms)
    }
  return Object.fromEntries(names.map(name => [name, median(times.get(name) ?? [])])) as Record<Name, number>
}

const failures: string[] = []

/** Prints a figure against its bar. */
export function report(
  what: string,
  value: number,
  bar: { readonly atLeast?: number; readonly atMost?: number },
  unit = '×',
): void {
  const ok =
    (bar.atLeast === undefined || value >= bar.atLeast) && (bar.atMost === undefined || value <= bar.atMost)
  const target = bar.atLeast === undefined ? `≤ ${bar.atMost}` : `≥ ${bar.atLeast}`
  const line = `${ok ? 'ok   ' : 'SHORT'} ${what}: ${value.toFixed(2)} ${unit} (bar ${target})`
  if (!ok) failures.push(line)
  process.stdout.write(`${line}\n`)
}

export const fallenShort = (): readonly string[] => failures
