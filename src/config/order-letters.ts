// Letters about the steps of orders in the words of the house: [orders] templates names a folder of files as accepted.de.txt. The first line is
// the subject, the text stands below an empty one. Names in braces stand for what the order says; all faults are told at once, with file and line.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Language, languages } from './languages.ts'
import { similar } from './similar.ts'

/** What letters are about: a state that an order comes to, or each one that has no letter of its own. */
export const letterNames = [
  'step',
  'accepted',
  'scanning',
  'delivered',
  'closed',
  'refused',
  'cancelled',
] as const
export type LetterName = (typeof letterNames)[number]

/** What may stand in braces. */
export const placeholders = [
  'order',
  'title',
  'reference',
  'state',
  'comment',
  'name',
  'library',
  'link',
] as const
export type Values = Readonly<Record<(typeof placeholders)[number], string>>

export interface LetterText {
  readonly subject: string
  readonly text: string
}
/** By name and language: accepted.de */
export type Letters = ReadonlyMap<`${LetterName}.${Language}`, LetterText>

const mostCharacters = 20_000
const fileNames = new Set(letterNames.flatMap(name => languages.map(language => `${name}.${language}.txt`)))
const inBraces = /\{([a-z]+)\}/gi
const isKnown = (name: string): boolean => (placeholders as readonly string[]).includes(name)

function faultsOf(lines: readonly string[]): string[] {
  const [subject = '', between = '', ...rest] = lines
  const faults: string[] = []
  if (subject.trim() === '') faults.push('line 1: the subject is missing')
  if (between.trim() !== '') faults.push('line 2: expected an empty line below the subject')
  if (rest.every(line => line.trim() === '')) faults.push('the text is missing')
  for (const [at, line] of lines.entries())
    for (const [written, name = ''] of line.matchAll(inBraces)) {
      if (isKnown(name)) continue
      const meant = similar(name, placeholders)
      const all = placeholders.map(each => `{${each}}`).join(', ')
      faults.push(
        `line ${at + 1}: there is no placeholder ${written}${meant ? `; did you mean {${meant}}?` : `; there are ${all}`}`,
      )
    }
  return faults
}

/** @param folder an absolute path; empty where there are none */
export function readLetters(folder: string): { letters: Letters; faults: readonly string[] } {
  const letters = new Map<`${LetterName}.${Language}`, LetterText>()
  if (folder === '') return { letters, faults: [] }
  const faults: string[] = []
  let names: string[]
  try {
    // notes and copies of an editor may lie beside them
    names = readdirSync(folder).filter(name => name.endsWith('.txt'))
  } catch (error) {
    return {
      letters,
      faults: [`the folder ${folder} cannot be read (${(error as NodeJS.ErrnoException).code})`],
    }
  }
  for (const name of names.toSorted()) {
    if (!fileNames.has(name)) {
      const meant = similar(name, [...fileNames])
      const form = `letters are called ${letterNames.join(', ')}, with the language behind it, as step.de.txt`
      faults.push(`there is no letter ${name}${meant ? `; did you mean ${meant}?` : `; ${form}`}`)
      continue
    }
    const content = readFileSync(join(folder, name), 'utf8').replace(/^\uFEFF/, '')
    const lines = content.split(/\r?\n/)
    const found =
      content.length > mostCharacters
        ? [`${content.length} characters, and at most ${mostCharacters} are possible`]
        : faultsOf(lines)
    faults.push(...found.map(fault => `${name}, ${fault}`))
    const [subject = '', , ...rest] = lines
    letters.set(name.slice(0, -4) as `${LetterName}.${Language}`, {
      subject: subject.trim(),
      text: rest.join('\n').trim(),
    })
  }
  return { letters, faults }
}

const put = (line: string, values: Values): string =>
  line.replace(inBraces, (_, name: string) => values[name as keyof Values])

/** A letter with its values; what they hold in braces is text. A line whose placeholders all stand for nothing is left out. */
export function filledLetter({ subject, text }: LetterText, values: Values): LetterText {
  const lines = text.split('\n').filter(line => {
    const named = [...line.matchAll(inBraces)].map(([, name]) => values[name as keyof Values])
    return named.length === 0 || named.some(value => value !== '')
  })
  return {
    subject: put(subject, values).replace(/\s+/g, ' ').trim(),
    text: lines
      .map(line => put(line, values))
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
  }
}
