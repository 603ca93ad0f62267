// The phases of making a pack, published for whoever wants to watch: crash tests end the process at each of them.
import { channel } from 'node:diagnostics_channel'

export type Phase = 'ingest' | 'rename' | 'record' | 'recorded'

const phases = channel('firefolio:images')

export function enter(phase: Phase, source: string): void {
  if (phases.hasSubscribers) phases.publish({ phase, source })
}
