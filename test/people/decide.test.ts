import * as fc from 'fast-check'
import t from '../support/tap.ts'
import { publicPrincipal, type Principal } from '../../src/http/principal.ts'
import { type Verb, verbs } from '../../src/http/sight.ts'
import { EntrySight, topicsGiving, verbsOfTopic } from '../../src/people/access/decide.ts'
import { type Entry, type Snapshot, subjectKinds } from '../../src/people/access/entries.ts'
import { randomCases } from '../support/cases.ts'

const reader: Principal = {
  ...publicPrincipal,
  kind: 'user',
  name: 'reader',
  userId: 7,
  groups: new Set([1, 2, 20]),
}
const cataloguer: Principal = {
  ...reader,
  name: 'cataloguer',
  rights: new Set([...reader.rights, 'meta:write', 'hidden:read']),
}

let lastId = 0
const entry = (over: Partial<Entry>): Entry => ({
  id: ++lastId,
  nodeId: null,
  domainId: null,
  subject: subjectKinds.everyone,
  userId: null,
  groupId: null,
  range: null,
  right: 'see',
  width: null,
  grant: 0,
  from: null,
  until: null,
  note: null,
  ...over,
})
/** Domain 1 holds domain 2; the place is page 30 in chapter 20 of title 10, in domain 2. */
const place = { path: '|10||20||30|', domainId: 2, isVisible: true }

function sight(
  principal: Principal,
  entries: readonly Entry[],
  more: {
    privates?: readonly (readonly ['node' | 'domain', number])[]
    now?: number
    ranges?: readonly string[]
  } = {},
): EntrySight {
  const nodes = new Map<number, { entries: Entry[]; isPrivate: boolean }>()
  const domains = new Map<number, { entries: Entry[]; isPrivate: boolean }>()
  const at = (levels: typeof nodes, id: number) => {
    const level = levels.get(id) ?? { entries: [], isPrivate: false }
    levels.set(id, level)
    return level
  }
  for (const each of entries)
    at(each.nodeId === null ? domains : nodes, (each.nodeId ?? each.domainId) as number).entries.push(each)
  for (const [kind, id] of more.privates ?? []) at(kind === 'node' ? nodes : domains, id).isPrivate = true
  const snapshot: Snapshot = {
    number: 1,
    nodes,
    domains,
    lineage: new Map([
      [1, [1]],
      [2, [2, 1]],
    ]),
    boundaries: entries
      .flatMap(e => [e.from, e.until])
      .flatMap(d => (d ? [d.getTime()] : []))
      .sort((a, b) => a - b),
    ranges: new Map(),
    domainIds: new Map([
      ['above', 1],
      ['below', 2],
    ]),
  }
  return new EntrySight(snapshot, principal, new Set(more.ranges), more.now ?? 1000, 'key')
}
const can = (verb: Verb, ...of: Parameters<typeof sight>): boolean => sight(...of).can(verb, place)

t.test(
  'without entries release alone decides: everyone sees, reads and downloads what is released, and no more',
  async t => {
    const plain = sight(reader, [])
    t.ok(plain.isPlain)
    t.same(
      verbs.filter(verb => plain.can(verb, place)),
      ['see', 'see-image', 'text', 'download'],
    )
    t.same(
      verbs.filter(verb => plain.can(verb, { ...place, isVisible: false })),
      [],
    )
    t.same(plain.exceptions('see'), undefined)
  },
)

t.test('the image without a watermark is for whom an entry names and for who may fetch the scan', async t => {
  const own = { subject: subjectKinds.user, userId: 7, nodeId: 10 }
  const toMaster = entry({ ...own, right: 'master', grant: 1 })
  t.notOk(can('unmarked', reader, []))
  t.ok(can('unmarked', reader, [entry({ ...own, right: 'unmarked', grant: 1 })]))
  t.notOk(can('unmarked', publicPrincipal, [entry({ ...own, right: 'unmarked', grant: 1 })]))
  t.ok(can('unmarked', reader, [toMaster]), 'it follows the right to the master')
  t.notOk(
    can('unmarked', reader, [toMaster, entry({ nodeId: 20, right: 'unmarked' })]),
    'unless an entry says so',
  )
  t.notOk(can('unmarked', reader, [toMaster, entry({ nodeId: 20 })]), 'what is closed is closed')
  const keeper: Principal = { ...reader, rights: new Set([...reader.rights, 'master:read']) }
  t.ok(
    can('unmarked', keeper, [entry({ nodeId: 10, right: 'unmarked' })]),
    'an entry about everyone takes nothing from a topic',
  )
  t.notOk(can('unmarked', keeper, [entry({ ...own, right: 'unmarked' })]), 'one that names them does')
})

t.test('the nearest level that says something decides, node upwards before domain upwards', async t => {
  const closed = entry({ domainId: 1 })
  t.notOk(can('see', reader, [closed]), 'a domain above')
  t.ok(can('see', reader, [closed, entry({ domainId: 2, grant: 1 })]), 'a nearer domain')
  t.notOk(
    can('see', reader, [entry({ domainId: 2, grant: 1 }), entry({ nodeId: 10 })]),
    'a node before domains',
  )
  t.ok(can('see', reader, [entry({ nodeId: 10 }), entry({ nodeId: 20, grant: 1 })]), 'a nearer node')
  t.ok(can('see', reader, [entry({ nodeId: 99 }), entry({ domainId: 3 })]), 'other branches say nothing')
})

t.test(
  'on one level the own entry goes before those of groups, these before everyone, and a denial before a grant',
  async t => {
    const everyone = entry({ nodeId: 10 })
    const group = entry({ nodeId: 10, subject: subjectKinds.group, groupId: 20, grant: 1 })
    const own = entry({ nodeId: 10, subject: subjectKinds.user, userId: 7 })
    t.ok(can('see', reader, [everyone, group]), 'a closed title opened to a group')
    t.notOk(can('see', publicPrincipal, [everyone, group]), 'and to nobody else')
    t.notOk(can('see', reader, [everyone, group, own]), 'the own entry')
    t.notOk(can('see', reader, [group, { ...group, grant: 0 }]), 'a denial among equals')
    const range = entry({ nodeId: 10, subject: subjectKinds.range, range: '192.0.2.0/24', grant: 1 })
    t.ok(can('see', reader, [everyone, range], { ranges: ['192.0.2.0/24'] }), 'a reading room')
    t.notOk(can('see', reader, [everyone, range]), 'outside of it')
  },
)

t.test('a private level inherits nothing from above', async t => {
  const closed = entry({ domainId: 1 })
  t.ok(can('see', reader, [closed], { privates: [['node', 10]] }))
  t.ok(can('see', reader, [closed], { privates: [['domain', 2]] }))
  t.notOk(
    can('see', reader, [closed, entry({ nodeId: 10 })], { privates: [['node', 10]] }),
    'its own entries hold',
  )
})

t.test(
  'an entry about everyone takes nothing from who has the right by a topic; one that names them does',
  async t => {
    t.ok(can('edit', cataloguer, [entry({ domainId: 1, right: 'edit' })]))
    t.notOk(
      can('edit', cataloguer, [
        entry({ domainId: 1, right: 'edit', subject: subjectKinds.group, groupId: 20 }),
      ]),
    )
  },
)

t.test('who is not seen cannot be used otherwise, and who may use something sees it', async t => {
  const closed = entry({ nodeId: 10 })
  for (const verb of verbs) t.notOk(can(verb, reader, [closed]), verb)
  const opened = entry({ nodeId: 10, right: 'text', grant: 1, subject: subjectKinds.user, userId: 7 })
  t.ok(can('see', reader, [closed, opened]), 'the text is granted')
  t.ok(can('text', reader, [closed, opened]))
  t.notOk(can('see-image', reader, [closed, opened]), 'the images are not')
})

t.test('what is hidden is seen by who may edit it there', async t => {
  const hidden = { ...place, isVisible: false }
  const editor = entry({ domainId: 2, right: 'edit', grant: 1, subject: subjectKinds.user, userId: 7 })
  const of = sight(reader, [editor])
  t.equal(of.hidden, 'some')
  t.ok(of.can('see', hidden))
  t.notOk(of.can('see', { ...hidden, domainId: 1 }))
  t.equal(sight(cataloguer, []).hidden, 'all')
  t.equal(of.reason('see', { ...hidden, domainId: 1 }).by, 'release')
})

t.test('images are seen up to a width; whole files need them whole', async t => {
  const small = entry({ domainId: 1, right: 'see-image', grant: 1, width: 800 })
  const of = sight(reader, [small])
  t.match(of.reason('see-image', place), { allowed: true, width: 800, by: 'entry', level: { domain: 1 } })
  t.notOk(of.can('download', place))
  t.ok(of.can('text', place))
  const wider = entry({ domainId: 1, right: 'see-image', grant: 1, width: 1200 })
  t.equal(sight(reader, [small, wider]).reason('see-image', place).width, 1200, 'of two grants the wider')
})

t.test(
  'an entry holds from its first moment until before its last, and the sight says when it ends',
  async t => {
    const embargo = entry({ nodeId: 10, until: new Date(2000) })
    t.notOk(can('see', reader, [embargo], { now: 1999 }))
    t.ok(can('see', reader, [embargo], { now: 2000 }))
    t.equal(sight(reader, [embargo], { now: 1999 }).until, 2000)
    t.equal(sight(reader, [embargo], { now: 2000 }).until, Infinity, 'what has passed ends nothing')
    const lease = entry({ nodeId: 10, from: new Date(2000), until: new Date(3000) })
    t.equal(sight(reader, [lease], { now: 2500 }).until, 3000)
    t.same(
      [1999, 2000, 2999, 3000].map(now => can('see', reader, [lease], { now })),
      [true, false, false, true],
    )
  },
)

t.test('the scopes of a key narrow what entries give', async t => {
  const editor = entry({ domainId: 1, right: 'edit', grant: 1, subject: subjectKinds.user, userId: 7 })
  t.ok(can('edit', reader, [editor]))
  t.notOk(can('edit', { ...reader, within: new Set(['tree:read']) }, [editor]))
})

t.test('what an index leaves out is what is denied one by one', async t => {
  const subjects = fc.constantFrom(
    { subject: subjectKinds.everyone },
    { subject: subjectKinds.user, userId: 7 },
    { subject: subjectKinds.group, groupId: 20 },
  )
  const level = fc.constantFrom({ domainId: 1 }, { domainId: 2 }, { nodeId: 10 }, { nodeId: 20 })
  const someEntry = fc
    .tuple(subjects, level, fc.constantFrom(...verbs), fc.constantFrom(0, 1))
    .map(([subject, at, right, grant]) => entry({ ...subject, ...at, right, grant }))
  let refused = 0
  fc.assert(
    fc.property(
      fc.array(someEntry, { maxLength: 6 }),
      fc.subarray([
        ['node', 10],
        ['node', 20],
        ['domain', 2],
      ] as ['node' | 'domain', number][]),
      (entries, privates) => {
        for (const principal of [publicPrincipal, reader, cataloguer])
          for (const verb of ['see', 'text'] as const) {
            const of = sight(principal, entries, { privates })
            const left = of.exceptions(verb)
            for (const [path, domainId] of [
              ['|10|', 2],
              ['|10||20|', 2],
              ['|11|', 2],
              ['|12|', 1],
            ] as const) {
              const ids = path.slice(1, -1).split('||').map(Number).reverse()
              const nearest = ids.map(id => left?.nodes.find(([node]) => node === id)).find(found => found)
              const seen = nearest ? nearest[1] : !left?.domainIds.includes(domainId)
              const allowed = of.can(verb, { path, domainId, isVisible: true })
              if (!allowed) refused++
              if (seen !== allowed)
                throw new Error(`${verb} ${path} for ${principal.name}: ${seen}, ${allowed}`)
            }
          }
      },
    ),
    randomCases(t, 300),
  )
  t.ok(refused > 100, `${refused} denials were compared`)
  const closed = entry({ nodeId: 10 })
  const lifted = entry({ nodeId: 10, grant: 1, subject: subjectKinds.user, userId: 7 })
  t.same(sight(publicPrincipal, [closed, lifted]).exceptions('see')?.nodes, [[10, false]])
  t.same(sight(reader, [closed, lifted]).exceptions('see'), undefined, 'nothing is left out of their index')
})

t.test('a domain that a reader may not see is hidden by its number, and no other', t => {
  const closed = sight(reader, [entry({ domainId: 2 })])
  t.equal(closed.hiddenDomain('below'), 2)
  t.equal(closed.hiddenDomain('above'), undefined)
  t.equal(closed.hiddenDomain('elsewhere'), undefined, 'of what is not there nothing is hidden')
  t.equal(sight(reader, []).hiddenDomain('below'), undefined)
  t.end()
})

t.test('a key that does not edit sees nothing hidden, whatever an entry lets its person edit', t => {
  const given = [entry({ nodeId: 10, right: 'edit', grant: 1, subject: subjectKinds.user, userId: 7 })]
  const hidden = { ...place, isVisible: false }
  t.ok(sight(reader, given).can('see', hidden))
  t.notOk(sight({ ...reader, within: new Set(['tree:read']) }, given).can('see', hidden))
  t.ok(sight({ ...reader, within: new Set(['meta:write']) }, given).can('see', hidden))
  t.end()
})

t.test('why a topic gives something names the widest of those that do, and no other', t => {
  const principal: Principal = { ...reader, topics: new Set(['IMPORT', 'ORDERS', 'RELEASE', 'SYSTEM']) }
  t.same(topicsGiving(principal, 'create'), ['IMPORT'])
  t.same(topicsGiving(principal, 'release'), ['RELEASE'])
  t.same(topicsGiving(principal, 'see'), ['IMPORT', 'RELEASE'])
  t.same(topicsGiving(principal, 'annotate'), [])
  const manager: Principal = { ...principal, topics: new Set([...principal.topics, 'DATA_MANAGEMENT']) }
  t.same(topicsGiving(manager, 'see'), ['DATA_MANAGEMENT'], 'which covers the others')
  t.same(verbsOfTopic('SYSTEM'), [])
  t.same(verbsOfTopic('ORDERS'), ['order'])
  t.same(verbsOfTopic('RELEASE'), ['see', 'see-image', 'text', 'download', 'release'])
  t.end()
})
