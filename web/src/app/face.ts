// The face of what is shown: that of the installation, and of a domain that has one of its own. Loaders of routes hand on the domain's.
import type { AnyRouteMatch } from '@tanstack/react-router'
import type { Schemas } from '../shared/api.ts'

/** How pages look and whom they name. */
export interface Face {
  readonly name: string
  readonly accent: string
  readonly logo: string
  readonly typeface: string
  readonly imprint: string
  readonly privacy: string
  readonly contact: string
  readonly footer: string
}

export type DomainFace = Schemas['DomainFace']

/** What the loader of a route leaves for it. */
export interface WithFace {
  readonly face: DomainFace
}

export const givenBy = (matches: readonly Pick<AnyRouteMatch, 'loaderData'>[]): DomainFace | undefined =>
  (matches.at(-1)?.loaderData as Partial<WithFace> | undefined)?.face

const texts = ['name', 'imprint', 'privacy', 'contact', 'footer'] as const
const looks = ['accent', 'logo', 'typeface'] as const

export function faceOf(installation: Face, own: DomainFace | undefined, locale: string): Face {
  const language = locale === 'de' ? 'de' : 'en'
  return {
    ...(Object.fromEntries(texts.map(key => [key, own?.[key][language] || installation[key]])) as Pick<Face, (typeof texts)[number]>),
    ...(Object.fromEntries(looks.map(key => [key, own?.[key] || installation[key]])) as Pick<Face, (typeof looks)[number]>),
  }
}

/** As the service writes it into the document. */
export const faceOfMatches = (installation: Face, matches: readonly Pick<AnyRouteMatch, 'loaderData'>[], locale: string): Face =>
  faceOf(installation, givenBy(matches), locale)
