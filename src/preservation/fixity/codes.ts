import { codes } from '../../codes.ts'

/** What a kept file is. */
export const kinds = codes({ master: 0, text: 1, capsule: 2, file: 3 })
export type Kind = (typeof kinds.names)[number]

/** What is wrong with one. */
export const faults = codes({ missing: 0, altered: 1, unreadable: 2 })
export type Fault = (typeof faults.names)[number]

/** How a finding has ended: the file was good again by itself, was repaired from a copy, or is needed by nothing any more. */
export const ends = codes({ good: 0, repaired: 1, unneeded: 2 })
export type End = (typeof ends.names)[number]
