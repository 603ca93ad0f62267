// Work on documents that may take longer than the event loop can spare, as functions of plain data: they run in threads (offload.ts), or in
// place where the document is small. Nothing here knows the database.
import { Refusal } from '../errors.ts'
import { type MetsDocument, readMets } from '../formats/mets/read.ts'
import { disseminateMods, type Dissemination } from '../formats/mods/disseminate.ts'
import { type ModsRecord, readMods } from '../formats/mods/read.ts'
import type { XmlOptions } from '../formats/xml/read.ts'
import { readRecording } from './recording.ts'

export const tasks = {
  readMods: (source: string, options: XmlOptions): ModsRecord[] => readMods(source, options),
  readMets: (source: string, options: XmlOptions): MetsDocument => readMets(source, options),
  disseminateMods: (xml: string | undefined, what: Dissemination): string => disseminateMods(xml, what),
  readRecording,
} as const
export type TaskName = keyof typeof tasks

export interface Order {
  readonly name: TaskName
  readonly args: readonly unknown[]
}
/** A refusal crosses threads as data: error classes do not survive the way. */
export type Outcome =
  { readonly result: unknown } | { readonly refusal: Pick<Refusal, 'reason' | 'message' | 'details'> }

/** Entry of a thread. */
export default async function run({ name, args }: Order): Promise<Outcome> {
  try {
    return { result: await (tasks[name] as (...args: readonly unknown[]) => unknown)(...args) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { reason, message, details } = error
    return { refusal: { reason, message, details } }
  }
}
