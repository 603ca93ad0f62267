// Options of [pools].
import { z } from 'zod'
import { flag } from './option-kinds.ts'

export const poolSection = z
  .strictObject({
    system: flag(
      false,
      'Make the system domains root and, below it, standard at the start where they are not there; they cannot be moved or removed.',
    ),
  })
  .describe('Domains as pools.')
