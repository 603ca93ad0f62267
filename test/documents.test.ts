import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import t from './support/tap.ts'
import { batchActions } from '../src/catalogue/tree/schemas.ts'
import { renderAll } from '../src/cli/documents.ts'
import { domainOptionKeys } from '../src/config/domain-options.ts'
import { root } from '../src/root.ts'
import { copyTemplate, isDirect, testServer } from './support/database.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'docs/operations.md',
  'docs/api.md',
  ...readdirSync(join(root, 'docs/handbook'))
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/handbook/${name}`),
]

t.test('what is generated from the sources is current', async t => {
  const server = testServer()
  const file = copyTemplate(server)
  t.teardown(() => rmSync(file, { force: true }))
  const database = {
    FIREFOLIO_DATABASE_HOST: `${server.host}/${server.port}`,
    FIREFOLIO_DATABASE_FILE: file,
    FIREFOLIO_DATABASE_USER: 'SYSDBA',
    FIREFOLIO_DATABASE_PASSWORD: server.password,
    FIREFOLIO_DATABASE_ROLE: '',
    FIREFOLIO_DATABASE_DIRECT: String(isDirect),
  }
  for (const [path, text] of await renderAll(database)) t.equal(read(path), text, `${path} (npm run docs)`)
})

t.test('every script that the documents name exists', async t => {
  const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts
  let seen = 0
  for (const document of documents)
    for (const [, name] of read(document).matchAll(/npm (?:run )?([a-z]+(?::[a-z]+)?)(?![\w/-])/g)) {
      if (['ci', 'install', 'i', 'packages'].includes(name as string)) continue
      seen++
      t.ok((name as string) in scripts, `${document}: npm run ${name}`)
    }
  t.ok(seen > 5)
})

t.test('every file that the documents link or tour exists', async t => {
  let seen = 0
  for (const document of documents)
    for (const match of read(document).matchAll(
      /`((?:src|sql|config|test|docs|scripts|bench)\/[\w./-]*)`|\]\((?!https?:)([^)#]+)\)/g,
    )) {
      const path = match[1] ?? match[2]
      if (path === undefined) continue
      seen++
      t.ok(
        existsSync(join(root, path)) || existsSync(join(root, dirname(document), path)),
        `${document}: ${path}`,
      )
    }
  t.ok(seen > 20)
})

t.test('decisions are numbered as they are headed', async t => {
  const index = read('docs/decisions/README.md')
  const entries = [...index.matchAll(/\[(\d{4})\]\((\d{4}-[\w-]+\.md)\)/g)]
  t.ok(entries.length >= 3)
  for (const [, number, file] of entries) {
    t.ok(file?.startsWith(number as string))
    t.match(read(`docs/decisions/${file}`), new RegExp(`^# ${number} `))
  }
})

t.test('every decision and trap that a comment cites by number stands in the documents', t => {
  const listed = new Set(
    [...read('docs/decisions/design.md').matchAll(/^\| (decision|trap)s? ([\d, ]+) \|/gm)].flatMap(
      ([, kind, numbers]) => (numbers as string).split(', ').map(number => `${kind} ${number}`),
    ),
  )
  let seen = 0
  for (const folder of ['src', 'sql', 'test'])
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.(ts|sql)$/.test(file)) continue
      for (const [, kind, numbers] of read(join(folder, file)).matchAll(
        /\b(decision|trap)s? ((?:\d{1,2}\w?(?:, | and |-)?)+)/g,
      ))
        for (const [, from, to] of (numbers as string).matchAll(/(\d+)(?:-(\d+))?/g))
          for (let n = Number(from); n <= Number(to ?? from); n++) {
            seen++
            t.ok(listed.has(`${kind} ${n}`), `${folder}/${file}: ${kind} ${n}`)
          }
    }
  t.ok(seen > 40, `${seen} citations`)
  t.end()
})

t.test('no lock file carries a download address, and no file a path of a machine', async t => {
  t.notMatch(read('package-lock.json'), /"resolved": *"https?:/)
})

t.test('the OpenAPI document passes Redocly’s recommended rules without error and warning', async t => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'node_modules/@redocly/cli/bin/cli.js'), 'lint', 'openapi.json', '--config', 'redocly.yaml', '--format', 'json'],
    { cwd: root, env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
  ) // prettier-ignore
  const { totals, problems } = JSON.parse(stdout) as {
    totals: { errors: number; warnings: number }
    problems: { ruleId: string; message: string }[]
  }
  t.match(totals, { errors: 0, warnings: 0 }, JSON.stringify(problems.slice(0, 5)))
})

t.test(
  'what docs/api.md says of all documents and changes holds in openapi.json, but for those it names',
  async t => {
    interface Schema { readonly $ref?: string; readonly properties?: object; readonly allOf?: Schema[]; readonly anyOf?: Schema[] } // prettier-ignore
    interface Operation {
      readonly operationId: string
      readonly description?: string
      readonly tags?: readonly string[]
      readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> }
      readonly parameters?: readonly { readonly $ref?: string }[]
      readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>> // prettier-ignore
    }
    const { paths, components, tags } = JSON.parse(read('openapi.json')) as {
      tags: readonly { readonly name: string }[]
      paths: Record<string, Record<string, Operation>>
      components: { schemas: Record<string, Schema> }
    }
    const members = (schema: Schema | undefined): string[] =>
      schema === undefined
        ? []
        : [
            ...members(
              schema.$ref === undefined ? undefined : components.schemas[schema.$ref.split('/').at(-1) ?? ''],
            ),
            ...Object.keys(schema.properties ?? {}),
            ...[...(schema.allOf ?? []), ...(schema.anyOf ?? [])].flatMap(members),
          ]
    const all = Object.entries(paths)
      .filter(([path]) => path.startsWith('/api/'))
      .flatMap(([, operations]) => Object.entries(operations))
    const bare = all.filter(([, { responses }]) =>
      Object.entries(responses).some(([status, { content }]) => {
        const schema = status.startsWith('2') ? content?.['application/json']?.schema : undefined
        const found = members(schema)
        return schema !== undefined && !['links', 'relationships', 'meta'].every(name => found.includes(name))
      }),
    )
    t.ok(all.length > 150)
    // each is called once, as it is typed, and stands in one chapter; whether the bodies fit their schemas is the linter's
    const every = Object.values(paths).flatMap(operations => Object.values(operations))
    const uncalled = every.filter(
      ({ description = '', requestBody }) =>
        !/^```sh\ncurl .*"\$SERVER\/[^{}"]*"\n```$/m.test(description) ||
        (requestBody?.content['application/json'] && !requestBody.content['application/json'].example),
    )
    t.same(uncalled.map(({ operationId }) => operationId), []) // prettier-ignore
    t.same([...new Set(every.flatMap(each => each.tags ?? []))].sort(), tags.map(({ name }) => name).sort())
    t.ok(every.every(each => each.tags?.length === 1))
    t.same(bare.map(([, { operationId }]) => operationId).sort(), ['addIdentifier', 'createKeyOfMe', 'createKeyOfUser', 'extendLoan', 'getDomainFace', 'getSystemReport', 'handOutLoan', 'makeGroupLink', 'makePasswordLink']) // prettier-ignore
    const unrepeatable = all.filter(
      ([method, { parameters = [] }]) =>
        method === 'post' && !parameters.some(({ $ref }) => $ref?.endsWith('/IdempotencyKey')),
    )
    const ofPeople =
      /User|Group|Member|Key|Password|Link|[Ll]oan|borrow|logIn|handOut|welcome|[Cc]onfirm|Identity|proveSession/
    t.ok(unrepeatable.length > 0)
    t.same(unrepeatable.map(([, { operationId }]) => operationId).filter(id => !ofPeople.test(id)), []) // prettier-ignore
  },
)

t.test('every action of the log has words at the desk', async t => {
  const words = read('web/src/desk/log/words.ts')
  const texts = ['de', 'en'].map(
    language => JSON.parse(read(`web/src/messages/desk/${language}.json`)) as object,
  )
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const named = sources
    .filter(path => path.endsWith('.ts'))
    .flatMap(path =>
      [...read(`src/${path}`).matchAll(/\b(?:action: |logged\(trx, request, )'([a-z-]+)'/g)].map(
        ([, action = '']) => action,
      ),
    )
    .concat(batchActions)
  t.ok(named.length > 40)
  for (const action of new Set(named))
    t.ok(words.includes(`'${action}'`) && texts.every(each => `log.action.${action}` in each), action)
})

t.test('every option of a domain has words at the desk, and so has its section', async t => {
  const options = domainOptionKeys()
  t.ok(options.includes('stores.masters'))
  for (const language of ['de', 'en']) {
    const texts = JSON.parse(read(`web/src/messages/desk/${language}.json`)) as object
    for (const key of options)
      for (const text of [`option.${key}`, `option.${key}.about`, `options.${key.split('.')[0] ?? ''}`])
        t.ok(text in texts, `${text} in ${language}.json`)
  }
})
