// People from the command line, as an operator types it.
import t from '../support/tap.ts'
import { aSession } from '../support/people.ts'
import { commandsOf } from '../support/commands.ts'
import { start } from '../support/start.ts'

t.test('an operator adds people, gives topics, keys and links, and takes them back', async t => {
  const app = await start(t)
  const run = commandsOf(app)
  t.match(await run('user', 'welcome'), { code: 0, out: /\/desk\/welcome#[\w-]{43}\n$/ })
  const added = await run(
    'user',
    'add',
    'Ada Lovelace',
    '--login',
    'ada',
    '--topic',
    'cataloguing',
    '--password',
  )
  t.equal(added.code, 0, added.err)
  const password = /password: (\S+)/.exec(added.out)?.[1] as string
  const rights = async () => {
    const session = await aSession(app, 'ada', password)
    return (await session('GET', '/api/v1/session')).body.rights as string[]
  }
  t.ok((await rights()).includes('meta:write'))
  t.match((await run('user', 'list', 'love')).out, /ada .*Ada Lovelace {2}CATALOGUING/)
  t.equal((await run('user', 'topics', 'ada', '--topic', 'RELEASE')).code, 0)
  t.notOk((await rights()).includes('meta:write'))
  t.match(await run('user', 'topics', 'ada', '--topic', 'ALL'), { code: 1, err: /There are DATA_MANAGEMENT/ })
  t.match(await run('user', 'topics', 'nobody'), { code: 1, err: /no user .*‘nobody’/ })
  t.match(await run('user', 'password', 'ada'), { code: 0, out: /\/desk\/password#[\w-]{43}\n$/ })
  const key = (await run('key', 'add', 'ada', 'nightly', '--scope', 'read', '--days', '3')).out.trim()
  t.equal((await app.read('/api/v1/users/me', { authorization: `Bearer ${key}` })).body.login, 'ada')
  t.match(await run('key', 'add', 'ada', 'x', '--days', '-3'), { code: 1, err: /number of days/ })
  t.equal((await run('group', 'add', 'Importers', '--topic', 'IMPORT')).code, 0)
  t.equal((await run('group', 'join', 'importers', 'ada')).code, 0)
  t.ok((await rights()).includes('import'))
  t.equal((await run('group', 'leave', 'Importers', 'ada')).code, 0)
  t.equal((await run('group', 'leave', 'Importers', 'ada')).code, 1)
  const { id } = await app.services.db
    .selectFrom('PRV_User')
    .select('PU_ID as id')
    .where('PU_Login', '=', 'ada')
    .executeTakeFirstOrThrow()
  await app.services.database.inTransaction({}, (_, connection) =>
    connection.run(
      `insert into PRV_Identity (PI_ID, PI_PU_ID, PI_Source, PI_Subject) values (next value for PRV_Identity_SEQ, ${id}, 'university', 'u-ada')`,
    ),
  )
  t.match(await run('user', 'identities', 'ada'), {
    code: 0,
    out: /^\d+ {2}university +\(not offered\) u-ada {2}-\n$/,
  })
  t.equal((await run('user', 'close', 'ada')).code, 0)
  await t.rejects(rights(), /401/)
  t.equal((await run('user', 'open', 'ada')).code, 0)
  t.ok(await rights())
  t.equal((await run('user', 'delete', 'ada')).code, 0)
  t.match(await run('user', 'delete', 'ada'), { code: 1 })
  await run('user', 'add', 'Boss', '--login', 'boss', '--topic', 'SYSTEM', '--topic', 'USER_MANAGEMENT')
  t.match(await run('user', 'welcome'), { code: 1, err: /an administrator already/ })
})
