// Connections to the public network alone: whoever names an address to fetch or to tell must not reach, through this server, what only this
// server can reach.
// The address that is connected to is looked at, not the name, so that no answer of a name server gets past.
import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { buildConnector } from 'undici'
import { Refusal } from '../errors.ts'

/** Whether an address is in the public network: unicast by the registries of special-purpose addresses, also as an IPv4 address inside an IPv6 one. */
export const isPublic = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'

const refusal = (host: string, address: string, option: string) =>
  new Refusal(
    'not-processable',
    `${host === address ? host : `${host} (${address})`} is in a private network; ${option} = true allows those.`,
  )

const lookup =
  (option: string) =>
  (
    host: string,
    options: LookupOptions,
    done: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
  ): void => {
    resolve(host, options, (error: Error | null, found: string | LookupAddress[], family?: number) => {
      if (error) return done(error, found, family)
      const inside = (typeof found === 'string' ? [found] : found.map(({ address }) => address)).find(
        address => !isPublic(address),
      )
      return inside === undefined
        ? done(null, found, family)
        : done(refusal(host, inside, option), found, family)
    })
  }

/** An address of a host, for a program that connects by itself. @throws Refusal not-processable where it is in a private network, unavailable */
export function publicAddress(host: string, option: string): Promise<string> {
  return new Promise((found, reject) => {
    lookup(option)(host, { all: false }, (error, address) => {
      if (error === null && typeof address === 'string') found(address)
      else if (error instanceof Refusal) reject(error)
      else reject(new Refusal('unavailable', `${host} is not found: ${error?.message}.`, {}, error))
    })
  })
}

/** Opens a connection, unless it would lead into a private network. @param option the one that allows those, for the refusal */
export function publicOnly(option: string, build: typeof buildConnector): buildConnector.connector {
  const connector = build({ lookup: lookup(option) } as buildConnector.BuildOptions)
  return (options, done) => {
    const host = options.hostname.replace(/^\[|\]$/g, '')
    // what is an address already is not looked up
    if (isIP(host) !== 0 && !isPublic(host)) done(refusal(host, host, option), null)
    else connector(options, done)
  }
}
