import { z } from 'zod'
import { envelope } from '../../http/envelope.ts'
import { listOf } from '../../http/page.ts'

export const LoanState = z
  .object({
    titleId: z
      .number()
      .int()
      .meta({ description: 'The title that is lent: of a part or a page, the one above' }),
    copies: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'Readers at the same time; null: as many as wish' }),
    held: z.number().int().meta({ description: 'Copies that are lent' }),
    waiting: z.number().int().meta({ description: 'Readers who wait' }),
    state: z.enum(['held', 'waiting', 'none']).meta({ description: 'Of who asks' }),
    place: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'In the queue, from 1; of who does not wait, the place they would have' }),
    expiresAt: z
      .string()
      .nullable()
      .meta({ description: 'When copy or place are lost without further use; ISO 8601, UTC' }),
    ...envelope,
  })
  .meta({ id: 'LoanState', description: 'How the caller stands to a title that is lent.' })

export const Loan = z
  .object({
    id: z.number().int(),
    titleId: z.number().int(),
    title: z.string().nullable().meta({ description: 'Caption of the title' }),
    userId: z.string().nullable().meta({ description: 'UUID of the reader; null: a browser without log-in' }),
    userName: z.string().nullable(),
    state: z
      .enum(['held', 'waiting', 'over'])
      .meta({ description: 'over: ended, and not yet taken by another' }),
    since: z.string(),
    takenAt: z.string().nullable(),
    usedAt: z.string(),
    expiresAt: z.string().meta({ description: 'When copy or place are lost without further use' }),
    place: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'In the queue of the title, from 1; null of who does not wait' }),
  })
  .meta({ id: 'Loan' })
export const LoanList = listOf(Loan, 'LoanList')
