import type { z } from 'zod'
import { byLanguage } from '../../config/languages.ts'
import type { DomainFace } from './schemas.ts'

/** The face of a domain, of its effective options. */
export function faceOf(
  options: readonly { readonly key: string; readonly value: unknown }[],
): z.output<typeof DomainFace> {
  const values = new Map(options.map(({ key, value }) => [key, value]))
  const option = (name: string): string => {
    const value = values.get(`web.${name}`)
    return typeof value === 'string' ? value : ''
  }
  return {
    name: byLanguage(option('name')),
    accent: option('accent'),
    logo: option('logo'),
    typeface: option('typeface'),
    imprint: byLanguage(option('imprint')),
    privacy: byLanguage(option('privacy')),
    contact: byLanguage(option('contact')),
    footer: byLanguage(option('footer')),
  }
}
