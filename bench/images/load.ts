// Requests to servers, and the processor time that they cost them.
import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { median } from '../measure.ts'

const rounds = 9
export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** Seconds of processor time of a process, with the children that it has. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const own = (Number(fields[11]) + Number(fields[12])) / 100
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return (
    own +
    (children === '' ? 0 : children.split(' ').reduce((sum, child) => sum + cpuSeconds(Number(child)), 0))
  )
}
/** The same of the threads that a process has now, without its children, to the microsecond: for work that takes less than some ticks. */
export const threadSeconds = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce(
    (sum, task) =>
      sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e9,
    0,
  )
export const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

const connections = 16
export const agent = new Agent({ keepAlive: true, maxSockets: connections })

/** Ends the requests and the servers of a part. */
export async function endAll(children: readonly ChildProcess[]): Promise<void> {
  agent.destroy()
  for (const child of children) child.kill('SIGTERM')
  await Promise.all(
    children.map(
      async child => child.exitCode ?? (await new Promise(resolve => child.once('exit', resolve))),
    ),
  )
}

export function fetchOnce(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; bytes: number; ms: number }> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    get(url, { agent, headers }, response => {
      let bytes = 0
      response.on('data', (part: Buffer) => (bytes += part.length))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, bytes, ms: performance.now() - started }),
      )
    }).on('error', reject)
  })
}
/** Sends the requests, as many at a time as there are connections. @returns their times */
export async function load(
  urls: readonly string[],
  headers: Record<string, string> = {},
  expected = 200,
): Promise<number[]> {
  const times: number[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (next < urls.length) {
        const url = urls[next++] as string
        const { status, ms } = await fetchOnce(url, headers)
        if (status !== expected) throw new Error(`${url}: ${status}`)
        times.push(ms)
      }
    }),
  )
  return times
}
export function shuffled<T>(list: readonly T[], count: number): T[] {
  return Array.from({ length: count }, () => list[Math.floor(Math.random() * list.length)] as T)
}
export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN

interface Candidate {
  readonly pid: number
  readonly requests: number
  readonly urls: readonly string[]
  readonly headers?: Record<string, string>
  readonly expected?: number
}
/** Microseconds of processor time a request: medians of interleaved rounds. */
export async function cpuPerRequest<Name extends string>(
  candidates: Record<Name, Candidate>,
): Promise<Record<Name, number>> {
  const names = Object.keys(candidates) as Name[]
  const seen = new Map<Name, number[]>(names.map(name => [name, []]))
  for (let round = -1; round < rounds; round++)
    for (const name of names) {
      const { pid, requests, urls, headers, expected } = candidates[name]
      const before = cpuSeconds(pid)
      await load(shuffled(urls, requests), headers, expected)
      const micros = ((cpuSeconds(pid) - before) * 1e6) / requests
      if (round >= 0) seen.get(name)?.push(micros)
    }
  return Object.fromEntries(names.map(name => [name, median(seen.get(name) ?? [])])) as Record<Name, number>
}

export async function waitFor(url: string): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    if (
      await fetchOnce(url).then(
        ({ status }) => status < 500,
        () => false,
      )
    )
      return
    await pause(100)
  }
  throw new Error(`${url} does not answer`)
}
