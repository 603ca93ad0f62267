// The check digit of URN:NBN, after the Deutsche Nationalbibliothek: each character stands for a code; the digits of all codes are multiplied by
// their positions and added up; the sum divided by the last digit, without its fraction, ends with the check digit.
// @see https://wiki.dnb.de/display/URNSERVDOK (Berechnung der Prüfziffer)

const codeOf: ReadonlyMap<string, string> = new Map([
  ...'012345678'.split('').map((character, at): [string, string] => [character, String(at + 1)]),
  ['9', '41'],
  ...'abcdefghi'.split('').map((character, at): [string, string] => [character, String([18, 14, 19, 15, 16, 21, 22, 23, 24][at])]),
  ['j', '25'], ['k', '42'], ['l', '26'], ['m', '27'], ['n', '13'], ['o', '28'], ['p', '29'], ['q', '31'], ['r', '12'], ['s', '32'], ['t', '33'],
  ['u', '11'], ['v', '34'], ['w', '35'], ['x', '36'], ['y', '37'], ['z', '38'],
  ['-', '39'], [':', '17'], ['_', '43'], ['.', '47'], ['/', '45'], ['+', '49'],
]) // prettier-ignore

/** @returns the digit that a URN without one ends with; undefined where a character has no code */
export function checkDigit(urn: string): string | undefined {
  let digits = ''
  for (const character of urn.toLowerCase()) {
    const code = codeOf.get(character)
    if (code === undefined) return undefined
    digits += code
  }
  const sum = digits.split('').reduce((total, digit, at) => total + Number(digit) * (at + 1), 0)
  // no code ends with 0
  return String(Math.floor(sum / Number(digits.at(-1)))).at(-1)
}

/** Whether a URN ends with its check digit. */
export const hasCheckDigit = (urn: string): boolean => checkDigit(urn.slice(0, -1)) === urn.at(-1)
