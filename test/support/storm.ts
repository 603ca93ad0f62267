import { isAlive, type PrivateServer, restart } from '../../src/firebird/server/private-server.ts'
import { aTitle, asMods, modsOf, type TestApp } from './start.ts'

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T

/** Writers that change one tree at random for a time. @returns changes made and answers by status */
export async function writersFor(
  app: TestApp,
  writers: number,
  ms: number,
): Promise<{ done: number; statuses: Map<number, number> }> {
  const titles = await Promise.all([1, 2, 3].map(n => aTitle(app, { title: `Storm ${n}`, release: true })))
  const nodes: number[] = [...titles]
  const statuses = new Map<number, number>()
  let done = 0
  const until = Date.now() + ms
  const act = async (): Promise<number> => {
    const node = pick(nodes)
    switch (Math.floor(Math.random() * 7)) {
      case 0:
      case 1: {
        const answer = await app.call('POST', '/api/v1/tree', {
          parent: node,
          datatype: 'structure',
          type: pick(['chapter', 'section']),
          caption: `n${nodes.length}`,
        })
        if (answer.status === 201) nodes.push(answer.body.id)
        return answer.status
      }
      case 2:
        return (
          await app.call(
            'POST',
            `/api/v1/tree/${pick(nodes.slice(3).length > 0 ? nodes.slice(3) : nodes)}/move`,
            { parent: node, position: pick(['first', 'last']) },
            { 'if-match': '*' },
          )
        ).status
      case 3:
        return (await app.call('POST', `/api/v1/tree/${node}/release`, { ancestors: Math.random() < 0.5 }))
          .status
      case 4:
        return (await app.call('POST', `/api/v1/tree/${node}/hide`)).status
      case 5:
        return titles.includes(node) ? 200 : (await app.call('DELETE', `/api/v1/tree/${node}`)).status
      default:
        return (await app.call('POST', `/api/v1/tree/${node}/restore`)).status
    }
  }
  await Promise.all(
    Array.from({ length: writers }, async () => {
      while (Date.now() < until) {
        const status = await act()
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (status < 300) done++
      }
    }),
  )
  return { done, statuses }
}

export interface Faults {
  readonly freeze: () => Promise<void>
  readonly kill: () => Promise<void>
}

/** Ways to hurt a private server: four seconds without an answer; dead for half a second. */
export function faultsOf(server: PrivateServer): Faults {
  let { pid } = server
  return {
    freeze: async () => {
      process.kill(pid, 'SIGSTOP')
      await pause(4000)
      process.kill(pid, 'SIGCONT')
    },
    kill: async () => {
      process.kill(pid, 'SIGKILL')
      while (isAlive(pid)) await pause(20)
      await pause(500)
      pid = await restart(server)
    },
  }
}

/** Writers post records while the server is frozen once and killed once. */
export async function freezeAndKill(
  app: TestApp,
  faults: Faults,
  prefix = 'storm',
): Promise<{ acknowledged: string[]; statuses: Map<number, number>; withoutRetryAfter: number }> {
  const acknowledged: string[] = []
  const statuses = new Map<number, number>()
  let withoutRetryAfter = 0
  let running = true
  let n = 0
  const writers = Array.from({ length: 4 }, async () => {
    while (running) {
      const record = `${prefix}-${++n}`
      const answer = await app.call(
        'POST',
        '/api/v1/titles?domain=lib',
        modsOf(record, `Storm ${'x'.repeat(3000)}`),
        asMods,
      )
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      if (answer.status === 201) acknowledged.push(record)
      else await new Promise(resolve => setTimeout(resolve, 50))
      if (answer.status === 503 && !answer.headers['retry-after']) withoutRetryAfter++
    }
  })
  await pause(700)
  await faults.kill()
  await pause(1500)
  await faults.freeze()
  const before = acknowledged.length
  for (const end = Date.now() + 6000; Date.now() < end && acknowledged.length < before + 20;) await pause(50)
  running = false
  await Promise.all(writers)
  return { acknowledged, statuses, withoutRetryAfter }
}
