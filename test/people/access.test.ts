import sharp from 'sharp'
import t from '../support/tap.ts'
import { aDomain, aTitle, operatorKey, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
const secret = 'CONFIDENTIAL-7731'

t.test('every route states its right, and those that change something are closed to the public', async t => {
  const { paths, tags } = (await app.read('/openapi.json')).body
  const chapters = (tags as { name: string }[]).map(({ name }) => name)
  let seen = 0
  for (const [path, methods] of Object.entries(
    paths as Record<
      string,
      Record<
        string,
        {
          operationId?: string
          summary?: string
          tags?: string[]
          responses: Record<string, { description: string }>
        }
      >
    >,
  ))
    for (const [method, operation] of Object.entries(methods)) {
      seen++
      t.ok(
        operation.operationId && operation.summary && operation.tags?.every(tag => chapters.includes(tag)),
        `${method} ${path} is described`,
      )
      for (const [status, answer] of Object.entries(operation.responses))
        t.not(answer.description, 'Default Response', `${method} ${path} ${status}`)
      // protocols that read by POST as well, the ways in and out, and reports of readers
      if (
        method === 'get' ||
        /\/(oai|sru|session|log-in|loan|welcome|password|password-reset|confirmation|faults)$/.test(path)
      )
        continue
      const url = path.replace(/\{\w+\}/g, '1')
      const answer = await app.app.inject({
        method: method.toUpperCase() as 'POST',
        url,
        payload: '{}',
        headers: { 'content-type': 'application/json' },
      })
      t.equal(answer.statusCode, 401, `${method} ${path}`)
    }
  t.ok(seen > 50)
  const ids = Object.values(paths as Record<string, Record<string, { operationId: string }>>).flatMap(
    methods => Object.values(methods).map(operation => operation.operationId),
  )
  t.equal(new Set(ids).size, ids.length, 'operation ids are unique')
})

t.test('a wrong key is refused everywhere, and is not told apart from none in words', async t => {
  for (const authorization of ['Bearer wrong', 'Basic abc', `Bearer ${operatorKey}x`]) {
    const answer = await app.read('/api/v1/domains', { authorization })
    t.equal(answer.status, 401)
    t.equal(answer.headers['www-authenticate'], 'Bearer')
    t.notMatch(JSON.stringify(answer.body), new RegExp(operatorKey))
  }
})

t.test('what is hidden or in the bin appears at no door', async t => {
  const title = await aTitle(app, { title: `Hidden ${secret}`, pages: 1 })
  const page = (await app.call('GET', `/api/v1/titles/${title}/pages`)).body.items[0].id as number
  await app.call(
    'PUT',
    `/api/v1/pages/${page}/master`,
    await sharp({ create: { width: 50, height: 50, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer(),
    { 'content-type': 'image/jpeg', 'if-match': '*' },
  )
  const { paths } = (await app.read('/openapi.json')).body as { paths: Record<string, { get?: unknown }> }
  const doors = Object.keys(paths).filter(path => paths[path]?.get && !path.includes('events'))
  t.ok(doors.length > 25)
  for (const release of ['hidden', 'binned'] as const) {
    if (release === 'binned') {
      await app.call('POST', `/api/v1/tree/${title}/release`)
      await app.call('DELETE', `/api/v1/tree/${title}`)
    }
    for (const door of doors)
      for (const id of [title, page]) {
        const answer = await app.read(
          door
            .replace(/\{(id|domain|batch|identifier)\}/g, String(id))
            .replace('{reason}', 'not-found')
            .replace('{n}', 'mods-1')
            .replace('{urn}', 'urn:x:y')
            .replace('{job}', '1')
            .replace('/dzi/{file}', `/dzi/${id}.dzi`)
            .replace(
              /(\/files\/|\/recording\/|^\/download\/file\/\d+\/)\{file\}$/,
              (_, before: string) => `${before}1`,
            )
            .replace('{folder}', `${id}_files`)
            .replace('{tile}', '0_0.jpg')
            .replace(/\{(zoom|column|row|level|turned|rotation|width)\}/g, '0')
            .replace(/(presentation|image)\/\{version\}/, '$1/3')
            .replace('{version}', '1.0.0')
            .replace('{presentation}', '3')
            .replace(/\{(page|part)\}/g, String(page))
            .replace('{kind}', 'canvas')
            .replace('{view}', 'titleinfo')
            .replace('{format}', 'alto3')
            .replace('{map}', '1.xml')
            .replace(/\/autocomplete$/, `/autocomplete?q=${secret.slice(0, 3)}`)
            .replace(/\/search(\/pages)?$/, '/search$1?q=hidden')
            .replace('{name}', 't')
            .replace('{region}/{size}', 'full/max')
            .replace('{file}', 'default.jpg'),
        )
        t.notMatch(answer.raw.toString('latin1'), secret, `${door} ${release}`)
        // a probe is always answered, and says 404 inside
        if (door.includes('{id}') && !door.includes('/probe/'))
          t.ok([401, 404].includes(answer.status), `${door} of node ${id}: ${answer.status}`)
      }
    for (const list of [
      `/api/v1/tree?domain=lib`,
      `/api/v1/tree?domain=lib&state=hidden`,
      `/api/v1/tree?domain=lib&deleted=true`,
      `/api/v1/tree?path=${encodeURIComponent(`|${title}|`)}`,
      '/api/v1/tree',
      '/api/v1/titles?deleted=all',
      '/api/v1/titles?state=hidden',
      `/api/v1/tree?parent=${title}`,
    ])
      t.notMatch(JSON.stringify((await app.read(list)).body), secret, list)
  }
})

t.test('confidential columns leave only for who may edit', async t => {
  const title = await aTitle(app, { title: 'Open', release: true, pages: 1 })
  const page = (await app.call('GET', `/api/v1/titles/${title}/pages`)).body.items[0].id as number
  await app.call(
    'PATCH',
    `/api/v1/titles/${title}`,
    {
      comment: secret,
      eMail: `${secret.toLowerCase()}@example.org`,
      webInfo1: '<p onclick="x()">Hello <script>alert(1)</script><a href="javascript:x">y</a></p>',
      orgForm: 'plain',
    },
    { 'if-match': '*' },
  )
  await app.call('PATCH', `/api/v1/pages/${page}`, { comment: secret }, { 'if-match': '*' })
  for (const url of [
    `/api/v1/titles/${title}`,
    '/api/v1/titles',
    `/api/v1/tree/${title}`,
    `/api/v1/pages/${page}`,
    `/api/v1/titles/${title}/pages`,
    `/api/v1/tree/${title}/children`,
    `/api/v1/titles/${title}/structure`,
  ]) {
    const answer = await app.read(url)
    t.equal(answer.status, 200, url)
    t.notMatch(JSON.stringify(answer.body).toLowerCase(), secret.toLowerCase(), url)
  }
  t.equal((await app.read(`/api/v1/titles/${title}/history`)).status, 401)
  const own = (await app.call('GET', `/api/v1/titles/${title}`)).body
  t.equal(own.comment, secret)
  t.equal(own.webInfo1, '<p>Hello <a>y</a></p>', 'HTML leaves through an allow-list')
  t.equal((await app.call('GET', `/api/v1/pages/${page}`)).body.comment, secret)
  t.not(
    (await app.read(`/api/v1/titles/${title}`)).headers['etag'],
    (await app.call('GET', `/api/v1/titles/${title}`)).headers['etag'],
    'two representations, two tags',
  )
})

t.test('problems name the reason and never more: no stack, no SQL, no path', async t => {
  for (const [url, status] of [
    ['/nothing', 404],
    ['/api/v1/tree/0', 400],
    ['/api/v1/tree/99999999999', 400],
    ['/api/v1/tree/1?x=1', 400],
    ['/api/v1/tree?unknown=1', 400],
    ['/api/v1/tree/%00', 400],
    ['/api/v1/domains/none', 404],
    ['/api/v1/titles?limit=0', 400],
  ] as const) {
    const answer = await app.read(url)
    t.equal(answer.status, status, url)
    t.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
    t.notMatch(JSON.stringify(answer.body), /select |OPR_|\.ts|\/src\//)
    t.match(answer.body, { type: /^\/problems\//, title: String, status })
    t.equal((await app.read(answer.body.type)).status, 200, 'the type is an address')
  }
  const wrong = await app.app.inject({
    method: 'DELETE',
    url: '/api/v1/domains',
    headers: { authorization: `Bearer ${operatorKey}` },
  })
  t.match([wrong.statusCode, wrong.headers.allow], [405, 'GET, HEAD, POST'])
  t.equal(
    (await app.call('POST', '/api/v1/domains', '{bad', { 'content-type': 'application/json' })).status,
    400,
  )
})
