// The phases of capsules, published for whoever wants to watch: crash tests end the process at each of them.
import { channel } from 'node:diagnostics_channel'

export type Phase = 'write' | 'seal' | 'kept' | 'recorded' | 'bring' | 'brought' | 'freed' | 'played' | 'done'

const phases = channel('firefolio:capsules')

export function enter(phase: Phase, what: string): void {
  if (phases.hasSubscribers) phases.publish({ phase, what })
}
