import { useMoments } from '../parts/formats.ts'
import { useGroupName } from '../people/names.ts'
import { type DeskKey, useSay } from '../texts.ts'
import type { Entry, NewEntry, Right } from './queries.ts'

/** Entries and rights as people say them. */
export function useRightsWords() {
  const say = useSay()
  const { exact } = useMoments()
  const groupName = useGroupName()
  return {
    right: (right: string): string => say(`right.${right as Right}`),
    groupName,
    subject: (entry: Pick<Entry | NewEntry, 'subject' | 'user' | 'group' | 'range'>, name: string | null): string =>
      entry.subject === 'everyone'
        ? say('rights.everyone')
        : entry.subject === 'range'
          ? (entry.range ?? '')
          : entry.subject === 'group'
            ? groupName(entry.group, name)
            : (name ?? say('somebody', { number: entry.user?.slice(0, 8) ?? '' })),
    effect: (entry: Pick<Entry | NewEntry, 'effect' | 'width'>): string =>
      say(`rights.${entry.effect}` as DeskKey) + (entry.width ? ` ${say('rights.upTo', { width: entry.width })}` : ''),
    period: (entry: Pick<Entry | NewEntry, 'from' | 'until'>): string =>
      [entry.from ? say('rights.from', { at: exact(entry.from) }) : '', entry.until ? say('rights.until', { at: exact(entry.until) }) : '']
        .filter(Boolean)
        .join(' '),
  }
}
