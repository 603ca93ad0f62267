declare module 'marc8/lib/marc8_mapping.js' {
  /** Code set by its final escape character: code point to Unicode, and 1 where it combines with what follows. */
  export const CODESETS: Readonly<Record<number, Readonly<Record<number, readonly [number, 0 | 1]>>>>
  /** Code points of the East Asian set that systems write beside those of the standard */
  export const ODD_MAP: Readonly<Record<number, number>>
}
