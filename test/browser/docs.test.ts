// The documentation page in a real browser, under its policy and below a path that a proxy takes away.
import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from '../support/tap.ts'
import { aBrowser, longStory } from '../support/browser.ts'
import { aDomain, start } from '../support/start.ts'

/** A proxy that serves an address below a path. @returns its address with the path */
async function proxyBelow(
  t: { teardown(work: () => void): void },
  path: string,
  target: () => string,
): Promise<string> {
  const proxy = createServer((asked, answer) => {
    const url = asked.url ?? '/'
    if (!url.startsWith(`${path}/`)) return void answer.writeHead(404).end('outside')
    const through = forward(
      new URL(url.slice(path.length), target()),
      { method: asked.method ?? 'GET', headers: asked.headers },
      from => {
        answer.writeHead(from.statusCode ?? 502, from.headers)
        from.pipe(answer)
      },
    )
    asked.pipe(through)
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${path}`
}

t.test(
  'below a path of a proxy the documentation loads all its files and lists the operations',
  longStory,
  async t => {
    let service = ''
    const address = await proxyBelow(t, '/books', () => service)
    const app = await start(t, { FIREFOLIO_SERVER_PUBLICURL: address })
    await aDomain(app)
    service = await app.app.listen({ host: '127.0.0.1', port: 0 })
    const browser = await aBrowser(t)
    const page = await browser.newPage()
    const complaints: string[] = []
    const failed: string[] = []
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
    page.on(
      'response',
      response => response.status() >= 400 && failed.push(`${response.status()} ${response.url()}`),
    )
    for (const documentation of [`${address}/docs`, `${address}/docs/`]) {
      await page.goto(documentation)
      await page.locator('.opblock-tag-section').first().waitFor()
      t.equal(await page.title(), 'Firefolio: the API')
      t.ok((await page.locator('.opblock-tag-section').count()) > 10, 'its groups')
    }
    t.same(
      failed.filter(url => !url.includes('favicon')),
      [],
    )
    t.same(
      complaints.filter(text => !/favicon/.test(text)),
      [],
      'nothing breaks the policy',
    )

    // the browser's own banner about style sheets breaks the policy of the page it stands on, so complaints do not count here
    await page.goto(`${address}/lib/oai?verb=Identify`)
    t.equal(await page.locator('h1', { hasText: 'OAI-PMH 2.0' }).count(), 1, 'the style sheet is found')
    t.ok((await page.locator('nav a').count()) >= 5)
    t.same(
      failed.filter(url => !url.includes('favicon')),
      [],
    )
  },
)
