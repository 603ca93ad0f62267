// Languages of pages for people, and texts of the configuration that are written in several of them.
export const languages = ['de', 'en'] as const
export type Language = (typeof languages)[number]
export type ByLanguage = Readonly<Record<Language, string>>

/** `de: Impressum | en: Imprint`. A text that names no language is the same in all, one that is missing is as the first. */
export function byLanguage(text: string): ByLanguage {
  const [before, ...parts] = text.split(/(?:^|\s*\|\s*)(de|en):\s+/)
  const found = new Map<string, string>()
  for (let at = 0; at + 1 < parts.length; at += 2)
    found.set(parts[at] as string, (parts[at + 1] as string).trim())
  const [first] = found.values()
  const isOne = before !== '' || first === undefined
  const of = (language: Language): string => (isOne ? text : (found.get(language) ?? first))
  return { de: of('de'), en: of('en') }
}
