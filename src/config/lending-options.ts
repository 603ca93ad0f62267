// Options of [lending].
import { z } from 'zod'
import { whole } from './option-kinds.ts'

export const lendingSection = z
  .strictObject({
    timeout: whole(1800, 5, 86_400, 'Seconds without use after which a copy that is lent is free again.'),
    queueTimeout: whole(
      180,
      5,
      86_400,
      'Seconds after which who waits for a copy and does not ask any more loses the place; readers that are open ask four times a minute.',
    ),
  })
  .describe('Titles of which only so many copies are read at the same time (maxAccessCount).')
