// Dates as parameters and in bodies: any form of ISO 8601 comes in, one form goes on.
import { z } from 'zod'
import { dayIn, momentIn } from '../formats/text/iso-8601.ts'

const read =
  (way: (text: string) => string | undefined, detail: string) =>
  (text: string, context: z.RefinementCtx<string>): string => {
    const found = way(text)
    if (found !== undefined) return found
    context.addIssue({ code: 'custom', message: detail })
    return z.NEVER
  }

const forms =
  'ISO 8601, in any form: 2017-04-22T01:00:00-05:00, 2017-04-22T01:00Z, 20170422T010000.5Z, 2017-04-22 01:00, 2017-04-22, 20170422, 2017-112, 2017-W16-6, 2017-04, 2017. What names no offset is meant in UTC; a day, week, month or year stands for its beginning.'

/** A moment; handed on as 2017-04-22T06:00:00.000Z. @param about what it is for, as a sentence of the description */
export const moment = (about?: string) =>
  z
    .string()
    .max(60)
    .meta({ description: about === undefined ? forms : `${about}. ${forms}`, examples: ['2017-04-22'] })
    .transform(read(text => momentIn(text)?.toISOString(), 'is no date of ISO 8601'))

/** A day of the calendar; handed on as 2017-04-22. */
export const day = (about?: string) =>
  z
    .string()
    .max(60)
    .meta({
      description: `${about === undefined ? '' : `${about}. `}A day, as ISO 8601 writes it: 2017-04-22, 20170422, 2017-112, 2017-W16-6`,
      examples: ['2017-04-22'],
    })
    .transform(read(dayIn, 'is no day of ISO 8601'))
