// Simple Dublin Core, as it lies beside images and as OAI-PMH sends it.
import { iso6392 } from '../languages/codes.ts'
import { languageNamed } from '../languages/names.ts'
import type { XmlElement } from '../xml/read.ts'
import type { ModsFields } from '../mods/write.ts'

export const dcNamespace = 'http://purl.org/dc/elements/1.1/'
const termsNamespace = 'http://purl.org/dc/terms/'

export const isDublinCore = (root: XmlElement): boolean =>
  root.children.some(child => child.namespace === dcNamespace && child.name === 'title') ||
  root.children.some(child => child.namespace === termsNamespace && child.name === 'title')

const isUrn = (value: string): boolean => /^urn:[a-z0-9][a-z0-9-]{1,31}:.+/i.test(value)

/** ‘de’, ‘eng’, ‘en-GB’, ‘German’, ‘ger; lat’: the codes of the languages that a text names. */
function languagesIn(text: string): string[] {
  const whole = iso6392(text) ?? languageNamed(text)
  const parts = text.split(/[;,/|]| and | und /)
  if (parts.length === 1) return whole === undefined ? [] : [whole]
  const named = parts.map(part => iso6392(part) ?? languageNamed(part))
  // ‘Greek, Modern’ is one language
  return named.every(each => each !== undefined)
    ? named
    : whole === undefined
      ? named.filter(each => each !== undefined)
      : [whole]
}

/** @returns fields without a title where it has none */
export function fieldsOfDublinCore(
  root: XmlElement,
): Omit<ModsFields, 'title'> & { readonly title: string | undefined } {
  const all = (name: string) =>
    root.children
      .filter(child => [dcNamespace, termsNamespace].includes(child.namespace) && child.name === name)
      .map(child => child.text)
      .filter(text => text !== '')
  const [title, ...otherTitles] = all('title')
  const [publisher, ...furtherPublishers] = all('publisher')
  const [extent, ...furtherExtents] = all('format')
  const [genre, ...genres] = all('type')
  const addresses = all('identifier').filter(value => /^https?:/i.test(value))
  const own = all('identifier').filter(value => !isUrn(value) && !/^https?:/i.test(value))
  return {
    title,
    otherTitles: [...otherTitles, ...all('alternative')].map(other => ({
      type: 'alternative' as const,
      title: other,
    })),
    persons: [
      ...all('creator').map(name => ({ name, role: 'aut' })),
      ...all('contributor').map(name => ({ name, role: 'ctb' })),
    ],
    date: all('date')[0] ?? all('issued')[0],
    publisher,
    furtherPublishers,
    languages: [...new Set(all('language').flatMap(languagesIn))],
    genre,
    genres: genres.map(value => ({ value })),
    extent,
    furtherExtents,
    abstracts: [...all('description'), ...all('abstract')],
    subjects: [
      ...all('subject').map(topic => ({ parts: [['topic', topic] as const] })),
      // places and times are told apart by their first sign alone
      ...['coverage', 'spatial', 'temporal'].flatMap(all).map(text => ({
        parts: [[/^\d/.test(text) ? 'temporal' : 'geographic', text] as const],
      })),
    ],
    notes: all('source').map(text => ({ type: 'source', text })),
    related: [...all('relation'), ...all('isPartOf')].map(named => ({ title: named })),
    urls: addresses,
    accessConditions: all('rights').map(text => ({
      type: 'use and reproduction',
      text,
      href: /^https?:\S+$/.test(text) ? text : undefined,
    })),
    identifiers: all('identifier')
      .filter(isUrn)
      .map(value => ({ scheme: 'urn', value })),
    ...(own[0] === undefined ? {} : { record: { value: own[0], source: 'dc' } }),
  }
}
