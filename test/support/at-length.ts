// `npm test` tells each behaviour once, within ten minutes on two cores. What says the same of more cases, or as a longer story of parts that
// other tests hold, is told at length by `npm run soak -- tests`.

/** Whether all is told. */
export const isAtLength = process.env['FIREFOLIO_AT_LENGTH'] === 'true'

/** Option of a test that is run at length alone. */
export const atLength = isAtLength ? {} : { skip: 'told at length: npm run soak -- tests' }

/** So many of the cases, spread evenly from the first to the last; at length all of them. */
export function some<Case>(cases: readonly Case[], count: number): readonly Case[] {
  if (isAtLength || count >= cases.length) return cases
  const step = (cases.length - 1) / Math.max(1, count - 1)
  return Array.from({ length: count }, (_, at) => cases[Math.round(at * step)] as Case)
}
