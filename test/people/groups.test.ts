// Groups: who is in them and by what way, what they give, and that nobody lets others in to more than they have.
import t from '../support/tap.ts'
import { aSession, aUser } from '../support/people.ts'
import { aDomain, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
await aUser(app, { login: 'boss', topics: ['USER_MANAGEMENT', 'CATALOGUING', 'IMPORT'] })
const boss = await aSession(app, 'boss')
const { uuid: reader } = await aUser(app, { login: 'reader' })
const session = await aSession(app, 'reader')

const group = async (name: string, more: object = {}): Promise<number> => {
  const made = await boss('POST', '/api/v1/groups', { name, ...more })
  t.equal(made.status, 201, made.raw.toString())
  return made.body.id as number
}
const join = (id: number, member: object) => boss('POST', `/api/v1/groups/${id}/members`, member)
const rights = async () => (await session('GET', '/api/v1/session')).body.rights as string[]

t.test('members of members have what a group gives, and may see by what way', async t => {
  const cataloguers = await group('Cataloguers', { topics: ['CATALOGUING'] })
  const house = await group('House', { description: 'All who work here' })
  t.notOk((await rights()).includes('meta:write'))
  t.equal((await join(cataloguers, { group: house })).status, 204)
  t.equal((await join(house, { user: reader })).status, 204)
  t.equal((await join(house, { user: reader })).status, 204, 'twice is once')
  t.ok((await rights()).includes('meta:write'), 'at once')
  const { body } = await session('GET', '/api/v1/users/me/permissions')
  const source = body.rights.find((each: { right: string }) => each.right === 'meta:write')
  t.same(source.from, [{ topic: 'CATALOGUING', group: { id: cataloguers, name: 'Cataloguers' } }])
  t.same(
    body.groups.map((each: { name: string }) => each.name).toSorted(),
    ['Cataloguers', 'House', 'everyone', 'signed-in', 'staff'],
    'who has a topic is staff',
  )
  const members = (await boss('GET', `/api/v1/groups/${house}/members`)).body.items
  t.match(members, [{ kind: 'user', id: reader, name: 'User reader' }])
  t.match((await boss('GET', `/api/v1/groups/${cataloguers}/members`)).body.items, [
    { kind: 'group', id: house },
  ])
  t.equal((await boss('DELETE', `/api/v1/groups/${house}/members/users/${reader}`)).status, 204)
  t.equal((await boss('DELETE', `/api/v1/groups/${house}/members/users/${reader}`)).status, 404)
  t.notOk((await rights()).includes('meta:write'), 'gone at once')
})

t.test('no group is in itself, by whatever way, also when two are joined at once', async t => {
  const [a, b, c] = [await group('A'), await group('B'), await group('C')]
  t.equal((await join(a, { group: a })).status, 409)
  t.equal((await join(a, { group: b })).status, 204)
  t.equal((await join(b, { group: c })).status, 204)
  const circle = await join(c, { group: a })
  t.equal(circle.status, 409)
  t.match(circle.body.detail, /member of itself/)
  const [d, e] = [await group('D'), await group('E')]
  const both = await Promise.all([join(d, { group: e }), join(e, { group: d })])
  t.same(
    both.map(each => each.status).sort((a, b) => a - b),
    [204, 409],
  )
})

t.test('built-in groups stay what they are', async t => {
  t.equal((await boss('DELETE', '/api/v1/groups/3')).status, 409)
  t.equal((await boss('PATCH', '/api/v1/groups/3', { name: 'x' }, { 'if-match': '*' })).status, 409)
  for (const id of [1, 2]) {
    t.equal((await join(id, { user: reader })).status, 409)
    t.equal(
      (await boss('PATCH', `/api/v1/groups/${id}`, { topics: ['IMPORT'] }, { 'if-match': '*' })).status,
      409,
    )
  }
  const some = await group('Some')
  t.equal((await join(some, { group: 1 })).status, 409, 'what is everyone’s would be public')
  t.equal(
    (await boss('POST', '/api/v1/groups', { name: 'SOME' })).status,
    409,
    'names are one, however written',
  )
})

t.test('who is no member is not told of a group, unless it is public', async t => {
  const closed = await group('Closed')
  const open = await group('Open', { visibility: 'public' })
  const names = (await session('GET', '/api/v1/groups')).body.items.map((each: { name: string }) => each.name)
  t.ok(names.includes('Open'))
  t.notOk(names.includes('Closed'))
  const all = (await app.call('GET', '/api/v1/groups')).body.items.map((each: { name: string }) => each.name)
  t.ok(all.includes('Closed'), 'the operator reads all of them')
  t.equal((await app.read('/api/v1/groups')).status, 401)
  t.equal((await session('GET', `/api/v1/groups/${closed}`)).status, 404)
  t.equal((await session('GET', `/api/v1/groups/${open}`)).status, 200)
  t.equal(
    (await session('GET', `/api/v1/groups/${open}/members`)).status,
    403,
    'who is in it is another question',
  )
  t.equal((await session('POST', `/api/v1/groups/${open}/members`, { user: reader })).status, 403)
})

t.test('an unlisted group is joined by its link while it is good', async t => {
  const reading = await group('Reading circle', { visibility: 'unlisted', topics: ['IMPORT'] })
  const code = async () => {
    const answer = await boss('POST', `/api/v1/groups/${reading}/link`)
    return /\/desk\/join#([\w-]{43})$/.exec(answer.body.link)?.[1] as string
  }
  const first = await code()
  const second = await code()
  const enter = (with_: string) => session('POST', '/api/v1/users/me/groups', { code: with_ })
  t.equal((await enter(first)).status, 410, 'another link was made')
  t.match((await enter(second)).body, { name: 'Reading circle', isMember: true })
  t.ok((await rights()).includes('import'))
  t.equal((await session('DELETE', `/api/v1/users/me/groups/${reading}`)).status, 204)
  t.notOk((await rights()).includes('import'))
  t.equal((await boss('DELETE', `/api/v1/groups/${reading}/link`)).status, 204)
  t.equal((await enter(second)).status, 410, 'revoked')
  const third = await code()
  await boss('PATCH', `/api/v1/groups/${reading}`, { visibility: 'members' }, { 'if-match': '*' })
  t.equal((await enter(third)).status, 410, 'it is not unlisted any more')
  t.equal((await boss('POST', `/api/v1/groups/${reading}/link`)).status, 409)
})

t.test('nobody lets others in to more than they have', async t => {
  await aUser(app, { login: 'root', topics: ['USER_MANAGEMENT', 'SYSTEM'] })
  const root = await aSession(app, 'root')
  const admins = (await root('POST', '/api/v1/groups', { name: 'Admins', topics: ['SYSTEM'] })).body
    .id as number
  t.equal((await join(admins, { user: reader })).status, 403)
  const inner = await group('Inner')
  t.equal((await root('POST', `/api/v1/groups/${admins}/members`, { group: inner })).status, 204)
  t.equal((await join(inner, { user: reader })).status, 403, 'also by way of a group that is in it')
  t.equal(
    (await boss('PATCH', `/api/v1/groups/${inner}`, { visibility: 'unlisted' }, { 'if-match': '*' })).status,
    403,
  )
  t.equal(
    (await boss('PATCH', `/api/v1/groups/${inner}`, { topics: ['SYSTEM'] }, { 'if-match': '*' })).status,
    403,
  )
  t.equal((await boss('DELETE', `/api/v1/groups/${admins}`)).status, 403)
  t.equal((await boss('POST', '/api/v1/groups', { name: 'X', topics: ['SYSTEM'] })).status, 403)
  t.equal((await root('POST', `/api/v1/groups/${inner}/members`, { user: reader })).status, 204)
  t.ok((await rights()).includes('admin'))
})
