// Changes that are not stored yet, as a difference: it holds over what somebody else stores meanwhile.
import { useState } from 'react'
import type { Entry, NewEntry, Rights } from './queries.ts'

/** An entry to come, with what its subject is called */
export interface Planned {
  readonly key: number
  readonly entry: NewEntry
  readonly name: string | null
}
export interface Draft {
  readonly added: readonly Planned[]
  readonly removed: ReadonlySet<number>
  readonly isPrivate: boolean | undefined
}
const empty: Draft = { added: [], removed: new Set(), isPrivate: undefined }

export const asNew = (entry: Entry): NewEntry => ({
  subject: entry.subject,
  ...(entry.user === null ? {} : { user: entry.user }),
  ...(entry.group === null ? {} : { group: entry.group }),
  ...(entry.range === null ? {} : { range: entry.range }),
  right: entry.right,
  width: entry.width,
  effect: entry.effect,
  from: entry.from,
  until: entry.until,
  note: entry.note,
})

/** What would be stored. */
export const wantedOf = (rights: Rights, draft: Draft) => ({
  isPrivate: draft.isPrivate ?? rights.isPrivate,
  entries: [...rights.entries.filter(({ id }) => !draft.removed.has(id)).map(asNew), ...draft.added.map(({ entry }) => entry)],
})

export function useDraft(rights: Rights | undefined) {
  const [draft, setDraft] = useState(empty)
  const [next, setNext] = useState(1)
  const isPrivate = draft.isPrivate !== undefined && draft.isPrivate !== rights?.isPrivate
  const removed = rights?.entries.filter(({ id }) => draft.removed.has(id)).length ?? 0
  return {
    draft,
    count: draft.added.length + removed + (isPrivate ? 1 : 0),
    /** @param before what it takes the place of: the number of an entry, or one that is planned itself */
    put: (entry: NewEntry, name: string | null, before?: { readonly id: number } | { readonly key: number }) => {
      setNext(next + 1)
      setDraft({
        ...draft,
        removed: before && 'id' in before ? new Set([...draft.removed, before.id]) : draft.removed,
        added: [...draft.added.filter(({ key }) => !before || !('key' in before) || key !== before.key), { key: next, entry, name }],
      })
    },
    drop: (key: number) => setDraft({ ...draft, added: draft.added.filter(each => each.key !== key) }),
    remove: (id: number) => setDraft({ ...draft, removed: new Set([...draft.removed, id]) }),
    keep: (id: number) => setDraft({ ...draft, removed: new Set([...draft.removed].filter(each => each !== id)) }),
    setPrivate: (value: boolean) => setDraft({ ...draft, isPrivate: value }),
    clear: () => setDraft(empty),
  }
}
