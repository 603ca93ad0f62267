// Options of [notes].
import { z } from 'zod'
import { flag, list, whole } from './option-kinds.ts'

export interface NoteKind {
  readonly name: string
  /** What people read */
  readonly de: string
  readonly en: string
}

/** Kinds that are always there, in the order in which they are offered. */
export const builtInKinds: readonly NoteKind[] = [
  { name: 'blurred', de: 'Unscharf', en: 'Blurred' },
  { name: 'missing-page', de: 'Seite fehlt', en: 'Page missing' },
  { name: 'wrong-order', de: 'Falsche Reihenfolge', en: 'Wrong order' },
  { name: 'cropped', de: 'Beschnitten', en: 'Cropped' },
  { name: 'wrong-metadata', de: 'Falsche Angaben', en: 'Wrong metadata' },
  { name: 'other', de: 'Anderes', en: 'Something else' },
]
const builtInNames: readonly string[] = builtInKinds.map(({ name }) => name)

/** A kind as the option has it: its name, and what people read in German and English; without that they read the name. */
export function kindOf(entry: string): NoteKind {
  const [name = '', captions = ''] = entry.split(/:(.*)/s).map(part => part.trim())
  const [de, en] = captions.split('|').map(part => part.trim())
  return { name, de: de || name, en: en || de || name }
}

const kind = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,59}(\s*:[^|]{1,80}\|[^|]{1,80})?$/,
    'expected names of small letters, digits, dots, hyphens, underlines; after a colon the German and the English caption, with | between',
  )
  .refine(entry => !builtInNames.includes(kindOf(entry).name), 'this kind is always there')

export const noteSection = z
  .strictObject({
    kinds: list(
      [],
      `Kinds of notes beside ${builtInNames.join(', ')}: names of small letters, digits, dots, hyphens and underlines, each with what people read: bleed-through: Durchscheinende Schrift | Bleed-through.`,
      kind,
    ),
    faults: flag(true, 'Readers may report faults; domains may say otherwise (notes.faults).'),
    faultLength: whole(1000, 50, 2000, 'Most characters of a report of a reader.'),
    answers: whole(100, 1, 1000, 'Most answers to one note.'),
    batch: whole(1000, 1, 10_000, 'Most notes that one request changes.'),
  })
  .describe('Quality control: notes on titles and pages, and faults that readers report.')
