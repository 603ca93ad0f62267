// Options of [limits.rate] and [robots]: how much one client may ask for, and what robots are told.
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { flag, list, whole } from './option-kinds.ts'

/** Whether a text is an address or a network of addresses (CIDR). */
function isNetwork(value: string): boolean {
  return value.includes('/') ? ipaddr.isValidCIDR(value) : ipaddr.isValid(value)
}

const most = 1_000_000_000

export const rateSection = z
  .strictObject({
    on: flag(true, 'Limit how much one client may ask for.'),
    window: whole(60, 1, 3600, 'Seconds over which requests are counted.'),
    api: whole(
      1200,
      0,
      most,
      'Requests of the API and of web pages from one address in that time; 0: no limit.',
    ),
    images: whole(
      6000,
      0,
      most,
      'Megapixels of images and tiles for one address in that time; a reader who turns a page each second takes about 600. 0: no limit.',
    ),
    manifests: whole(
      600,
      0,
      most,
      'Manifests, METS documents, PDF files and texts for one address in that time; 0: no limit.',
    ),
    harvest: whole(
      300,
      0,
      most,
      'Requests of OAI-PMH, Change Discovery, feeds and sitemaps from one address in that time; 0: no limit.',
    ),
    search: whole(300, 0, most, 'Searches from one address in that time, SRU included; 0: no limit.'),
    suggestions: whole(
      600,
      0,
      most,
      'Suggestions to somebody who types, from one address in that time; 0: no limit.',
    ),
    logIn: whole(
      120,
      0,
      most,
      'Log-ins, and requests with keys that are not known, from one address in that time; 0: no limit.',
    ),
    faults: whole(10, 0, most, 'Faults that readers report from one address in that time; 0: no limit.'),
    signedInFactor: whole(2, 1, 1000, 'Somebody who has logged in may ask for so many times as much.'),
    keyFactor: whole(5, 1, 1000, 'A program with a key may ask for so many times as much.'),
    allow: list(
      [],
      'Addresses and networks (192.0.2.0/24) without limits: reading rooms, partners that harvest.',
      z.string().refine(isNetwork, { error: 'expected addresses or networks like 192.0.2.0/24' }),
    ),
    exemptLoopback: flag(
      true,
      'No limits for this machine. Behind a proxy that [server] trustProxy does not name, every client seems to be this machine.',
    ),
    exemptOperator: flag(true, 'No limits for the operator key.'),
  })
  .describe('How much one client may ask for before it is answered 429; each process counts for itself.')

/** A line of robots.txt ends where the value does. */
const lineValue = z.string().regex(/^[^\r\n#]{1,200}$/, 'expected values without # and line breaks')

export const robotsSection = z
  .strictObject({
    disallow: list(
      ['/api/', '/download/', '/iiif/image/', '/oai', '/sru'],
      'Beginnings of the addresses that robots shall leave alone.',
      lineValue,
    ),
    refuse: list([], 'Robots that shall read nothing, by the name they go by in robots.txt.', lineValue),
    crawlDelay: whole(0, 0, 3600, 'Seconds that robots are asked to wait between two requests; 0: unsaid.'),
  })
  .describe('What /robots.txt tells robots.')
