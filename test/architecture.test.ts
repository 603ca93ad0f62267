import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import t from './support/tap.ts'
import { root } from '../src/root.ts'

const src = join(root, 'src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))

const wings = ['catalogue', 'images', 'intake', 'dissemination', 'preservation', 'people', 'system']

/** Which part of the house a file belongs to: a module of a wing, a folder of the base, or a file at the top. */
function partOf(file: string): string {
  const [first, second] = file.split('/') as [string, string?]
  return wings.includes(first) ? `${first}/${second}` : second !== undefined ? first : file
}

const base = ['errors.ts', 'codes.ts', 'root.ts', 'whole-files.ts', 'owned.ts', 'lazily.ts']
const below = [...base, 'http', 'jobs', 'firebird', 'storage', 'imaging', 'formats', 'config']
const module = (...others: string[]) => [...below, 'system/log', 'people/access', ...others]
const top = [
  'app.ts',
  'job-runner.ts',
  'listen.ts',
  'start-faults.ts',
  'services.ts',
  'open-database.ts',
  'health-only.ts',
  'cli',
  'sample',
]
const modules = 'modules of all wings'

/** Imports point down this table; a module enters another only along an edge named here, and only through its index. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  'codes.ts': [],
  'root.ts': [],
  'lazily.ts': [],
  'whole-files.ts': ['errors.ts', 'codes.ts'],
  'owned.ts': ['whole-files.ts'],
  formats: base,
  config: base,
  storage: base,
  imaging: [...base, 'formats'],
  firebird: base,
  'search-index': [...base],
  offload: [...base, 'formats'],
  jobs: [...base, 'firebird'],
  http: [...base, 'formats', 'jobs', 'firebird', 'storage', 'imaging', 'offload', 'config'],

  'system/log': [...base, 'http', 'firebird', 'people/access'],
  'system/changes': module(),
  'system/jobs': module(),
  'system/health': module(),
  'system/statistics': module(),
  'system/programs': module(),
  'system/overview': module(
    'system/health',
    'system/changes',
    'dissemination/search',
    'images/packs',
    'preservation/backup',
    'preservation/fixity',
  ),
  'people/access': [...base, 'http', 'firebird', 'formats', 'config'],
  'people/sessions': module(),
  'people/viewers': module('people/sessions', 'people/accounts', 'people/lending'),
  'people/providers': module('people/sessions', 'people/accounts', 'people/groups', 'people/viewers'),
  'people/lending': module('catalogue/tree'),
  'people/orders': module('catalogue/tree', 'catalogue/attachments', 'catalogue/pages', 'people/accounts'),
  'people/rights': module('people/sessions', 'catalogue/tree', 'catalogue/domains'),
  'people/groups': module('people/sessions'),
  'people/accounts': module('people/sessions', 'people/groups'),

  'catalogue/domains': module(),
  'catalogue/tags': module('catalogue/domains'),
  'catalogue/transitions': module(
    'catalogue/domains',
    'catalogue/tags',
    'people/sessions',
    'people/accounts',
  ),
  'catalogue/notes': module('catalogue/domains'),
  'catalogue/identifiers': module('catalogue/domains'),
  'catalogue/attachments': module('catalogue/domains', 'catalogue/tree'),
  'catalogue/tree': module(
    'catalogue/domains',
    'catalogue/tags',
    'catalogue/transitions',
    'catalogue/notes',
    'catalogue/identifiers',
    'people/sessions',
  ),
  'catalogue/titles': module(
    'people/sessions',
    'catalogue/attachments',
    'catalogue/tree',
    'catalogue/domains',
    'catalogue/tags',
    'catalogue/identifiers',
  ),
  'catalogue/pages': module('catalogue/domains', 'catalogue/tree'),
  'catalogue/texts': module('catalogue/domains', 'catalogue/pages', 'catalogue/tree', 'catalogue/titles'),
  'catalogue/operations': module(
    'people/orders',
    'catalogue/attachments',
    'catalogue/tree',
    'catalogue/titles',
    'catalogue/pages',
    'catalogue/texts',
    'catalogue/tags',
    'catalogue/notes',
    'catalogue/domains',
    'catalogue/transitions',
    'images/packs',
  ),
  'catalogue/rearranging': module(
    'people/orders',
    'catalogue/attachments',
    'catalogue/notes',
    'catalogue/tree',
    'catalogue/titles',
    'catalogue/pages',
    'catalogue/texts',
    'catalogue/domains',
  ),
  'catalogue/structure': module('catalogue/tree', 'catalogue/titles', 'catalogue/pages', 'catalogue/texts'),

  'images/packs': module('catalogue/pages', 'catalogue/domains'),
  'images/marks': module('images/packs', 'catalogue/domains'),
  'images/serving': module(
    'people/lending',
    'images/packs',
    'catalogue/pages',
    'catalogue/tree',
    'catalogue/titles',
  ),

  'intake/plans': module('catalogue/titles', 'catalogue/attachments'),
  'intake/deliveries': module('intake/plans', 'catalogue/titles'),
  'intake/remote': module(),
  'intake/authorities': module('intake/remote'),
  'intake/catalogues': module('intake/deliveries', 'intake/remote', 'catalogue/titles'),
  'intake/imports': module(
    'catalogue/attachments',
    'intake/catalogues',
    'intake/plans',
    'intake/deliveries',
    'catalogue/tree',
    'catalogue/titles',
    'catalogue/pages',
    'catalogue/texts',
    'catalogue/domains',
    'people/sessions',
  ),
  'intake/recognition': module(
    'images/packs',
    'catalogue/domains',
    'catalogue/pages',
    'catalogue/texts',
    'catalogue/tree',
    'people/sessions',
  ),
  'intake/harvests': module(
    'intake/remote',
    'intake/imports',
    'intake/plans',
    'catalogue/titles',
    'catalogue/tree',
    'catalogue/domains',
  ),

  'intake/migrations': module(
    'intake/remote',
    'intake/harvests',
    'intake/imports',
    'intake/plans',
    'intake/deliveries',
    'catalogue/titles',
    'catalogue/pages',
    'catalogue/texts',
    'catalogue/tree',
    'catalogue/domains',
  ),

  'dissemination/objects': module(
    'people/lending',
    'catalogue/texts',
    'catalogue/attachments',
    'catalogue/tree',
    'catalogue/domains',
  ),
  'dissemination/mets': module(
    'catalogue/attachments',
    'dissemination/objects',
    'catalogue/titles',
    'catalogue/tree',
    'catalogue/pages',
    'catalogue/domains',
    'system/changes',
  ),
  'dissemination/records': module(
    'dissemination/mets',
    'dissemination/objects',
    'catalogue/pages',
    'system/changes',
  ),
  'dissemination/manifests': module(
    'dissemination/objects',
    'catalogue/domains',
    'catalogue/texts',
    'catalogue/tree',
    'people/lending',
    'system/changes',
  ),
  'dissemination/oai': module(
    'dissemination/records',
    'dissemination/objects',
    'catalogue/domains',
    'catalogue/pages',
    'system/changes',
  ),
  'dissemination/search': [
    ...module(
      'dissemination/records',
      'dissemination/objects',
      'dissemination/mets',
      'catalogue/domains',
      'catalogue/tags',
      'catalogue/texts',
      'catalogue/tree',
      'system/changes',
    ),
    'search-index',
  ],
  'dissemination/permalinks': module(
    'people/orders',
    'system/changes',
    'dissemination/records',
    'dissemination/objects',
    'catalogue/tree',
    'catalogue/identifiers',
  ),
  'dissemination/reading': module(
    'people/lending',
    'people/orders',
    'dissemination/objects',
    'dissemination/records',
    'dissemination/permalinks',
    'dissemination/feeds',
    'dissemination/search',
    'catalogue/domains',
    'catalogue/notes',
    'catalogue/texts',
    'catalogue/titles',
    'catalogue/tree',
  ),
  'dissemination/downloads': module(
    'catalogue/attachments',
    'dissemination/objects',
    'images/serving',
    'catalogue/texts',
    'catalogue/tree',
    'catalogue/domains',
  ),
  'dissemination/feeds': module('dissemination/objects', 'catalogue/domains', 'images/serving'),
  'dissemination/published': module('dissemination/objects', 'catalogue/tree', 'catalogue/domains'),

  'preservation/fixity': module('catalogue/domains', 'catalogue/pages'),
  'preservation/backup': module('preservation/fixity'),
  'preservation/stores': module('preservation/fixity', 'catalogue/domains'),
  'preservation/capsules': module(
    'preservation/fixity',
    'catalogue/domains',
    'dissemination/mets',
    'dissemination/objects',
    'images/packs',
    'catalogue/pages',
    'catalogue/texts',
    'catalogue/tree',
  ),

  sample: [...base, 'formats', 'imaging', 'http', 'catalogue/domains', 'intake/imports'],
  web: [...base, 'http', 'formats', 'config'],
  'listen.ts': [...base, 'http'],
  'folders.ts': base,
  'start-faults.ts': [...base, 'firebird'],
  'app.ts': [...base, 'http', 'jobs', 'listen.ts', 'web', modules],
  'job-runner.ts': [...base, 'config', 'jobs', 'app.ts', 'services.ts', modules],
  'open-database.ts': [...base, 'config', 'firebird'],
  'services.ts': [
    ...base,
    'config',
    'firebird',
    'http',
    'storage',
    'imaging',
    'offload',
    'folders.ts',
    'open-database.ts',
  ],
  'health-only.ts': [...base, 'config'],
  cli: [...base, 'config', 'formats', 'search-index', 'firebird', 'jobs', 'http', modules, ...top],
  'cli.ts': [...base, 'cli', 'start-faults.ts'],
  'main.ts': [...base, 'config', 'jobs', modules, ...top],
}

const isModule = (part: string): boolean => wings.includes(part.split('/')[0] as string)

const allowed = (part: string, target: string): boolean =>
  part === target ||
  (mayImport[part] ?? []).some(entry => entry === target || (entry === modules && isModule(target)))

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
      if (targetPart !== part && isModule(targetPart) && target !== `${targetPart}/index.ts`)
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
      if (next !== modules && !(part === 'cli' || part === 'main.ts')) visit(next, [...path, part])
    visiting.delete(part)
    done.add(part)
  }
  for (const part of Object.keys(mayImport)) visit(part, [])
  t.ok(done.size > 20)
})

const owners: Readonly<Record<string, string>> = {
  OPR_Domain: 'catalogue/domains',
  CFG_Option: 'catalogue/domains',
  OPR_DomainTag: 'catalogue/domains',
  OPR_Tag: 'catalogue/tags',
  OPR_NodeTag: 'catalogue/tags',
  OPR_Transition: 'catalogue/transitions',
  OPR_Note: 'catalogue/notes',
  OPR_Attachment: 'catalogue/attachments',
  OPR_Tree: 'catalogue/tree',
  OPR_Type: 'firebird',
  OPR_Redirect: 'catalogue/tree',
  OPR_Content: 'catalogue/titles',
  OPR_ContentField: 'catalogue/titles',
  OPR_SortKey: 'catalogue/titles',
  OPR_Identifier: 'catalogue/titles',
  OPR_Assigned: 'catalogue/identifiers',
  OPR_Page: 'catalogue/pages',
  OPR_Region: 'catalogue/pages',
  OPR_Pack: 'images/packs',
  OPR_ImageProfile: 'catalogue/pages',
  OPR_MasterVerdict: 'catalogue/pages',
  OPR_Fulltext: 'catalogue/texts',
  OPR_Import: 'intake/imports',
  OPR_ImportItem: 'intake/imports',
  PRV_Session: 'people/sessions',
  PRV_ApiKey: 'people/sessions',
  PRV_Group: 'people/groups',
  PRV_GroupMember: 'people/groups',
  PRV_User: 'people/accounts',
  PRV_UserHistory: 'people/accounts',
  PRV_Identity: 'people/accounts',
  PRV_Code: 'people/accounts',
  PRV_LogInFailure: 'people/accounts',
  SYS_Log: 'system/log',
  SYS_Access: 'system/statistics',
  SYS_Statistic: 'system/statistics',
  SYS_Job: 'jobs',
  SYS_Schedule: 'jobs',
  SYS_Idempotency: 'http',
  SYS_Outbox: 'system/changes',
  OPR_OaiRecord: 'system/changes',
  OPR_Harvest: 'intake/harvests',
  OPR_Loan: 'people/lending',
  OPR_LoanDesk: 'people/lending',
  OPR_Order: 'people/orders',
  OPR_OrderPerson: 'people/orders',
  OPR_OrderTag: 'people/orders',
  OPR_OrderItem: 'people/orders',
  OPR_OrderFile: 'people/orders',
  PRV_Acl: 'people/rights',
  PRV_AclPrivate: 'people/rights',
  OPR_Capsule: 'preservation/capsules',
  OPR_FreedMaster: 'preservation/capsules',
  OPR_FixityRun: 'preservation/fixity',
  OPR_FixityFinding: 'preservation/fixity',
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
    // what a capsule gives back are rows as they were, with the versions that their owners would raise
    if (file === 'preservation/capsules/playback.ts') continue
    for (const [, table] of text.matchAll(
      /(?:insert into|update|delete from|merge into) ((?:OPR|SYS|CFG|PRV)_\w+)/g,
    )) {
      if (table === 'SYS_Migration') continue
      seen++
      t.equal(partOf(file), owners[table as string], `${file} writes ${table} in SQL`)
    }
  }
  t.ok(seen > 30)
})

t.test('tables that are asked with words from outside have no prototype', t => {
  // ‘constructor’ in a plain object is found; in one of tableOf it is not
  const plain = /^(?:export )?const \w+: (?:Readonly<)?(?:Partial<)?Record<string, .*>+ = (?!tableOf\()/gm
  let made = 0
  for (const file of files) {
    if (file.includes('generated')) continue
    const text = readFileSync(join(src, file), 'utf8')
    made += text.split('= tableOf(').length - 1
    t.same(
      text.match(plain) ?? [],
      [],
      `${file}: a look-up table is made by tableOf (src/codes.ts), or is a Map`,
    )
    t.notMatch(
      text,
      /\}\)\[[a-z]\w*\] \?\?/,
      `${file}: a table that is asked by a word has a name, and is made by tableOf`,
    )
  }
  t.ok(made > 20, `${made} tables`)
  t.end()
})

t.test('the lock of the tree is taken by tree transactions alone', async t => {
  const holders = files.filter(file =>
    readFileSync(join(src, file), 'utf8').includes("table: 'SYS_TreeLock'"),
  )
  t.same(holders, ['catalogue/tree/transaction.ts'])
  const writers = files.filter(file =>
    /insertInto\(\s*'OPR_Tree'|deleteFrom\(\s*'OPR_Tree'|insertMany\(\s*\w+,\s*'OPR_Tree'|(insert into|delete from) OPR_Tree\b/.test(
      readFileSync(join(src, file), 'utf8'),
    ),
  )
  for (const file of writers)
    t.match(
      readFileSync(join(src, file), 'utf8'),
      /(Tree|Move)Transaction|inTree\(/,
      `${file} writes nodes under the lock`,
    )
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

t.test('a file of tests takes its t from support/tap.ts, which knows the file that runs', async t => {
  const own = ['support/tap.ts', 'support/worker.ts', 'mutate/worker.ts']
  const strangers = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter(
    file =>
      file.endsWith('.ts') &&
      !own.includes(file) &&
      /^import (?!type\b).* from 'tap'/m.test(readFileSync(join(root, 'test', file), 'utf8')),
  )
  t.same(strangers, [])
})
