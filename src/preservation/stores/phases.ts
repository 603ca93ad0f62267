// The phases of moving a file, published for whoever wants to watch: crash tests end the process at each of them.
import { channel } from 'node:diagnostics_channel'

export type Phase = 'keep' | 'remove'

const phases = channel('firefolio:stores')

export function enter(phase: Phase, source: string): void {
  if (phases.hasSubscribers) phases.publish({ phase, source })
}
