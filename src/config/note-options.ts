// Options of [notes].
import { z } from 'zod'
import { flag, list, whole } from './option-kinds.ts'

/** Kinds that are always there, in the order in which they are offered. */
export const builtInKinds = [
  'blurred',
  'missing-page',
  'wrong-order',
  'cropped',
  'wrong-metadata',
  'other',
] as const

const kind = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,59}$/, 'expected names of small letters, digits, dots, hyphens, underlines')
  .refine(name => !(builtInKinds as readonly string[]).includes(name), 'this kind is always there')

export const noteSection = z
  .strictObject({
    kinds: list(
      [],
      `Kinds of notes beside ${builtInKinds.join(', ')}: names of small letters, digits, dots, hyphens and underlines.`,
      kind,
    ),
    faults: flag(true, 'Readers may report faults; domains may say otherwise (notes.faults).'),
    faultLength: whole(1000, 50, 2000, 'Most characters of a report of a reader.'),
    answers: whole(100, 1, 1000, 'Most answers to one note.'),
    batch: whole(1000, 1, 10_000, 'Most notes that one request changes.'),
  })
  .describe('Quality control: notes on titles and pages, and faults that readers report.')
