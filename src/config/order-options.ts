// Options of [orders].
import { z } from 'zod'
import { list } from './option-kinds.ts'

export const orderSection = z
  .strictObject({
    mail: list(
      [],
      'Who of an order is told by mail of each of its steps: editors, authors, generators. Empty: nobody. Needs [mail] host.',
      z.enum(['editors', 'authors', 'generators'], { error: 'expected editors, authors, generators' }),
    ),
  })
  .describe('Digitisation orders.')
