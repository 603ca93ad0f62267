/** Where nothing else is said a build draws the same cases each time, so that it is never red by chance. */
const usualSeed = 20261127

/** How many random cases, and from which seed: FIREFOLIO_CASES and FIREFOLIO_SEED lengthen or vary a run; `npm run soak` draws new seeds. */
export function randomCases(
  t: { comment(text: string): unknown },
  usual = 500,
): { numRuns: number; seed: number } {
  const numRuns = Number(process.env['FIREFOLIO_CASES'] ?? usual)
  const seed = Number(process.env['FIREFOLIO_SEED'] ?? usualSeed)
  t.comment(`${numRuns} random cases, FIREFOLIO_SEED=${seed}`)
  return { numRuns, seed }
}

/** Words that every object of JavaScript knows: a table that is a plain object finds them. */
export const wordsOfObjects = ['__proto__', 'constructor', 'valueOf', 'toString', 'hasOwnProperty'] as const
