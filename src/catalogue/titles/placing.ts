// Where a new title goes among its siblings: issues by day, parts by their number, everything else at the end.
import { dayOf } from '../../formats/mods/dates.ts'
import { type Place, sortStep } from '../tree/index.ts'
import type { TitleInput } from './store.ts'

/** Behind all days: issues that name none stand there whenever they come, as METS lists them at the end. */
const afterAllDays = 100_000_000

const numberOf = (day: string): number => Number(day.replaceAll('-', ''))

export function placeOf(input: Pick<TitleInput, 'place' | 'record' | 'day' | 'type'>): Place {
  if (input.place) return input.place
  const mods = input.record?.mods
  const isIssue = ['issue', 'additional'].includes(input.type.name)
  const day =
    (mods && (isIssue ? dayOf(mods) : mods.issueDate)) ?? (input.day?.length === 10 ? input.day : undefined)
  if (day) return { sort: numberOf(day) }
  if (input.day && !mods?.order) return { sort: Number(input.day) * sortStep }
  if (mods?.order !== undefined)
    return { sort: Math.abs(mods.order) < 8_000_000 ? mods.order * sortStep : mods.order }
  return isIssue ? { sort: afterAllDays } : 'last'
}
