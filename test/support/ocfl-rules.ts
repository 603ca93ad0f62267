// What OCFL 1.1 demands of a storage root, looked at from outside: written after the specification, and with none of the code that writes it.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

type Block = Record<string, string[]>
interface Inventory {
  id: string
  type: string
  digestAlgorithm: string
  head: string
  manifest: Block
  versions: Record<string, { created: string; state: Block; message?: string; user?: { name?: string } }>
  fixity?: Record<string, Block>
}

const digest = (algorithm: string, path: string) =>
  createHash(algorithm).update(readFileSync(path)).digest('hex')
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
    statSync(join(folder, name)).isFile(),
  )

/** @returns the folders of objects, and what is wrong */
export function brokenOcflRules(root: string): { objects: string[]; faults: string[] } {
  const faults: string[] = []
  const objects: string[] = []
  if (
    !existsSync(join(root, '0=ocfl_1.1')) ||
    readFileSync(join(root, '0=ocfl_1.1'), 'utf8') !== 'ocfl_1.1\n'
  )
    faults.push('E069: the storage root declares no version')
  const { extension, description } = JSON.parse(readFileSync(join(root, 'ocfl_layout.json'), 'utf8')) as {
    extension: string
    description: string
  }
  if (!extension || !description) faults.push('E071: ocfl_layout.json')
  if (!existsSync(join(root, 'extensions', extension, 'config.json'))) faults.push('E072: no extension')
  const extensions = readdirSync(join(root, 'extensions'))
  if (extensions.length > 1) faults.push(`W013: extensions ${extensions.join(', ')}`)
  const walk = (folder: string): void => {
    const entries = readdirSync(folder, { withFileTypes: true })
    if (entries.some(({ name }) => name.startsWith('0=ocfl_object_'))) {
      objects.push(folder)
      faults.push(...brokenObject(folder).map(fault => `${folder.slice(root.length + 1)}: ${fault}`))
      return
    }
    if (entries.length === 0) faults.push(`E073: ${folder} is empty`)
    for (const entry of entries) {
      if (!entry.isDirectory()) faults.push(`E084: ${entry.name} between the root and the objects`)
      else walk(join(folder, entry.name))
    }
  }
  for (const entry of readdirSync(root, { withFileTypes: true }))
    if (entry.isDirectory() && entry.name !== 'extensions') walk(join(root, entry.name))
  return { objects, faults }
}

function readInventory(folder: string, faults: string[]): Inventory {
  const file = join(folder, 'inventory.json')
  const inventory = JSON.parse(readFileSync(file, 'utf8')) as Inventory
  const algorithm = inventory.digestAlgorithm
  if (algorithm !== 'sha512') faults.push(`W004: ${algorithm}`)
  if (readFileSync(`${file}.${algorithm}`, 'utf8') !== `${digest(algorithm, file)} inventory.json\n`)
    faults.push(`E060: the sidecar of ${file}`)
  return inventory
}

function brokenObject(folder: string): string[] {
  const faults: string[] = []
  if (readFileSync(join(folder, '0=ocfl_object_1.1'), 'utf8') !== 'ocfl_object_1.1\n') faults.push('E007')
  const inventory = readInventory(folder, faults)
  if (!/^[a-z][a-z0-9+.-]*:.+/i.test(inventory.id)) faults.push(`W005: ${inventory.id} is no URI`)
  if (inventory.type !== 'https://ocfl.io/1.1/spec/#inventory') faults.push(`E038: ${inventory.type}`)
  const names = Object.keys(inventory.versions)
  const expected = names.map((_, at) => `v${at + 1}`)
  if (JSON.stringify(names) !== JSON.stringify(expected) || inventory.head !== expected.at(-1))
    faults.push(`E008, E009, E040: ${names.join(', ')}, head ${inventory.head}`)
  const allowed = [
    ...expected,
    '0=ocfl_object_1.1',
    'inventory.json',
    `inventory.json.${inventory.digestAlgorithm}`,
  ]
  for (const name of readdirSync(folder))
    if (!allowed.includes(name)) faults.push(`E001: ${name} does not belong here`)
  const stored = new Map<string, string>()
  for (const [sum, paths] of Object.entries(inventory.manifest))
    for (const path of paths) {
      if (stored.has(path)) faults.push(`E101: ${path} twice`)
      stored.set(path, sum)
      if (!existsSync(join(folder, path))) faults.push(`E092: ${path} is not there`)
      else if (digest(inventory.digestAlgorithm, join(folder, path)) !== sum) faults.push(`E092: ${path}`)
    }
  for (const [algorithm, block] of Object.entries(inventory.fixity ?? {}))
    for (const [sum, paths] of Object.entries(block))
      for (const path of paths)
        if (digest(algorithm, join(folder, path)) !== sum) faults.push(`E093: ${path}`)
  const used = new Set<string>()
  for (const [name, version] of Object.entries(inventory.versions)) {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(version.created))
      faults.push(`E049: ${version.created}`)
    if (!version.message || !version.user?.name) faults.push(`W007: ${name}`)
    const logical = new Set<string>()
    for (const [sum, paths] of Object.entries(version.state)) {
      used.add(sum)
      if (!(sum in inventory.manifest)) faults.push(`E050: ${sum} of ${name} is in no manifest`)
      for (const path of paths) {
        if (logical.has(path)) faults.push(`E095: ${path} twice in ${name}`)
        if (/(^|\/)(\.{0,2})(\/|$)/.test(path)) faults.push(`E052, E053: ${path}`)
        logical.add(path)
      }
    }
    const of = readInventory(join(folder, name), faults)
    if (of.head !== name || of.id !== inventory.id) faults.push(`E037, E040: the inventory of ${name}`)
    for (const [each, { state }] of Object.entries(of.versions))
      if (JSON.stringify(state) !== JSON.stringify(inventory.versions[each]?.state))
        faults.push(`E066: ${each} as ${name} knows it`)
    for (const file of filesBelow(join(folder, name)))
      if (!file.startsWith('inventory.json') && !stored.has(`${name}/${file}`))
        faults.push(`E023: ${name}/${file} is in no manifest`)
  }
  for (const sum of Object.keys(inventory.manifest)) if (!used.has(sum)) faults.push(`E107: ${sum} is unused`)
  if (
    digest('sha512', join(folder, 'inventory.json')) !==
    digest('sha512', join(folder, inventory.head, 'inventory.json'))
  )
    faults.push('E064: the inventory of the head is another one')
  return faults
}

/** What a version of an object holds: logical path to text. */
export function ocflVersion(folder: string, name: string): Map<string, string> {
  const { manifest, versions } = JSON.parse(readFileSync(join(folder, 'inventory.json'), 'utf8')) as Inventory
  return new Map(
    Object.entries(versions[name]?.state ?? {}).flatMap(([sum, paths]) =>
      paths.map(path => [path, readFileSync(join(folder, manifest[sum]?.[0] ?? ''), 'latin1')] as const),
    ),
  )
}
