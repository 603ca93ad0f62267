// How answers in JSON are written: by functions that are compiled from the schema of each route. Like Zod they write what the schema names and
// nothing else, so that no column leaves by accident; unlike Zod they make no copy first (bench: requests, an eighth of a list). Tests write each
// answer in both ways and compare.
import fastJsonStringify, { type Schema } from 'fast-json-stringify'
import { serializerCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'

type Json = Readonly<Record<string, unknown>>

/** A schema of JSON as one that tells only how to write; undefined where that depends on more than the kind of a value. */
function shape(schema: Json, definitions: Json): Json | undefined {
  if ('not' in schema || 'patternProperties' in schema) return undefined
  const choices = (schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf']) as readonly Json[] | undefined
  if (choices) return chosenByKind(choices, schema['nullable'] === true, definitions)
  const { $ref, type, nullable, required, properties, items, additionalProperties } = schema
  const inner = (each: unknown): unknown =>
    each === null || typeof each !== 'object' ? each : shape(each as Json, definitions)
  const members = Object.entries(properties ?? {}).map(([name, each]) => [name, inner(each)] as const)
  const [item, rest] = [inner(items), inner(additionalProperties)]
  const isWhole =
    members.every(([, each]) => each !== undefined) &&
    (item !== undefined || items === undefined) &&
    (rest !== undefined || additionalProperties === undefined)
  if (!isWhole) return undefined
  const all = { $ref, type, nullable, required, properties: properties && Object.fromEntries(members), items: item, additionalProperties: rest } // prettier-ignore
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

const plainKinds = new Set(['string', 'number', 'integer', 'boolean'])
/** In which the compiler is to try them: a text is for it whatever can become one, lists too. */
const orderOfKinds = ['null', 'integer', 'number', 'boolean', 'array', 'object', 'string']

/** Choices of which the kind of the value tells the one that is meant: a number or a text, an object or a list. */
function chosenByKind(choices: readonly Json[], nullable: boolean, definitions: Json): Json | undefined {
  const kinds = new Set(nullable ? ['null'] : [])
  const merged: Record<string, unknown> = {}
  for (const choice of choices) {
    const { $ref } = choice as { readonly $ref?: string }
    const named = $ref === undefined ? undefined : definitions[$ref.split('/').at(-1) as string]
    const meant = shape((named ?? choice) as Json, definitions)
    const kind = meant?.['type']
    if (!meant || typeof kind !== 'string' || (kinds.has(kind) && !plainKinds.has(kind))) return undefined
    if (meant['nullable'] === true) kinds.add('null')
    // null alone is written as a text of which null is the only value
    if (!((choice['enum'] as unknown[] | undefined)?.every(value => value === null) ?? false)) kinds.add(kind)
    Object.assign(merged, meant)
  }
  return { ...merged, nullable: undefined, type: orderOfKinds.filter(kind => kinds.has(kind)) }
}

/** @returns undefined where only Zod can tell which choice is meant */
export function compiled(schema: z.ZodType): ((data: unknown) => string) | undefined {
  const { definitions = {}, ...whole } = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'output' }) as Json & { definitions?: Json } // prettier-ignore
  const [top, below] = [
    shape(whole, definitions),
    Object.entries(definitions).map(([name, each]) => [name, shape(each as Json, definitions)] as const),
  ]
  if (!top || below.some(([, each]) => each === undefined)) return undefined
  return fastJsonStringify({ ...top, definitions: Object.fromEntries(below) } as unknown as Schema)
}

/** Compiles at the first answer: a service has hundreds of routes, of which most wait for long. */
export const writeAnswers: typeof serializerCompiler = route => {
  let write: ((data: unknown) => string) | undefined
  return data => {
    write ??= (route.schema instanceof z.ZodType && compiled(route.schema)) || serializerCompiler(route)
    return write(data)
  }
}
