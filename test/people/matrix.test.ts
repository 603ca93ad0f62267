// Every address of a node × every kind of principal × every kind of node, against one table that is written by hand.
import sharp from 'sharp'
import t from '../support/tap.ts'
import { some } from '../support/at-length.ts'
import { type Verb } from '../../src/http/sight.ts'
import type { Door } from '../../src/people/access/index.ts'
import { aSession, aUser } from '../support/people.ts'
import { type Answer, aDomain, aTitle, operatorKey, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app, 'lib')
const reader = await aUser(app, { login: 'reader' })
await aUser(app, { login: 'cataloguer', topics: ['CATALOGUING'] })
await aUser(app, { login: 'releaser', topics: ['RELEASE'] })
await aUser(app, { login: 'system', topics: ['SYSTEM'] })
await aUser(app, { login: 'manager', topics: ['DATA_MANAGEMENT'] })

type Ask = (method: string, url: string) => Promise<Answer>
const session = async (login: string): Promise<Ask> => {
  const ask = await aSession(app, login)
  return (method, url) => ask(method, url)
}
const principals: Record<string, Ask> = {
  anonymous: (method, url) => ask(method, url, {}),
  reader: await session('reader'),
  cataloguer: await session('cataloguer'),
  releaser: await session('releaser'),
  system: await session('system'),
  manager: await session('manager'),
  operator: (method, url) => ask(method, url, { authorization: `Bearer ${operatorKey}` }),
}
async function ask(method: string, url: string, headers: Record<string, string>): Promise<Answer> {
  const found = await app.app.inject({ method: method as 'GET', url, headers })
  return {
    status: found.statusCode,
    headers: found.headers as never,
    body: found.body,
    raw: found.rawPayload,
  }
}

const master = await sharp({ create: { width: 70, height: 90, channels: 3, background: '#963' } })
  .jpeg()
  .toBuffer()
async function aBook(
  title: string,
  release: boolean,
  entries: object[],
): Promise<{ title: number; page: number }> {
  const id = await aTitle(app, { domain: 'lib', title, release, pages: 1 })
  const page = (await app.call('GET', `/api/v1/titles/${id}/pages`)).body.items[0].id as number
  await app.call('PUT', `/api/v1/pages/${page}/master`, master, {
    'content-type': 'image/jpeg',
    'if-match': '*',
  })
  await app.call('PUT', `/api/v1/pages/${page}/text`, 'Worte', {
    'content-type': 'text/plain',
    'if-match': '*',
  })
  const saved = await app.call('PUT', `/api/v1/tree/${id}/rights`, { entries }, { 'if-match': '*' })
  if (saved.status !== 200) throw new Error(JSON.stringify(saved.body))
  return { title: id, page }
}
const everyone = (right: string) => ({ subject: 'everyone', right, effect: 'deny' })
const toReader = (right: string) => ({ subject: 'user', user: reader.uuid, right, effect: 'grant' })
const nodes = {
  open: await aBook('Offen', true, []),
  hidden: await aBook('Verborgen', false, []),
  binned: await aBook('Verworfen', true, []),
  closed: await aBook('Verschlossen', true, [everyone('see')]),
  imagesClosed: await aBook('Ohne Bilder', true, [everyone('see-image')]),
  textClosed: await aBook('Ohne Text', true, [everyone('text')]),
  readers: await aBook('Des Lesers', true, [everyone('see'), toReader('edit'), toReader('see-image')]),
}
await app.call('DELETE', `/api/v1/tree/${nodes.binned.title}`)
await app.drain()

const shown: Verb[] = ['see', 'see-image', 'text', 'download']
const all: Verb[] = [
  ...shown,
  'master',
  'unmarked',
  'annotate',
  'edit',
  'create',
  'structure',
  'release',
  'bin',
  'purge',
  'import',
  'order',
  'manage-rights',
]
const desk: Verb[] = [...shown, 'master', 'unmarked', 'edit', 'create', 'structure', 'bin']
const release: Verb[] = [...shown, 'release']
const rest = ['see', 'text'] as Verb[]
const unread: Verb[] = ['see', 'see-image', 'download']
/** What each may do with each: the whole of the policy, as access is meant to decide it. */
const table: Record<string, Record<keyof typeof nodes, Verb[]>> = {
  anonymous: {
    open: shown,
    hidden: [],
    binned: [],
    closed: [],
    imagesClosed: rest,
    textClosed: unread,
    readers: [],
  },
  reader: {
    open: shown,
    hidden: [],
    binned: [],
    closed: [],
    imagesClosed: rest,
    textClosed: unread,
    readers: ['see', 'see-image', 'edit'],
  },
  system: {
    open: shown,
    hidden: [],
    binned: [],
    closed: [],
    imagesClosed: rest,
    textClosed: unread,
    readers: [],
  },
  cataloguer: {
    open: desk,
    hidden: desk,
    binned: desk,
    closed: desk,
    imagesClosed: desk,
    textClosed: desk,
    readers: desk,
  },
  releaser: {
    open: release,
    hidden: release,
    binned: release,
    closed: release,
    imagesClosed: release,
    textClosed: release,
    readers: release,
  },
  manager: {
    open: all,
    hidden: all,
    binned: all,
    closed: all,
    imagesClosed: all,
    textClosed: all,
    readers: all,
  },
  operator: {
    open: all,
    hidden: all,
    binned: all,
    closed: all,
    imagesClosed: all,
    textClosed: all,
    readers: all,
  },
}

const doors = (app.app as unknown as { doors: Door[] }).doors

t.test('what each principal may do with each node is what the table says', async t => {
  for (const [who, asks] of Object.entries(principals))
    for (const [kind, { title }] of Object.entries(nodes)) {
      const answer = await asks('GET', `/api/v1/tree/${title}/permissions`)
      const expected = table[who]?.[kind as keyof typeof nodes] ?? []
      if (expected.length === 0) t.equal(answer.status, 404, `${who}, ${kind}`)
      else {
        const { allowed } = JSON.parse(answer.raw.toString()) as { allowed: Verb[] }
        // annotations are nobody's yet but the operator's
        const told = who === 'operator' ? expected : expected.filter(verb => verb !== 'annotate')
        t.same(new Set(allowed), new Set(told), `${who}, ${kind}`)
      }
    }
})

/** An address with the ids of a title and its page, and something for all other parameters. */
function filled(door: Door, of: { title: number; page: number }): string {
  const isOfPage = /\/(image|dzi|download\/webcache|api\/v1\/pages|i3f\/v21)\b|iiif\/auth/.test(door.url)
  const id = isOfPage ? of.page : of.title
  return door.url
    .replace(':id', String(id))
    .replace('/dzi/:file', `/dzi/${of.page}.dzi`)
    .replace('/dzi/:folder/:level/:tile', `/dzi/${of.page}_files/9/0_0.jpg`)
    .replace(':domain', 'lib')
    .replace(/:(page|part)\b/, String(of.page))
    .replace('presentation/:version', 'presentation/3')
    .replace(':presentation', '3')
    .replace(':kind', 'canvas')
    .replace(':format', 'alto3')
    .replace(':view', 'titleinfo')
    .replace('tiles/:name', 'tiles/t')
    .replace(':region/:size/:rotation/:file', 'full/max/0/default.jpg')
    .replace(/:file\b/, '1')
    .replace(':width', '128')
    .replace(':version', '1.0')
    .replace('texts/history/:n', 'texts/history/1')
    .replace(':n', 'mods-1')
    .replace(/:(zoom|column|row|level|turned|rotation)/g, '0')
    .replace('/autocomplete', '/autocomplete?q=wo')
    .replace(/(iiif\/search\/.*\d)$/, '$1?q=worte')
    .replace('*', 'info.json')
}

const read = doors.filter(
  door =>
    door.method === 'GET' && ['address', 'image'].includes(door.asked) && !/events|auth|:urn/.test(door.url),
)

t.test(
  'every address of a node answers each principal as the table says, for every kind of node',
  async t => {
    t.ok(read.length > 45, `${read.length} addresses`)
    let counted = 0
    for (const [who, asks] of Object.entries(principals)) {
      const wrong: string[] = []
      // who may do the same with each kind is asked about a few; readers and the public about all
      const isSame = new Set(Object.values(table[who] ?? {}).map(verbs => verbs.join())).size === 1
      const kinds = who === 'system' || isSame ? some(Object.entries(nodes), 2) : Object.entries(nodes)
      for (const [kind, of] of kinds)
        for (const door of read) {
          const verbs = table[who]?.[kind as keyof typeof nodes] ?? []
          const { status } = await asks('GET', filled(door, of))
          counted++
          const hasRight = door.right === 'tree:read' || verbs.includes(door.verb as Verb)
          // pictures that stand for a title have a stand-in, info.json says where to log in, redirections lead to where is asked again
          const isSoft =
            /titlepage|info\.json|i3f|content\/|periodical\/|\/id\/|webcache|nav\//.test(door.url) ||
            (door.asked === 'image' && door.url.endsWith('/:id'))
          const expected = !verbs.includes('see')
            ? 'missing'
            : hasRight && verbs.includes(door.verb as Verb)
              ? 'answered'
              : 'refused'
          const found =
            status >= 500
              ? 'fault'
              : [401, 403].includes(status)
                ? 'refused'
                : status === 404
                  ? 'missing'
                  : 'answered'
          const fits =
            found === expected ||
            // what is seen may have no such thing: no ALTO, no version of that number
            (expected === 'answered' && found === 'missing') ||
            // a right of the installation is refused before any node is looked for
            (expected === 'missing' && found === 'refused' && door.right !== 'tree:read') ||
            (isSoft && expected === 'refused' && found === 'answered')
          if (!fits) wrong.push(`${door.url} (${door.verb}) of ${kind}: ${status}, not ${expected}`)
        }
      t.same(wrong, [], who)
    }
    t.ok(counted > 24 * 45, `${counted} answers`)
  },
)

t.test('every address that changes something is closed to who has no right and no entry', async t => {
  const changing = doors.filter(
    door => door.method !== 'GET' && !['public', 'tree:read', 'account', 'signed-in'].includes(door.right),
  )
  t.ok(changing.length > 50, `${changing.length} addresses`)
  for (const who of ['anonymous', 'reader'] as const) {
    const open: string[] = []
    for (const door of changing)
      for (const kind of ['open', 'closed'] as const) {
        const { status } = await (principals[who] as Ask)(
          door.method,
          filled(door, nodes[kind]).replace(/:\w+/g, '1'),
        )
        // what is wrong about the request itself is told before anybody looks for the node: the same of one that is not there
        const absent = filled(door, { title: 2147483000, page: 2147483000 }).replace(/:\w+/g, '1')
        const isTold = status === 400 && (await (principals[who] as Ask)(door.method, absent)).status === 400
        if (![401, 403, 404].includes(status) && !isTold)
          open.push(`${door.method} ${door.url} of ${kind}: ${status}`)
      }
    t.same(open, [], who)
  }
})

t.test('every route whose address names a node is asked about it', async t => {
  const unasked = doors.filter(
    door =>
      /\/:id\b/.test(door.url) &&
      !['address', 'image', 'change'].includes(door.asked) &&
      door.right !== 'public',
  )
  // what has numbers of its own and is no node
  t.same(
    unasked
      .filter(
        door =>
          !/^\/api\/v1\/(jobs|imports|harvests|operations|sessions|users|groups|keys|fixity|capsules|orders|loans)\b/.test(
            door.url,
          ),
      )
      .map(door => door.url),
    [],
  )
})
