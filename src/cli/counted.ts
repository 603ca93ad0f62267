/** A number of things, in words of the command line: 1 file, 2 files. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
