import { add, type Element, elements, first, remove, setText, textOf } from '../xml/dom.ts'
import { refusedRelators, relatorCodes, relatorOfWord } from './vocabularies.ts'

const partTypes = ['date', 'family', 'given', 'termsOfAddress']
const isGnd = (uri: string): boolean => /^https?:\/\/d-nb\.info\/gnd\//.test(uri)

/** name_08: each part of a person's name says which part it is. */
function mendPersonalParts(name: Element): void {
  const typed = elements(name, 'namePart')
    .filter(part => ['family', 'given'].includes(part.getAttribute('type') ?? ''))
    .map(textOf)
  for (const part of elements(name, 'namePart')) {
    if (partTypes.includes(part.getAttribute('type') ?? '')) continue
    // the whole name beside its parts says them twice
    if (typed.length > 0 && typed.every(text => textOf(part).includes(text))) {
      remove(part)
      continue
    }
    const [family, given] = textOf(part).split(/,\s*(.*)/s)
    if (given) {
      setText(part, family as string)
      part.setAttribute('type', 'family')
      add(name, 'namePart', given, { type: 'given' }, part.nextElementSibling)
    } else part.setAttribute('type', /^\[?\d{3,4}/.test(family as string) ? 'date' : 'given')
  }
}

/** name_12, _13: a role is a code of the MARC relators. @returns the code, undefined where it is none */
function relatorOf(role: Element): string | undefined {
  for (const term of elements(role, 'roleTerm')) {
    const text = textOf(term).toLowerCase()
    const code =
      relatorCodes.has(text) || refusedRelators.has(text)
        ? text
        : relatorOfWord[text.replace(/[[\].]/g, '').trim()]
    if (code !== undefined) return code
  }
  return undefined
}

/** name_01 to _14. */
export function mendNames(record: Element): void {
  for (const name of elements(record, 'name')) {
    for (const role of elements(name, 'role')) {
      const code = relatorOf(role)
      if (code === undefined) remove(role)
      else {
        const texts = elements(role, 'roleTerm').filter(term => term.getAttribute('type') === 'text')
        const isBehind = texts.some(text => text === first(role, 'roleTerm') && textOf(text) !== code)
        for (const term of elements(role, 'roleTerm'))
          if (!texts.includes(term) || textOf(term) === code) remove(term)
        // where the record has it, so that it comes back as it went
        const before = isBehind ? null : role.firstElementChild
        add(role, 'roleTerm', code, { type: 'code', authority: 'marcrelator' }, before)
        if (refusedRelators.has(code)) remove(role)
      }
    }
    for (const extra of elements(name, 'displayForm').slice(1)) remove(extra)
    const own = name.getAttribute('valueURI')
    for (const child of elements(name)) {
      const uri = child.getAttribute('valueURI')
      if (uri === null) continue
      child.removeAttribute('valueURI')
      if (own === null && isGnd(uri) && child.localName !== 'role') name.setAttribute('valueURI', uri)
    }
    if (own !== null && !isGnd(own)) name.removeAttribute('valueURI')
    const hasName =
      elements(name, 'namePart').some(part => textOf(part) !== '') ||
      textOf(first(name, 'displayForm')) !== ''
    if (!hasName) {
      remove(name)
      continue
    }
    if (name.getAttribute('type') === 'personal') mendPersonalParts(name)
  }
}
