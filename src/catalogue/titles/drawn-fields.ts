// OPR_ContentField: what is drawn from a record for lists, sorting and filters.
import { dateRange } from '../../formats/mods/dates.ts'
import { fieldsVersion, type Mods, sortKey } from '../../formats/mods/read.ts'
import { readingDirection, readingDirections } from '../../formats/languages/direction.ts'
import { emptyMods } from './empty-mods.ts'
import { keptPersons } from './persons.ts'
import type { DrawnFields } from './field-rows.ts'

/** As a column of a length holds it. */
export const cut = (text: string | undefined, length: number): string | null => text?.slice(0, length) ?? null

/** OPR_ContentField of a record. */
export function drawFields(mods: Mods, caption: string | null): DrawnFields {
  const title = mods.title ?? caption ?? undefined
  const direction = readingDirection(mods.writings, title)
  return {
    version: fieldsVersion,
    title: cut(title, 2000),
    sortTitle: cut(mods.sortTitle ?? (title === undefined ? undefined : sortKey(title)), 500),
    filing: cut(mods.filing ?? title, 500),
    persons: cut(
      mods.persons.length > 0 ? mods.persons.map(person => person.name).join('; ') : undefined,
      2000,
    ),
    personList: keptPersons(mods.persons, 4000),
    date: cut(mods.date, 40),
    dateFrom: mods.dateFrom ?? null,
    dateTo: mods.dateTo ?? null,
    issueDate: mods.issueDate ?? null,
    language: cut(mods.languages.join(',') || undefined, 60),
    genre: cut(mods.genre, 250),
    publisher: cut(mods.publisher, 500),
    place: cut(mods.place, 250),
    licence: cut(mods.licence, 500),
    readingDirection: direction === undefined ? null : readingDirections.of(direction),
  }
}

/** What is known of a title without a record: its name, and its day or year. */
export function fieldsOfStub(day: string | undefined, caption: string): DrawnFields {
  const range = dateRange(day ?? '')
  return drawFields(
    {
      ...emptyMods,
      date: day,
      dateFrom: range.from,
      dateTo: range.to,
      issueDate: day?.length === 10 ? day : undefined,
    },
    caption,
  )
}
