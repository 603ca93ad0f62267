// How answers are written, held against Zod: only what the schema names, whatever else stands in the object.
import fc from 'fast-check'
import { serializerCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import t from './support/tap.ts'
import { randomCases } from './support/cases.ts'
import { compiled, writeAnswers } from '../src/http/answers.ts'
import { TitleList } from '../src/catalogue/titles/schemas.ts'
import { PageList } from '../src/catalogue/pages/schemas.ts'
import { TreeList } from '../src/catalogue/tree/schemas.ts'

const Person = z.object({ name: z.string(), year: z.number().nullable() }).meta({ id: 'AnswersPerson' })
const Book = z.object({
  id: z.number().int(),
  caption: z.string().nullable(),
  at: z.iso.datetime(),
  state: z.enum(['open', 'closed']).nullable(),
  author: Person.nullable(),
  people: z.array(Person),
  signature: z.string().optional(),
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
  data: z.union([Person, z.array(Person), z.null()]),
  facts: z.record(z.string(), z.number()),
  anything: z.unknown(),
  kind: z.literal('book'),
})
const person = fc.record({ name: fc.string({ unit: 'grapheme' }), year: fc.option(fc.integer()) })
const book = fc.record(
  {
    id: fc.integer(),
    caption: fc.option(fc.string({ unit: 'binary' })),
    at: fc.constant('2026-12-01T10:00:00.000Z'),
    state: fc.constantFrom('open', 'closed', null),
    author: fc.option(person),
    people: fc.array(person, { maxLength: 3 }),
    signature: fc.string(),
    value: fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.array(fc.string())),
    data: fc.oneof(person, fc.array(person, { maxLength: 2 }), fc.constant(null)),
    facts: fc.dictionary(fc.string(), fc.integer()),
    anything: fc.jsonValue(),
    kind: fc.constant('book'),
  },
  {
    requiredKeys: ['id', 'caption', 'at', 'state', 'author', 'people', 'value', 'data', 'facts', 'anything', 'kind'],
  },
) // prettier-ignore
const route = { schema: Book, method: 'GET', url: '/books' } as const

t.test('answers are written as Zod writes them', t => {
  const [ours, theirs] = [compiled(Book), serializerCompiler(route)]
  if (!ours) throw new Error('This has no choice that its kind does not tell.')
  fc.assert(
    fc.property(book, each => t.same(JSON.parse(ours(each)), JSON.parse(theirs(each)))),
    randomCases(t, 300),
  )
  t.end()
})

t.test('what a schema does not name does not leave, at whatever depth', t => {
  const write = writeAnswers(route)
  const secret = 'not to be told'
  const wide = { name: 'Clara', year: null, secret }
  const written = write({
    id: 1, caption: null, at: '2026-12-01T10:00:00Z', state: null, author: wide, people: [wide], value: 'x',
    data: [wide], facts: {}, anything: null, kind: 'book', secret,
  }) // prettier-ignore
  t.notMatch(written, secret)
  t.match(JSON.parse(written), { author: { name: 'Clara' }, data: [{ name: 'Clara' }] })
  t.end()
})

t.test('an answer that lacks what its schema promises is an error, not a shorter answer', t => {
  t.throws(() => writeAnswers(route)({ id: 1 }), /required/)
  t.end()
})

t.test('where only Zod can tell which of two objects is meant, Zod writes', t => {
  const Either = z.object({
    one: z.union([z.object({ a: z.string() }), z.object({ b: z.string(), c: z.string() })]),
  })
  t.equal(compiled(Either), undefined)
  t.equal(writeAnswers({ ...route, schema: Either })({ one: { b: 'x', c: 'y', d: 'z' } }), '{"one":{"b":"x","c":"y"}}')
  t.end()
}) // prettier-ignore

t.test('the lists that are asked for most are compiled', t => {
  for (const list of [TreeList, TitleList, PageList]) t.type(compiled(list), 'function')
  t.end()
})
