// Which titles are lent, and how many copies there are: the few of them, held in memory, and read anew when the number says that rights or
// copies have changed. That number is looked up for each process and second anyway, so that a title without a limit costs no statement.
import type { Services } from '../../http/module.ts'
import { stateNumber } from '../access/index.ts'
import { titlesWithCopies } from './repository.ts'

export interface Lent {
  readonly titleId: number
  readonly copies: number
}

interface Known {
  readonly number: number | undefined
  readonly copies: ReadonlyMap<number, number>
}

const known = new WeakMap<Services['database'], Known | Promise<Known>>()

async function read(services: Services, number: number | undefined): Promise<Known> {
  return { number, copies: await titlesWithCopies(services.db) }
}

function lentIn({ copies }: Known, path: string): Lent | undefined {
  if (copies.size === 0) return undefined
  for (const id of path.slice(1, -1).split('||').reverse()) {
    const found = copies.get(Number(id))
    // 0: as many as wish, whatever stands above
    if (found !== undefined) return found === 0 ? undefined : { titleId: Number(id), copies: found }
  }
  return undefined
}

/** By the nearest title of a path that says how many copies there are; at once where nothing has changed. */
export function lentAs(services: Services, path: string): Lent | undefined | Promise<Lent | undefined> {
  const number = stateNumber(services)
  const now = known.get(services.database)
  if (now && !(now instanceof Promise) && now.number === number) return lentIn(now, path)
  return reread(services, number, now instanceof Promise ? now : undefined).then(fresh => lentIn(fresh, path))
}

async function reread(
  services: Services,
  number: number | undefined,
  underWay: Promise<Known> | undefined,
): Promise<Known> {
  const found = await underWay?.catch(() => undefined)
  if (found && found.number === number) return found
  const reading = read(services, number)
  known.set(services.database, reading)
  try {
    const fresh = await reading
    if (known.get(services.database) === reading) known.set(services.database, fresh)
    return fresh
  } catch (error) {
    if (known.get(services.database) === reading) known.delete(services.database)
    throw error
  }
}

/** The same for many places at one moment. */
export async function lentNow(services: Services): Promise<(path: string) => Lent | undefined> {
  const now = known.get(services.database)
  const number = stateNumber(services)
  const current = now && !(now instanceof Promise) && now.number === number ? now : undefined
  const fresh = current ?? (await reread(services, number, now instanceof Promise ? now : undefined))
  return path => lentIn(fresh, path)
}

/** Whether any title is lent at all, as far as is known; true before anything is. */
export function anyLent(services: Services): boolean {
  const now = known.get(services.database)
  return !now || now instanceof Promise || now.number !== stateNumber(services) || now.copies.size > 0
}
