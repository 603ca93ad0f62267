// Options of [webhook].
import { z } from 'zod'
import { flag, whole } from './option-kinds.ts'

export const webhookSection = z
  .strictObject({
    privateNetworks: flag(
      false,
      'Messages may go to addresses in private networks and to this machine itself. Whoever may define transitions reaches through this server what it can reach; off, only the public network.',
    ),
    timeoutS: whole(10, 1, 120, 'Seconds that a receiver has to answer.'),
    attempts: whole(8, 1, 20, 'How often a message is tried, with growing pauses, before its job fails.'),
  })
  .describe('Messages about transitions to addresses on the web.')
