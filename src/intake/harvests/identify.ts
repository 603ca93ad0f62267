// What a repository says of itself before it is asked for records: how fine its dates are, how far back they go, whether it tells of deletions.
// @see OAI-PMH 2.0, 4.2
import { Refusal } from '../../errors.ts'
import type { Config } from '../../config/options.ts'
import { ask } from './client.ts'

export interface Repository {
  readonly isByDay: boolean
  readonly earliest: string | undefined
  /** Whether what is deleted there is told for good */
  readonly keepsDeletions: boolean
}

/** @throws Refusal unavailable, not-processable where it does not identify itself */
export async function identify(baseUrl: string, options: Config['harvest']): Promise<Repository> {
  const { root } = await ask(baseUrl, { verb: 'Identify' }, options)
  const found = root.first('Identify')
  if (!found) {
    const error = root.first('error')
    throw new Refusal(
      'not-processable',
      `${baseUrl} does not identify itself${error ? ` (${error.attribute('code') ?? 'error'}: ${error.text})` : ''}; is it the address of an OAI-PMH repository?`,
    )
  }
  return {
    isByDay: found.first('granularity')?.text.toUpperCase() === 'YYYY-MM-DD',
    earliest: found.first('earliestDatestamp')?.text,
    keepsDeletions: found.first('deletedRecord')?.text === 'persistent',
  }
}

/** When a repository looked, by its own clock, unless that cannot be read or is ahead of ours: from then on it is asked the next time. */
export function lookedAt(told: string | undefined, now = new Date()): string {
  const moment = /^\d{4}-\d\d-\d\d/.test(told ?? '') ? Date.parse(told as string) : Number.NaN
  const at = Number.isNaN(moment) ? now : new Date(Math.min(moment, now.getTime()))
  return at.toISOString().replace(/\.\d+/, '')
}

/** The date that records are asked from, as fine as the repository takes it; undefined for all of them. */
export function fromOf(from: string | null, { isByDay, earliest }: Repository): string | undefined {
  if (from === null) return undefined
  const asked = isByDay ? from.slice(0, 10) : from.length === 10 ? `${from}T00:00:00Z` : from
  // a date before the first record is refused by some, and means all
  return earliest !== undefined && asked.slice(0, 10) < earliest.slice(0, 10) ? undefined : asked
}
