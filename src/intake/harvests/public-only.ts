// Connections to the public network alone: whoever may start a harvest must not reach, through this server, what only this server can reach.
// The address that is connected to is looked at, not the name, so that no answer of a name server gets past.
import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import { buildConnector } from 'undici'
import { Refusal } from '../../errors.ts'

/** Not global by the registries of special-purpose addresses. @see RFC 6890, RFC 6598, RFC 4193, RFC 4291, RFC 6052 */
const reserved: readonly [network: string, bits: number, family: 'ipv4' | 'ipv6'][] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 127, 'ipv6'],
  // an IPv4 address inside an IPv6 one; ::ffff:0:0/96 is looked at as the IPv4 address that it is
  ['64:ff9b::', 96, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]
const notPublic = new BlockList()
for (const [network, bits, family] of reserved) notPublic.addSubnet(network, bits, family)

export const isPublic = (address: string): boolean =>
  !notPublic.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

const refusal = (host: string, address: string) =>
  new Refusal(
    'not-processable',
    `${host === address ? host : `${host} (${address})`} is in a private network; [harvest] privateNetworks = true allows those.`,
  )

function lookup(
  host: string,
  options: LookupOptions,
  done: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
): void {
  resolve(host, options, (error: Error | null, found: string | LookupAddress[], family?: number) => {
    if (error) return done(error, found, family)
    const inside = (typeof found === 'string' ? [found] : found.map(({ address }) => address)).find(
      address => !isPublic(address),
    )
    return inside === undefined ? done(null, found, family) : done(refusal(host, inside), found, family)
  })
}

const connector = buildConnector({ lookup } as buildConnector.BuildOptions)

/** Opens a connection, unless it would lead into a private network. */
export const publicOnly: buildConnector.connector = (options, done) => {
  const host = options.hostname.replace(/^\[|\]$/g, '')
  // what is an address already is not looked up
  if (isIP(host) !== 0 && !isPublic(host)) done(refusal(host, host), null)
  else connector(options, done)
}
