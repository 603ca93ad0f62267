// What lobid says of a person of the GND, as far as records and whoever chooses among namesakes need it.
import { z } from 'zod'

const texts = z.array(z.string()).default([])
const labels = z.array(z.object({ label: z.string() })).default([])

const Person = z.object({
  id: z.url({ protocol: /^https?$/ }).max(250),
  gndIdentifier: z.string().max(60),
  preferredName: z.string(),
  preferredNameEntityForThePerson: z.object({ surname: texts, forename: texts }).optional(),
  variantName: texts,
  dateOfBirth: texts,
  dateOfDeath: texts,
  placeOfBirth: labels,
  professionOrOccupation: labels,
  biographicalOrHistoricalInformation: texts,
})

/** What is no person as described is left out: one odd record hides no other. */
export const Answer = z.object({ member: z.array(z.unknown()) })

export interface Authority {
  readonly uri: string
  readonly identifier: string
  readonly name: string
  readonly family: string
  readonly given: string
  readonly dates: string | null
  readonly about: readonly string[]
  readonly variants: readonly string[]
}

/** A name of one part, as that of a saint, is all family name, as in records of MODS without types. */
export function partsOf(name: string): Pick<Authority, 'family' | 'given'> {
  const comma = name.indexOf(', ')
  return comma < 0
    ? { family: name, given: '' }
    : { family: name.slice(0, comma), given: name.slice(comma + 2) }
}

const mostVariants = 10
const yearOf = (dates: readonly string[]): string => /^-?\d{1,4}/.exec(dates[0] ?? '')?.[0] ?? ''

export function authorityOf(member: unknown): Authority | undefined {
  const read = Person.safeParse(member)
  if (!read.success) return undefined
  const person = read.data
  const parts = partsOf(person.preferredName)
  const { surname = [], forename = [] } = person.preferredNameEntityForThePerson ?? {}
  const [born, died] = [yearOf(person.dateOfBirth), yearOf(person.dateOfDeath)]
  return {
    uri: person.id,
    identifier: person.gndIdentifier,
    name: person.preferredName,
    family: surname[0] ?? parts.family,
    given: surname[0] !== undefined && forename[0] !== undefined ? forename[0] : parts.given,
    dates: born || died ? `${born}–${died}` : null,
    about: [
      ...new Set(
        [...person.professionOrOccupation, ...person.placeOfBirth]
          .map(({ label }) => label)
          .concat(person.biographicalOrHistoricalInformation),
      ),
    ],
    variants: person.variantName.slice(0, mostVariants),
  }
}
