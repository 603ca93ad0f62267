// firefolio capsule free and fetch: masters that lie in capsules alone.
import { userInfo } from 'node:os'
import { idIn } from '../codes.ts'
import { Refusal } from '../errors.ts'
import { fetchMasters, freeMasters } from '../preservation/capsules/index.ts'
import type { OpenServices } from '../services.ts'
import { counted } from './counted.ts'
import type { Session } from './session.ts'

interface Flags {
  readonly domain?: string
  readonly dryRun?: boolean
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`
const actorOf = (command: string) => ({
  name: userInfo().username,
  application: `firefolio capsule ${command}`,
})

/** @throws Refusal bad-request, not-found */
async function placesOf(
  { db }: OpenServices,
  nodes: readonly string[],
  { domain, dryRun = false }: Flags,
): Promise<{ node?: number; domain?: number; dryRun: boolean }[]> {
  if ((nodes.length === 0) === (domain === undefined))
    throw new Refusal('bad-request', 'Name the titles or nodes by their ids, or give --domain.')
  if (domain !== undefined) {
    const row = await db
      .selectFrom('OPR_Domain')
      .select('OD_ID as id')
      .where('OD_Name', '=', domain)
      .executeTakeFirst()
    if (!row) throw new Refusal('not-found', `There is no domain ‘${domain}’.`)
    return [{ domain: row.id, dryRun }]
  }
  return nodes.map(node => {
    const id = idIn(node)
    if (id === undefined) throw new Refusal('bad-request', `‘${node}’ is no id of a node.`)
    return { node: id, dryRun }
  })
}

const dry = ({ dryRun }: Flags): string => (dryRun ? 'dry run, nothing was changed: ' : '')

/** @returns the exit code: 1 where a capsule is damaged */
export function capsuleFree(session: Session, nodes: readonly string[], flags: Flags): Promise<number> {
  return session.withServices(async services => {
    let damaged = 0
    for (const wanted of await placesOf(services, nodes, flags)) {
      const { titles, pages, files, bytes, left } = await freeMasters(services, wanted, actorOf('free'))
      damaged += left.damaged
      session.out(
        `${dry(flags)}${counted(titles, 'title')}: masters of ${counted(pages, 'page')} freed, ${counted(files, 'file')}, ${megabytes(bytes)}; left: ${left.uncapsuled} in no capsule, ${left.damaged} in damaged ones, ${left.unpacked} without a pack, ${counted(left.shared, 'file')} that something else needs\n`,
      )
    }
    return damaged === 0 ? 0 : 1
  })
}

/** @returns the exit code: 1 where a master is in no capsule any more */
export function capsuleFetch(session: Session, nodes: readonly string[], flags: Flags): Promise<number> {
  return session.withServices(async services => {
    let lost = 0
    for (const wanted of await placesOf(services, nodes, flags)) {
      const { titles, pages, files, bytes, missing } = await fetchMasters(services, wanted, actorOf('fetch'))
      lost += missing.length
      session.out(
        `${dry(flags)}${counted(titles, 'title')}: masters of ${counted(pages, 'page')} in the archive again, ${counted(files, 'file')}, ${megabytes(bytes)} from capsules\n`,
      )
      for (const sentence of missing) session.out(`- ${sentence}\n`)
    }
    return lost === 0 ? 0 : 1
  })
}
