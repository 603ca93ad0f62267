// Kinds of options: how each is read from a file or the environment, checked and described.
import { z } from 'zod'

export interface OptionMeta {
  readonly kind: string
  readonly description: string
  readonly secret?: true
}

const meta = (
  kind: string,
  description: string,
  extra: Partial<OptionMeta> = {},
): OptionMeta & Record<string, unknown> => ({
  kind,
  description,
  ...extra,
})

/** ini hands on true, false and null as such, everything else as text. */
const asText = z
  .union([z.string(), z.boolean(), z.null(), z.number()])
  .transform(value => (value === null ? '' : String(value)))

export const text = (fallback: string, description: string) =>
  asText.default(fallback).meta(meta('string', description))
export const secret = (fallback: string, description: string) =>
  asText.default(fallback).meta(meta('password', description, { secret: true }))
export const path = (fallback: string, description: string) =>
  asText.default(fallback).meta(meta('path', description))

export const colour = (fallback: string, description: string) =>
  z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'expected a colour like #8a2b1f')
    .default(fallback)
    .meta(meta('colour', description))

/** @param pattern of what it may be where it is not empty @param expected what that is, in words */
export const patterned = (pattern: RegExp, expected: string, description: string, fallback = '') =>
  z
    .string()
    .refine(value => value === '' || pattern.test(value), { error: `expected ${expected}` })
    .default(fallback)
    .meta(meta('string', description))

export const flag = (fallback: boolean, description: string) =>
  z
    .union([z.boolean(), z.stringbool()], { error: 'expected true or false' })
    .default(fallback)
    .meta(meta('boolean', description))

export const whole = (fallback: number, min: number, max: number, description: string) =>
  z
    .preprocess(
      value => (typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value),
      z
        .number({ error: `expected a number from ${min} to ${max}` })
        .int()
        .min(min, `expected a number from ${min} to ${max}`)
        .max(max, `expected a number from ${min} to ${max}`),
    )
    .default(fallback)
    .meta(meta(`integer ${min}-${max}`, description))

/** Comma-separated; the documented `set` and `list`. */
export const list = (
  fallback: readonly string[],
  description: string,
  member: z.ZodType<string, string> = z.string(),
) =>
  z
    .union([z.array(z.string()), asText])
    .transform(value =>
      (Array.isArray(value) ? value : value.split(',')).map(part => part.trim()).filter(part => part !== ''),
    )
    .pipe(z.array(member))
    .default([...fallback])
    .meta(meta('list', description))

export const oneOf = <const T extends readonly [string, ...string[]]>(
  values: T,
  fallback: T[number],
  description: string,
) =>
  z
    .enum(values, { error: `expected one of ${values.join(', ')}` })
    .default(fallback)
    .meta(meta(values.join(' | '), description))

export const numbers = (fallback: readonly number[], description: string) =>
  z
    .union([z.array(z.number()), asText])
    .transform(value =>
      Array.isArray(value)
        ? value
        : value
            .split(',')
            .map(part => part.trim())
            .filter(part => part !== '')
            .map(Number),
    )
    .pipe(z.array(z.number({ error: 'expected numbers separated by commas' }).int().min(1).max(20_000)))
    .default([...fallback])
    .meta(meta('list of integers', description))
