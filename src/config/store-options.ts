// Options of [store.NAME], one section for each place that files are kept in, and of [stores], which says what lies where.
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { flag, oneOf, secret, text, whole } from './option-kinds.ts'

/** The folders of [path] varLarge: a store that is there without a section. */
export const localStore = 'local'

export const storeSection = z
  .strictObject({
    kind: oneOf(['s3', 'file'], 's3', 'An object store that speaks S3, or a folder of this machine.'),
    folder: text('', 'Folder of kind file, on a disk of its own: an absolute path.'),
    endpoint: text(
      '',
      'Address of the object store: https://s3.example.org, or http:// within a network of the house; without the bucket.',
    ),
    region: text('us-east-1', 'Region that requests are signed for; stores of the house take any.'),
    bucket: text('', 'Bucket, made beforehand; requests never make one.'),
    prefix: text('', 'What keys begin with, so that several repositories share a bucket: firefolio.'),
    accessKey: text(
      '',
      'Access key: it must be allowed to list the bucket and to read, write and delete below the prefix.',
    ),
    secretKey: secret('', 'Secret key that goes with it.'),
    pathStyle: flag(
      true,
      'The bucket stands in the path of addresses, as stores of the house want it; false: in the name of the host, as Amazon does.',
    ),
    timeout: whole(30, 1, 600, 'Seconds within which the store must begin to answer, and go on.'),
    attempts: whole(
      4,
      1,
      20,
      'How often a request is made, with growing pauses, while the store is busy or the line breaks.',
    ),
    partMegabytes: whole(
      16,
      5,
      1024,
      'Files above this size are sent in parts of it; four parts of a process are in memory at most.',
    ),
  })
  .describe(
    'A store of files; as many sections as stores, e.g. [store.ceph]. Names are of small letters and digits; local is the folder of [path] varLarge.',
  )

export const storesSection = z
  .strictObject({
    masters: text(
      localStore,
      'Store that masters, texts and further files of titles are kept in: the name of a [store.NAME], or local for the folder of [path] varLarge.',
    ),
    mastersCopy: text(
      '',
      'Store that keeps a second copy of the same, e.g. local or another [store.NAME]: what is written is acknowledged when both have it whole, and read from it where the first cannot give it. Empty: none.',
    ),
    packs: text(
      localStore,
      'Store that access packs are kept in, which tiles and pictures are read from; local for the folder of [path] varLarge.',
    ),
    cacheMegabytes: whole(
      10_000,
      100,
      100_000_000,
      'Local copies of what lies in object stores, in [path] varFast/stores; the least recently used go first. Up to twice as much while more than that is in use.',
    ),
  })
  .describe('Where files are kept. A file that is there is found in its store whatever is set here.')

export type Store = z.output<typeof storeSection>
export type Stores = z.output<typeof storesSection>

/** Whether a store may be called so: names stand in names of environment variables. */
export const isStoreName = (name: string): boolean =>
  /^[a-z][a-z0-9]{0,29}$/.test(name) && name !== localStore

const withoutSlashes = (prefix: string): string => prefix.replace(/^\/+|\/+$/g, '')

/** The prefix of keys as it stands in front of them. */
export const prefixOf = ({ prefix }: Pick<Store, 'prefix'>): string =>
  withoutSlashes(prefix) === '' ? '' : `${withoutSlashes(prefix)}/`

/** What is wrong with a store, as sentences that name the option. */
export function faultsOfStore(store: Store): string[] {
  if (store.kind === 'file')
    return isAbsolute(store.folder)
      ? []
      : [`folder: expected the absolute path of a folder, got ‘${store.folder}’.`]
  const faults: string[] = []
  const url = URL.canParse(store.endpoint) ? new URL(store.endpoint) : undefined
  if (!url || !['https:', 'http:'].includes(url.protocol) || url.username !== '' || url.search !== '')
    faults.push('endpoint: expected an address like https://s3.example.org, without keys.')
  if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i.test(store.bucket))
    faults.push(`bucket: expected the name of a bucket, got ‘${store.bucket}’.`)
  if (store.accessKey === '') faults.push('accessKey: is missing.')
  if (store.secretKey === '') faults.push('secretKey: is missing; it may stand in a file (secretKeyFile).')
  if (!/^[\w./-]{0,200}$/.test(store.prefix) || store.prefix.split('/').includes('..'))
    faults.push(`prefix: expected letters, digits, ., _, - and /, got ‘${store.prefix}’.`)
  return faults
}

/** Stores that [stores] names and that are not there. */
export function faultsOfStores(stores: Stores, known: readonly string[]): string[] {
  const isThere = (name: string) => name === localStore || known.includes(name)
  const faults = (['masters', 'packs', 'mastersCopy'] as const).flatMap(option =>
    isThere(stores[option]) || (option === 'mastersCopy' && stores[option] === '')
      ? []
      : [`${option}: there is no [store.${stores[option]}].`],
  )
  if (stores.mastersCopy === stores.masters)
    faults.push(
      `mastersCopy: ${stores.masters} is the store of masters itself; a second copy lies elsewhere.`,
    )
  return faults
}

/** What is wrong with the store that capsules go to. */
export const faultsOfCapsuleStore = (store: string, known: readonly string[]): string[] =>
  store === '' || known.includes(store) ? [] : [`store: there is no [store.${store}].`]
