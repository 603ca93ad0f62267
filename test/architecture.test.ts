import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import t from 'tap'
import { root } from '../src/root.ts'

const src = join(root, 'src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))

/** Which part of the house a file belongs to. */
function partOf(file: string): string {
  const [first, second] = file.split('/')
  return first === 'modules' ? `modules/${second}` : file.includes('/') ? (first as string) : file
}

const base = ['errors.ts', 'codes.ts', 'root.ts']
const module = (...others: string[]) => [
  ...base,
  'http',
  'jobs',
  'firebird',
  'storage',
  'imaging',
  'formats',
  'config',
  'modules/log',
  'modules/access',
  ...others.map(name => `modules/${name}`),
]
const top = ['app.ts', 'listen.ts', 'services.ts', 'open-database.ts', 'health-only.ts', 'cli', 'sample']

/** Imports point down this table; a module enters another only along an edge named here, and only through its index. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  'codes.ts': [],
  'root.ts': [],
  formats: base,
  config: base,
  storage: base,
  imaging: [...base, 'formats'],
  firebird: base,
  jobs: [...base, 'firebird'],
  http: [...base, 'jobs', 'firebird', 'storage', 'imaging', 'config'],
  'modules/log': [...base, 'http', 'firebird'],
  'modules/access': [...base, 'http'],
  'modules/domains': module(),
  'modules/tree': module('domains'),
  'modules/titles': module('tree', 'domains'),
  'modules/pages': module('tree'),
  'modules/texts': module('pages', 'tree', 'titles'),
  'modules/structure': module('tree', 'titles', 'pages'),
  'modules/images': module('pages', 'domains', 'tree', 'titles'),
  'modules/mets': module('titles', 'tree', 'objects', 'pages', 'domains', 'changes'),
  search: [...base],
  'modules/search': [...module('objects', 'changes', 'domains', 'mets', 'oai', 'texts', 'tree'), 'search'],
  'modules/harvests': module('imports', 'mets', 'titles', 'tree', 'domains'),
  'modules/exports': module('objects', 'oai', 'manifests', 'images', 'texts', 'tree', 'domains'),
  'modules/oai': module('objects', 'changes', 'domains', 'mets', 'pages'),
  'modules/manifests': module('objects', 'changes', 'domains', 'texts', 'tree'),
  'modules/imports': module('tree', 'titles', 'pages', 'texts', 'mets', 'domains'),
  'modules/changes': module(),
  'modules/objects': module('tree', 'domains'),
  'modules/jobs': module(),
  'modules/health': module(),
  sample: [...base, 'formats', 'imaging', 'http', 'modules/domains', 'modules/imports'],
  'listen.ts': [...base, 'http'],
  'app.ts': [...base, 'http', 'jobs', 'listen.ts', 'modules/*'],
  'open-database.ts': [...base, 'config', 'firebird'],
  'services.ts': [...base, 'config', 'http', 'storage', 'imaging', 'open-database.ts'],
  'health-only.ts': [...base, 'config'],
  cli: [...base, 'config', 'search', 'firebird', 'jobs', 'http', 'modules/*', ...top],
  'cli.ts': [...base, 'cli'],
  'main.ts': [...base, 'config', 'jobs', 'modules/*', ...top],
}

const allowed = (part: string, target: string): boolean =>
  part === target ||
  (mayImport[part] ?? []).some(
    entry => entry === target || (entry === 'modules/*' && target.startsWith('modules/')),
  )

t.test('imports point down the table, and enter a module through its index', async t => {
  let seen = 0
  for (const file of files) {
    const part = partOf(file)
    t.ok(part in mayImport, `${part} stands in the table`)
    for (const [, path] of readFileSync(join(src, file), 'utf8').matchAll(
      /(?:from|import\()\s*'(\.[^']+)'/g,
    )) {
      seen++
      const target = relative(src, resolve(src, dirname(file), path as string))
      const targetPart = partOf(target)
      if (!allowed(part, targetPart)) t.fail(`${file} may not import ${target}`)
      if (targetPart !== part && targetPart.startsWith('modules/') && target !== `${targetPart}/index.ts`)
        t.fail(`${file} enters ${targetPart} through its index.ts, not ${target}`)
    }
  }
  t.ok(seen > 300, `${seen} imports were looked at`)
})

t.test('the edges of the table make no circle', async t => {
  const visiting = new Set<string>()
  const done = new Set<string>()
  const visit = (part: string, path: string[]): void => {
    if (done.has(part)) return
    if (visiting.has(part)) return void t.fail(`a circle: ${[...path, part].join(' → ')}`)
    visiting.add(part)
    for (const next of mayImport[part] ?? [])
      if (next !== 'modules/*' && !(part === 'cli' || part === 'main.ts')) visit(next, [...path, part])
    visiting.delete(part)
    done.add(part)
  }
  for (const part of Object.keys(mayImport)) visit(part, [])
  t.ok(done.size > 20)
})

const owners: Readonly<Record<string, string>> = {
  OPR_Domain: 'modules/domains',
  CFG_Option: 'modules/domains',
  OPR_Tree: 'modules/tree',
  OPR_Content: 'modules/titles',
  OPR_ContentField: 'modules/titles',
  OPR_Identifier: 'modules/titles',
  OPR_Page: 'modules/pages',
  OPR_Pack: 'modules/images',
  OPR_ImageProfile: 'modules/pages',
  OPR_Fulltext: 'modules/texts',
  OPR_Import: 'modules/imports',
  OPR_ImportItem: 'modules/imports',
  SYS_Log: 'modules/log',
  SYS_Job: 'jobs',
  SYS_Idempotency: 'http',
  SYS_Outbox: 'modules/changes',
  OPR_OaiRecord: 'modules/changes',
  OPR_Harvest: 'modules/harvests',
}

t.test('any repository reads any table; only its owner writes it', async t => {
  let seen = 0
  for (const file of files) {
    const text = readFileSync(join(src, file), 'utf8')
    for (const [, table] of text.matchAll(/(?:insertInto|replaceInto|updateTable|deleteFrom)\(\s*'(\w+)'/g)) {
      seen++
      t.equal(partOf(file), owners[table as string], `${file} writes ${table}`)
    }
    // checks repair across tables, each in the transaction of the finding
    if (file.endsWith('checks.ts')) continue
    for (const [, table] of text.matchAll(
      /(?:insert into|update|delete from|merge into) ((?:OPR|SYS|CFG)_\w+)/g,
    )) {
      if (table === 'SYS_Migration') continue
      seen++
      t.equal(partOf(file), owners[table as string], `${file} writes ${table} in SQL`)
    }
  }
  t.ok(seen > 30)
})

t.test(
  'database names stay in SQL: only repositories and the statements beside them know OT_Caption',
  async t => {
    const strangers = files
      .filter(file => /^(http|formats|imaging|storage|config)\//.test(file) && file !== 'http/write.ts')
      .filter(file => /'(OT|OC|OP|OD)_\w+'/.test(readFileSync(join(src, file), 'utf8')))
    t.same(strangers, [])
  },
)
