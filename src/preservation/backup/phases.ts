// The phases of backups and of the way back, published for whoever wants to watch: crash tests end the process at each of them.
import { channel } from 'node:diagnostics_channel'

export type Phase = 'pool' | 'sealed' | 'named' | 'configured' | 'made' | 'file' | 'whole'

const phases = channel('firefolio:backups')

export function enter(phase: Phase, what: string): void {
  if (phases.hasSubscribers) phases.publish({ phase, what })
}
