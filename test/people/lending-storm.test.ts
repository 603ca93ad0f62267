// Three copies, many readers, two processes that are killed again and again: never a fourth reader, and no copy lost for ever.
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from '../support/tap.ts'
import { atLength } from '../support/at-length.ts'
import { runServer } from '../support/crashes.ts'
import { needsServer } from '../support/database.ts'
import { aServedPage } from '../support/images.ts'
import { aDomain, start } from '../support/start.ts'

const copies = 3
const readers = Number(process.env['FIREFOLIO_CASES'] ?? 24)
/** Until everything has happened that is looked for; a soak makes it last longer. */
const atLeastMs = Number(process.env['FIREFOLIO_STORM_S'] ?? 0) * 1000
const atMostMs = atLeastMs + 120_000

/** What a loan lasts unused; the more readers there are, the longer each waits for an answer */
const unusedS = 5 + Math.round(readers / 50)
const times = {
  FIREFOLIO_LENDING_TIMEOUT: String(unusedS),
  FIREFOLIO_LENDING_QUEUETIMEOUT: String(unusedS),
}

const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

t.test('never a fourth, and none for ever', { ...needsServer, ...atLength }, async t => {
  const app = await start(t, times)
  await aDomain(app)
  const page = await aServedPage(app)
  const title = (await app.call('GET', `/api/v1/pages/${page}`)).body.titleId as number
  await app.call('PATCH', `/api/v1/titles/${title}`, { maxAccessCount: copies }, { 'if-match': '*' })
  const began = Date.now()
  let kills = 0
  let most = 0
  let looks = 0
  const tally = {
    held: 0,
    waiting: 0,
    given: 0,
    images: {} as Record<string | number, number>,
    unreachable: 0,
    faults: new Set<string>(),
  }
  const goesOn = (): boolean => {
    const passedMs = Date.now() - began
    const isSeen = kills >= 3 && looks > 100 && most === copies && tally.held > copies && tally.given > 0
    return (
      passedMs < atLeastMs || (passedMs < atMostMs && !(isSeen && tally.waiting > 0 && tally.images[200]))
    )
  }
  const ports = [await freePort(), await freePort()]
  const servers = ports.map(async port => {
    while (goesOn()) {
      const ended = await runServer(app.services, {
        ...times,
        FIREFOLIO_SERVER_HTTP_PORT: String(port),
        FIREFOLIO_JOBS_ON: 'false',
        // an index belongs to one process
        FIREFOLIO_SEARCH_ON: 'false',
        FIREFOLIO_LOG_LEVEL: 'silent',
        // in the middle of lending, or else wherever it is
        CRASH_AT_SQL: '(update|insert into|delete from) "?OPR_Loan',
        CRASH_SKIP: String(readers + Math.round(Math.random() * 4 * readers)),
        CRASH_AFTER_MS: String(15_000 + 60 * readers),
      })
      if (ended.signal === 'SIGKILL') kills++
      else t.fail(`a server ended by itself: ${ended.out.slice(0, 500)}`)
    }
  })
  const observer = (async () => {
    while (goesOn()) {
      const { rows } = await app.services.database.withConnection(connection =>
        connection.run('select count(*) as "n" from OPR_Loan where OL_Held = 1'),
      )
      most = Math.max(most, Number((rows[0] as { n: number }).n))
      looks++
      // a loan lasts for seconds
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  })()
  const reader = async (): Promise<void> => {
    let cookie = ''
    const ask = async (method: string, path: string) => {
      const port = ports[Math.floor(Math.random() * 2)] as number
      try {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
          method,
          headers: cookie === '' ? {} : { cookie },
          signal: AbortSignal.timeout(10_000),
        })
        const set = answer.headers.getSetCookie()[0]
        if (set) cookie = set.split(';')[0] as string
        if (answer.status >= 500 && answer.status !== 503)
          tally.faults.add(`${answer.status} ${await answer.text()}`)
        return {
          status: answer.status,
          body: answer.ok && path.endsWith('/loan') ? await answer.json() : await answer.arrayBuffer(),
        }
      } catch {
        tally.unreachable++
        await new Promise(resolve => setTimeout(resolve, 200))
        return undefined
      }
    }
    while (goesOn()) {
      const answer = await ask('POST', `/api/v1/titles/${title}/loan`)
      const state = (answer?.body as { state?: string } | undefined)?.state
      if (state === 'held') {
        tally.held++
        const seen =
          (await ask('GET', `/iiif/image/3/${page}/full/128,/0/default.jpg`))?.status ?? 'unreachable'
        tally.images[seen] = (tally.images[seen] ?? 0) + 1
        // every other one simply goes away and is another reader afterwards
        if (Math.random() < 0.5 && (await ask('DELETE', `/api/v1/titles/${title}/loan`))?.status === 200)
          tally.given++
        cookie = ''
      } else if (state === 'waiting') tally.waiting++
      await new Promise(resolve => setTimeout(resolve, 500 + Math.random() * 1000))
    }
  }
  await Promise.all([...servers, observer, ...Array.from({ length: readers }, reader)])
  t.comment(`seen: ${JSON.stringify({ ...tally, faults: [...tally.faults], most, looks, kills })}`)
  t.same([...tally.faults], [])
  t.ok(kills >= 3, `${kills} kills`)
  t.ok(looks > 100, `${looks} looks`)
  t.equal(most, copies, 'all copies were lent, and never more')
  t.ok(tally.held > copies, `${tally.held} times somebody got one`)
  t.ok((tally.images[200] ?? 0) > 0 && tally.waiting > 0, JSON.stringify(tally))
  await new Promise(resolve => setTimeout(resolve, (unusedS + 0.5) * 1000))
  for (let n = 1; n <= copies; n++) {
    const answer = await app.app.inject({ method: 'POST', url: `/api/v1/titles/${title}/loan` })
    t.match(answer.json(), { state: 'held', held: n }, 'all are free again')
  }
})
