// Sections of which there may be several, each with a name of its own behind the dot: [auth.university], [store.ceph].
import type { z } from 'zod'
import type { IniFile } from './ini-file.ts'
import { isProviderName, providerSection } from './provider-options.ts'
import { isStoreName, storeSection } from './store-options.ts'

export const namedSections = { auth: providerSection, store: storeSection } as const

export type NamedKind = keyof typeof namedSections

interface Naming {
  readonly isName: (name: string) => boolean
  /** Why a name is none, as the end of a sentence */
  readonly fault: (name: string) => string
}
export const namings: Readonly<Record<NamedKind, Naming>> = {
  auth: {
    isName: isProviderName,
    fault: name =>
      `a provider cannot be called ‘${name}’; names are of small letters and digits, and not those of other ways in.`,
  },
  store: {
    isName: isStoreName,
    fault: name =>
      `a store cannot be called ‘${name}’; names are of small letters and digits, and local is the folder of [path] varLarge.`,
  },
}

/** Kind and name of a section of several; undefined for those that are there once. */
export function namedBy(section: string): { readonly kind: NamedKind; readonly name: string } | undefined {
  const [, kind = '', name = ''] = /^([a-z]+)\.(.+)$/.exec(section) ?? []
  return Object.hasOwn(namedSections, kind) ? { kind: kind as NamedKind, name } : undefined
}

export const shapeOf = (kind: NamedKind): z.ZodObject => namedSections[kind]

/** Names that the file or the environment gives to sections of a kind, FIREFOLIO_AUTH_UNIVERSITY_ISSUER. */
export function namesIn(kind: NamedKind, ini: IniFile, environment: NodeJS.ProcessEnv): string[] {
  const ofFile = [...ini.sections.keys()]
    .map(namedBy)
    .map(found => (found?.kind === kind ? found.name : undefined))
  const pattern = new RegExp(`^FIREFOLIO_${kind.toUpperCase()}_([A-Z0-9]+)_[A-Z0-9]+$`)
  const ofEnvironment = Object.keys(environment).map(name => pattern.exec(name)?.[1]?.toLowerCase())
  return [...new Set([...ofFile, ...ofEnvironment])].filter(
    name => name !== undefined && namings[kind].isName(name),
  ) as string[]
}
