// Persons of a title with their parts in it, as its document and its landing page show them; kept beside the names that they are found by.
import { z } from 'zod'
import type { Person } from '../../formats/mods/names.ts'
import { isAuthor } from '../../formats/mods/roles.ts'

export const PersonSchema = z
  .object({
    name: z.string(),
    roles: z.array(z.string()).meta({ description: 'As the record has them: aut, edt, Drucker' }),
    isBody: z.boolean().meta({ description: 'A corporate body or conference' }),
    isAuthor: z.boolean().meta({ description: 'False of editors, and of who paid, owned, printed or sold' }),
    authority: z.string().nullable().meta({ description: 'Address or number in an authority file' }),
  })
  .meta({ id: 'Person', description: 'A person or body that a record names.' })

export const personDocument = (person: Person): z.output<typeof PersonSchema> => ({
  name: person.name,
  roles: [...person.roles],
  isBody: person.isBody,
  isAuthor: isAuthor(person),
  authority: person.authority ?? null,
})

/** Without the names of its members, which would be the half of it. */
type Kept = readonly [name: string, roles: readonly string[], isBody: 0 | 1, authority: string | null]

/** As many of the persons as a column of a length holds. */
export function keptPersons(persons: readonly Person[], length: number): string | null {
  const kept: string[] = []
  let used = 1
  for (const { name, roles, isBody, authority } of persons) {
    const each = JSON.stringify([name, roles, isBody ? 1 : 0, authority ?? null] satisfies Kept)
    used += each.length + 1
    if (used > length) break
    kept.push(each)
  }
  return kept.length === 0 ? null : `[${kept.join(',')}]`
}

export const personsOf = (kept: string | null): Person[] =>
  (JSON.parse(kept ?? '[]') as Kept[]).map(([name, roles, isBody, authority]) => ({
    name,
    roles,
    isBody: isBody === 1,
    authority: authority ?? undefined,
  }))
