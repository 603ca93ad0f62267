// Options of [schedule]: when jobs are added by themselves.
import { Cron } from 'croner'
import { z } from 'zod'
import type { OptionMeta } from './option-kinds.ts'
import { text } from './option-kinds.ts'

/** What is wrong with a cron expression, as the end of a sentence. */
function faultOf(expression: string): string | undefined {
  try {
    return new Cron(expression, { timezone: 'UTC', paused: true }).nextRun()
      ? undefined
      : 'describes a moment that never comes'
  } catch (error) {
    const reason = (error as Error).message.replace(/^CronPattern: /, '')
    return `is no cron expression like 0 3 * * * or @weekly: ${reason}`
  }
}

const isTimezone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}

const schedule = (fallback: string, description: string) =>
  z
    .string({ error: 'expected a cron expression' })
    .max(200, 'has more than 200 characters')
    .transform(value => value.trim())
    .superRefine((value, context) => {
      const fault = value === '' ? undefined : faultOf(value)
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault })
    })
    .default(fallback)
    .meta({ kind: 'cron expression', description } satisfies OptionMeta & Record<string, unknown>)

/** Which job each option of [schedule] is about. */
export const scheduledKinds = {
  pageCounts: 'pagecount',
  orderDates: 'order-date',
  images: 'images.refresh',
  fixity: 'fixity.check',
  capsules: 'capsule.make',
  capsuleCheck: 'capsule.verify',
  texts: 'texts.recognise',
  tidy: 'jobs.tidy',
  accessLog: 'access.anonymise',
  identifiers: 'identifiers.assign',
  catalogues: 'catalogues.refresh',
  binPurge: 'bin.purge',
} as const

export const scheduleSection = z
  .strictObject({
    timezone: text(
      '',
      'Time zone that the expressions of this section are meant in, e.g. Europe/Vienna; empty: that of the machine.',
    ).refine(name => name === '' || isTimezone(name), 'expected a time zone like Europe/Vienna'),
    pageCounts: schedule('', 'Count anew what titles know of their pages.'),
    orderDates: schedule('', 'Fill empty order dates with the day of the first page.'),
    images: schedule('', 'Look for access packs that were made by other settings.'),
    fixity: schedule('0 1 * * *', 'Compare a portion of the archive with its hashes ([fixity] days).'),
    capsules: schedule('', 'Make capsules of the titles that have changed since their last one.'),
    capsuleCheck: schedule('0 2 * * *', 'Read the capsules that were not read for [fixity] days.'),
    texts: schedule(
      '',
      'Recognise the text of pages that have none, in domains with languages of their own ([ocr] languages of their config.ini).',
    ),
    tidy: schedule(
      '20 3 * * *',
      'Remove what is kept for a time only: ended jobs, answers to repeated requests.',
    ),
    accessLog: schedule(
      '40 3 * * *',
      'Remove persons and addresses from the access log ([statistics] accessDays).',
    ),
    identifiers: schedule(
      '',
      'Assign the identifiers that released titles lack, and bring what agencies know of them up to date ([identifiers]).',
    ),
    catalogues: schedule(
      '',
      'Look up titles that came from an online catalogue anew; records that were edited here and what somebody set stay as they are.',
    ),
    binPurge: schedule('', 'Remove for good what has lain in the bin for long ([jobs] binDays).'),
  })
  .describe(
    'When jobs are added by themselves: cron expressions (minute, hour, day, month, weekday; optionally seconds in front), empty means never. Several processes add each job once.',
  )

/** The schedules that a configuration asks for. */
export const schedulesOf = (
  section: z.output<typeof scheduleSection>,
): { kind: string; expression: string; timezone: string }[] => {
  const timezone = section.timezone || Intl.DateTimeFormat().resolvedOptions().timeZone
  return Object.entries(scheduledKinds)
    .map(([name, kind]) => ({ kind, expression: section[name as keyof typeof scheduledKinds], timezone }))
    .filter(each => each.expression !== '')
}
