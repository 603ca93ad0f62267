// Checks as the documented configuration writes them: integer(0, 9999), string(default=x), list(default=), option(a, b, default=a).
import { Refusal } from '../errors.ts'

export interface SpecCheck {
  readonly kind: 'integer' | 'string' | 'list' | 'option'
  readonly members: readonly string[]
  /** undefined: the option is required */
  readonly fallback: string | undefined
}

export function readCheck(text: string, place: string): SpecCheck {
  const found = /^(integer|string|list|option)(?:\((.*)\))?$/.exec(text.trim())
  if (!found) throw new Refusal('bad-request', `${place}: ‘${text}’ is no check.`)
  const parts = (found[2] ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
  const fallback = parts.find(part => part.startsWith('default='))?.slice('default='.length)
  return {
    kind: found[1] as SpecCheck['kind'],
    members: parts.filter(part => !part.startsWith('default=')),
    fallback,
  }
}

export function checkedValue(raw: unknown, check: SpecCheck, place: string): string | number | string[] {
  const value = raw === undefined ? check.fallback : raw === null ? '' : `${raw as string | number | boolean}`
  if (value === undefined) throw new Refusal('bad-request', `${place} is missing.`)
  switch (check.kind) {
    case 'integer': {
      const number = Number(value)
      const [min, max] = check.members.map(Number)
      if (
        !Number.isInteger(number) ||
        (min !== undefined && number < min) ||
        (max !== undefined && number > max)
      )
        throw new Refusal(
          'bad-request',
          `${place}: expected a whole number from ${min} to ${max}, got ‘${value}’.`,
        )
      return number
    }
    case 'list':
      return value
        .split(',')
        .map(part => part.trim())
        .filter(part => part !== '')
    case 'option':
      if (!check.members.includes(value))
        throw new Refusal(
          'bad-request',
          `${place}: expected one of ${check.members.join(', ')}, got ‘${value}’.`,
        )
      return value
    default:
      return value
  }
}
