import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { effectiveDomainConfig } from '../../src/config/domain-options.ts'
import { declaredOptions } from '../../src/config/options.ts'
import { readConfig } from '../../src/config/read.ts'
import { renderEffective, renderSample } from '../../src/config/sample.ts'
import { readTypes } from '../../src/config/types.ts'

const folder = mkdtempSync(join(tmpdir(), 'firefolio-config-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const file = (text: string): string => {
  const path = join(folder, 'server.ini')
  writeFileSync(path, text)
  return path
}
const faults = (text: string, environment: NodeJS.ProcessEnv = {}): string => {
  try {
    readConfig(file(text), environment)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

t.test('the documented options of [database] have their names, types and defaults', async t => {
  const database = declaredOptions.filter(option => option.section === 'database')
  t.same(Object.fromEntries(database.map(option => [option.name, option.fallback])), {
    on: true,
    direct: false,
    host: '127.0.0.1',
    file: '/this/is/not/a/valid/fdb/path',
    role: 'vlServer',
    user: 'sysdba',
    password: 'masterkey',
    charset: 'AUTO',
    isLocal: '',
    minVersion: '3.5.6',
    ping: false,
    poolSize: 10,
    behaviors: [],
  })
  for (const option of declaredOptions)
    t.match(option.description, /\.$/, `${option.section}.${option.name} has a sentence`)
})

t.test(
  'environment wins over the file, the file over the default, and each value knows its origin',
  async t => {
    const { config, effective } = readConfig(
      file('[database]\npoolSize = 20\nbehaviors = dirtyInsertTS\n[server.http]\nport = 9000\n'),
      { FIREFOLIO_SERVER_HTTP_PORT: '9001', FIREFOLIO_DATABASE_PASSWORD: 'a#b;c' },
    )
    t.equal(config.database.poolSize, 20)
    t.same(config.database.behaviors, ['dirtyInsertTS'])
    t.equal(config.http.port, 9001)
    t.equal(config.database.password, 'a#b;c')
    const origin = (section: string, name: string) =>
      effective.find(option => option.section === section && option.name === name)?.origin
    t.match(origin('database', 'poolSize'), /server\.ini, line 2/)
    t.equal(origin('server.http', 'port'), 'environment')
    t.equal(origin('database', 'user'), 'default')
    const shown = renderEffective(effective)
    t.notMatch(shown, /a#b;c/)
    t.match(shown, /password = \*{8} +# environment/)
  },
)

t.test('faults name file, line, section, option and value, all at once', async t => {
  const message = faults(
    '[database]\npoolSize = ten\npolSize = 3\non = perhaps\n\n[databse]\nx = 1\n[log]\nlevel = loud\n',
  )
  t.match(message, /has 5 faults/)
  t.match(message, /server\.ini, line 2, \[database\] poolSize: expected a number from 1 to 200, got ‘ten’\./)
  t.match(message, /line 3, \[database\] polSize: there is no such option; did you mean poolSize\?/)
  t.match(message, /line 4, \[database\] on: expected true or false, got ‘perhaps’\./)
  t.match(message, /line 6, \[databse\]: there is no such section; did you mean \[database\]\?/)
  t.match(message, /line 9, \[log\] level: expected one of fatal, .*got ‘loud’\./)
})

t.test('refuses what the ini format would misread in silence', async t => {
  t.match(
    faults('[database]\npassword = pa#ss;word\n'),
    /line 2, \[database\] password: contains # or ;, so it must stand in double quotes/,
  )
  t.equal(
    readConfig(file('[database]\npassword = "pa#ss;word"\n'), {}).config.database.password,
    'pa#ss;word',
  )
  t.match(faults('[server]\n[[http]]\nport = 1\n'), /written \[server\.http\], not \[\[http\]\]/)
  t.match(faults('[database]\nuser = a\nuser = b\n'), /line 3, \[database\] user: is set a second time/)
  t.notMatch(faults('[database]\npoolSize = secret\n', { FIREFOLIO_ACCESS_OPERATORKEY: 'k' }), /‘k’/)
  t.match(
    faults('', { FIREFOLIO_DATABASE_POOLSIZE: '0' }),
    /FIREFOLIO_DATABASE_POOLSIZE: expected a number from 1 to 200, got ‘0’/,
  )
  t.throws(() => readConfig('/nowhere/server.ini'), /no configuration file/)
})

t.test('the sample file is a valid configuration that changes nothing', async t => {
  const { effective } = readConfig(file(renderSample().replace(/^;/gm, '')), {})
  for (const option of effective) t.same(option.value, option.fallback, `${option.section}.${option.name}`)
})

t.test('types.ini is held to typesspec.ini', async t => {
  const types = readTypes()
  t.equal(types.get('title', 'newspaper').number, 21)
  t.equal(types.code('page'), 3)
  t.ok(types.allows(types.get('title', 'monograph'), types.get('structure', 'chapter')))
  t.notOk(types.allows(undefined, types.get('page', 'page')))
  t.throws(() => types.get('title', 'nothing'), /no type ‘nothing’ of datatype title/)
  const domainFile = join(folder, 'types.ini')
  const fault = (text: string) => {
    writeFileSync(domainFile, text)
    return () => readTypes(undefined, domainFile)
  }
  t.throws(
    fault('[title:novel]\nnumber = many\nen = Novel\nde = Roman\n'),
    /types\.ini, line 2, \[title:novel\] number: expected a whole number from 0 to 9999, got ‘many’/,
  )
  t.throws(fault('[title:novel]\nnumber = 900\nen = Novel\n'), /\[title:novel\] de is missing/)
  t.throws(fault('[novel]\nnumber = 900\n'), /not of the form/)
  t.throws(fault('[title:novel]\nnumber = 1\nen = N\nde = R\n'), /have the same number/)
  t.throws(
    fault('[title:novel]\nnumber = 900\nen = N\nde = R\nchildren = title:nothing\n'),
    /there is no ‘title:nothing’/,
  )
  t.throws(
    fault('[title:novel]\nnumber = 900\nen = N\nde = R\ncolour = red\n'),
    /line 5.*colour: typesspec\.ini knows no such option/,
  )
  fault('[title:novel]\nnumber = 900\nen = Novel\nde = Roman\nchildren = @page\n')
  t.equal(readTypes(undefined, domainFile).get('title', 'novel').number, 900)
})

t.test('a domain inherits: defaults, then presets, files and overlays from the root down', async t => {
  const values = effectiveDomainConfig(
    [
      {
        name: 'lib',
        type: 'mandant',
        overlay: new Map([
          ['rights.owner', 'The library'],
          ['rights.licence', 'cc0'],
        ]),
      },
      {
        name: 'papers',
        type: 'retroPeriodicals',
        overlay: new Map([['rights.ownerContact', 'x@example.org']]),
      },
    ],
    folder,
  )
  const of = (key: string) => values.find(value => value.key === key)
  t.match(of('rights.owner'), { value: 'The library', origin: 'database, domain lib' })
  t.match(
    of('rights.licence'),
    { value: 'pdm', origin: 'presets/retroPeriodicals.ini' },
    "the child's preset overrides what the parent set by hand",
  )
  t.match(of('rights.ownerContact'), { value: 'x@example.org', origin: 'database, domain papers' })
  t.match(of('import.release'), { value: 'false', origin: 'default' })
})

t.test('providers are sections of their own, each with all that is wrong with it', async t => {
  const { config, effective } = readConfig(
    file('[auth.university]\nissuer = https://id.example.edu\nclientId = firefolio\n'),
    {
      FIREFOLIO_AUTH_UNIVERSITY_CLIENTSECRET: 'hush',
      FIREFOLIO_AUTH_OTHER_ISSUER: 'http://localhost:99',
      FIREFOLIO_AUTH_OTHER_CLIENTID: 'x',
    },
  )
  t.same([...config.providers.keys()], ['university', 'other'])
  t.match(config.providers.get('university'), {
    label: 'university',
    clientSecret: 'hush',
    accounts: 'known',
    byEmail: true,
    scopes: ['openid', 'profile', 'email'],
  })
  t.notMatch(renderEffective(effective), 'hush')
  t.same([...readConfig(file(''), {}).config.providers], [], 'none by itself')
  const found = faults(
    '[auth.university]\nissuer = http://id.example.edu\nclientid = x\ngroups = a=everyone, b=Staff\nscopes = email\nclientSecret = x\nclientSecretFile = y\n' +
      '[auth.password]\n[shibboleth]\non = true\n',
  )
  t.match(
    found,
    'server.ini, line 3, [auth.university] clientid: there is no such option; did you mean clientId?',
  )
  t.match(
    found,
    'server.ini, line 6, [auth.university] clientSecret: clientSecretFile is set as well; one of them is enough.',
  )
  t.match(found, '[auth.password]: a provider cannot be called ‘password’')
  const together = faults(
    '[auth.university]\nissuer = http://id.example.edu\ngroups = a=everyone, b=Staff\nscopes = email\nclientSecret = x\n[shibboleth]\non = true\n',
  )
  for (const fault of [
    '[auth.university] issuer: expected https:, or http: on this machine, got ‘http://id.example.edu’.',
    '[auth.university] clientId: is missing.',
    '[auth.university] scopes: openid must be among them.',
    '[auth.university] groups: nobody is put into the group of ‘a=everyone’',
    '[shibboleth] on: [server] trustProxy names no proxy',
  ])
    t.ok(together.includes(fault), `${fault} in ${together}`)
  t.match(faults('[auth.university]\ngroups = staff\n'), 'expected value=group')
})

t.test('a secret may stand in a file of its own', async t => {
  const secret = join(folder, 'secret')
  const holding = (text: string) => {
    writeFileSync(secret, text)
    return secret
  }
  const ofMail = (text: string, environment: NodeJS.ProcessEnv = {}) => readConfig(file(text), environment)
  const inFile = ofMail(`[mail]\npasswordFile = ${holding('hush #1;\n')}\n`)
  t.equal(inFile.config.mail.password, 'hush #1;', 'without the end of its line')
  t.notMatch(renderEffective(inFile.effective), 'hush')
  t.match(renderEffective(inFile.effective), /password = \*{8} +# .*server\.ini, line 2\n/)
  const variable = { FIREFOLIO_DATABASE_PASSWORDFILE: secret }
  t.equal(ofMail('[database]\npassword = of the file\n', variable).config.database.password, 'hush #1;')
  t.equal(ofMail('[database]\npasswordFile =\n').config.database.password, 'masterkey', 'no file is named')
  t.match(
    faults('[database]\npassword = x\npasswordFile = y\n'),
    'server.ini, line 2, [database] password: passwordFile is set as well; one of them is enough.',
  )
  t.match(
    faults('', { ...variable, FIREFOLIO_DATABASE_PASSWORD: 'x' }),
    'FIREFOLIO_DATABASE_PASSWORD: passwordFile is set as well',
  )
  const wrong = (path: string) => faults(`[mail]\npasswordFile = ${path}\n`)
  t.match(
    wrong(join(folder, 'nothing')),
    /line 2, \[mail\] passwordFile: the file .*\/nothing is not there\./,
  )
  t.match(wrong(folder), 'is a folder.')
  t.match(wrong(holding('\n')), 'is empty.')
  t.match(wrong(holding('x'.repeat(70_000))), 'is longer than 65536 bytes.')
  t.match(
    faults('[mail]\nhostFile = x\n'),
    '[mail] hostFile: there is no such option',
    'only of what is secret',
  )
})

t.test('stores are told apart by name; what one lacks is said at once, and no secret is shown', t => {
  const found = faults(
    '[store.local]\nbucket = x\n[store.ceph]\nendpoint = ftp://x\nbucket = B\nprefix = ../up\n[store.disk]\nkind = file\nfolder = here\n[stores]\nmasters = away\n',
  )
  t.match(found, '[store.local]: a store cannot be called ‘local’')
  const more = faults(
    '[store.ceph]\nendpoint = ftp://x\nbucket = B\nprefix = ../up\n[store.disk]\nkind = file\nfolder = here\n[stores]\nmasters = away\n',
  )
  for (const sentence of [
    '[store.ceph] endpoint: expected an address',
    '[store.ceph] bucket: expected the name of a bucket, got ‘B’',
    '[store.ceph] prefix: expected letters',
    '[store.ceph] accessKey: is missing',
    '[store.ceph] secretKey: is missing',
    '[store.disk] folder: expected the absolute path',
    '[stores] masters: there is no [store.away]',
  ])
    t.match(more, sentence)
  t.end()
})

t.test('letters of orders with a wrong placeholder, name or form are refused by file and line', t => {
  const letters = join(folder, 'letters')
  const told = () => faults(`[orders]\ntemplates = ${letters}\n`)
  t.match(told(), /\[orders\] templates: the folder .*letters cannot be read \(ENOENT\)/)
  mkdirSync(letters)
  const write = (name: string, text: string) => writeFileSync(join(letters, name), text)
  write('step.de.txt', 'Auftrag {order}\n\n{titel}\n')
  write('closed.en.txt', '\nnot empty\n')
  write('acepted.en.txt', 'x\n\nx\n')
  write('refused.en.txt', `{hello}\n\n${'x'.repeat(20_000)}`)
  const all = told()
  for (const sentence of [
    'step.de.txt, line 3: there is no placeholder {titel}; did you mean {title}?',
    'closed.en.txt, line 1: the subject is missing',
    'closed.en.txt, line 2: expected an empty line below the subject',
    'closed.en.txt, the text is missing',
    'there is no letter acepted.en.txt; did you mean accepted.en.txt?',
    'refused.en.txt, 20009 characters, and at most 20000 are possible',
  ])
    t.match(all, sentence)
  for (const name of ['closed.en', 'acepted.en', 'refused.en']) rmSync(join(letters, `${name}.txt`))
  write('step.de.txt', 'Auftrag {order}\n\n{title} {hello}\n')
  t.match(
    told(),
    '{hello}; there are {order}, {title}, {reference}, {state}, {comment}, {name}, {library}, {link}',
  )
  write('step.de.txt', 'Auftrag {order}\n\n{title}\n')
  t.equal(told(), '')
  t.end()
})
