import { randomInt } from 'node:crypto'

/** How many random cases, and from which seed: FIREFOLIO_CASES and FIREFOLIO_SEED repeat or lengthen a run. The seed is told either way. */
export function randomCases(
  t: { comment(text: string): unknown },
  usual = 500,
): { numRuns: number; seed: number } {
  const numRuns = Number(process.env['FIREFOLIO_CASES'] ?? usual)
  const seed = Number(process.env['FIREFOLIO_SEED'] ?? randomInt(2 ** 31))
  t.comment(`${numRuns} random cases, FIREFOLIO_SEED=${seed}`)
  return { numRuns, seed }
}
