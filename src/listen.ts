// One service on several addresses: Fastify itself listens on the first, servers beside it hand their requests to the same routes.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { App, Services } from './http/module.ts'

type Config = Services['config']

const urlOf = (address: AddressInfo): string =>
  `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`

/** How long a client may take; Node looks each second for those that take longer. */
export const serverTimeouts = ({ http }: Config) => ({
  requestTimeout: http.requestTimeout * 1000,
  headersTimeout: http.headersTimeout * 1000,
  keepAliveTimeout: http.keepAliveTimeout * 1000,
  connectionsCheckingInterval: 1000,
})

/** Listens on [server] bindHosts. @returns the addresses, in that order */
export async function listen(app: App, config: Config, port: number): Promise<string[]> {
  const [first = '127.0.0.1', ...more] = config.server.bindHosts
  app.server.maxConnections = config.http.maxConnections
  const others: Server[] = []
  app.addHook('preClose', async () => {
    for (const server of others) {
      server.close()
      server.closeIdleConnections()
    }
  })
  const addresses = [await app.listen({ host: first, port })]
  // with port 0 the first address drew one; the others take the same
  const taken = (app.server.address() as AddressInfo).port
  for (const host of more) {
    const server = createServer(serverTimeouts(config), (request, response) => app.routing(request, response))
    server.maxConnections = config.http.maxConnections
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(taken, host, resolve)
    })
    others.push(server)
    addresses.push(urlOf(server.address() as AddressInfo))
  }
  return addresses
}
