// Many readers of one server, in a process of their own: argv is the address, how many, and for how many seconds.
// Prints one line of JSON.
import { Agent, get } from 'node:http'

const [base = '', count = '500', seconds = '60'] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: Number(count) })

const ask = (path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    get(`${base}${path}`, { agent }, response => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
      response.on('error', reject)
    }).on('error', reject)
  })

const paths = process.env['SOAK_PATHS']?.split(' ') ?? ['/api/v1/tree']
const until = Date.now() + Number(seconds) * 1000
const statuses: Record<string, number> = {}
const means: number[] = []
await Promise.all(
  Array.from({ length: Number(count) }, async (_, client) => {
    let answers = 0
    const started = performance.now()
    for (let n = client; Date.now() < until; n++) {
      const status = await ask(paths[n % paths.length] as string).catch((error: Error) => error.message)
      statuses[status] = (statuses[status] ?? 0) + 1
      answers++
    }
    means.push((performance.now() - started) / answers)
  }),
)
means.sort((a, b) => a - b)
process.stdout.write(
  JSON.stringify({ statuses, median: means[means.length >> 1], slowest: means[means.length - 1] }),
)
