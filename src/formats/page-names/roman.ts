import { tableOf } from '../../codes.ts'

const romans: Readonly<Record<string, number>> = tableOf({
  i: 1,
  v: 5,
  x: 10,
  l: 50,
  c: 100,
  d: 500,
  m: 1000,
})
/** The value of a roman number, as it is written: undefined for words of its letters, such as mild. */
export function romanValue(text: string): number | undefined {
  if (!/^m{0,4}(cm|cd|d?c{0,4})(xc|xl|l?x{0,4})(ix|iv|v?i{0,4})$/.test(text) || text === '') return undefined
  return Array.from(text).reduce((sum, letter, at) => {
    const value = romans[letter] as number
    return sum + (value < (romans[text[at + 1] ?? ''] ?? 0) ? -value : value)
  }, 0)
}
