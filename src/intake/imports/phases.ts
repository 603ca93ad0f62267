// The phases of one title's import, published for whoever wants to watch: crash tests end the process at each of them.
import { channel } from 'node:diagnostics_channel'

export type Phase = 'read' | 'stage' | 'rename' | 'insert' | 'commit' | 'done'

const phases = channel('firefolio:import')

export function enter(phase: Phase, source: string): void {
  if (phases.hasSubscribers) phases.publish({ phase, source })
}
