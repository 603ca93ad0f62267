// firefolio identifiers: URN, DOI and handle that are given out here.
import { userInfo } from 'node:os'
import { getDomain } from '../catalogue/domains/index.ts'
import {
  type Assigned,
  assignOutstanding,
  checkIdentifiers,
  listAssigned,
  registerIdentifier,
} from '../catalogue/identifiers/index.ts'
import { Refusal } from '../errors.ts'
import { counted } from './counted.ts'
import { Progress } from './progress.ts'
import type { Session } from './session.ts'

export interface AssignFlags {
  readonly domain?: string
  readonly title?: number
  readonly dryRun?: boolean
}

export function assign(session: Session, { domain, title, dryRun = false }: AssignFlags): Promise<number> {
  const actor = { name: userInfo().username, application: 'firefolio identifiers assign' }
  return session.withServices(async services => {
    const domainId = domain === undefined ? undefined : (await getDomain(services.db, domain)).id
    const progress = new Progress('identifiers', session)
    const report = await assignOutstanding(
      services,
      actor,
      { domainId, titleId: title, dryRun },
      async (given, done) => {
        for (const { nodeId, value } of given) session.out(`${value}\t${nodeId}\n`)
        progress.show(done, done + 1, 'titles')
      },
    )
    progress.end()
    const count = `${report.given} ${report.given === 1 ? 'identifier' : 'identifiers'}`
    session.err(
      `${count} ${dryRun ? 'would be assigned' : 'assigned'}, ${counted(report.titles, 'title')} looked at\n`,
    )
    return 0
  })
}

async function* all(services: Parameters<Parameters<Session['withServices']>[0]>[0], filter: object): AsyncGenerator<Assigned> {
  for (let after = 0; ;) {
    const part = await listAssigned(services.db, filter, after, 500)
    if (part.length === 0) return
    yield* part
    after = part.at(-1)?.id ?? after
  }
} // prettier-ignore

export function list(session: Session, filter: object): Promise<number> {
  return session.withServices(async services => {
    for await (const { value, nodeId, state, goneAt, error } of all(services, filter))
      session.out(`${value}\t${nodeId}\t${goneAt ? 'gone' : state}${error === null ? '' : `\t${error}`}\n`)
    return 0
  })
}

/** @returns the exit code: 1 where something is wrong */
export function check(session: Session): Promise<number> {
  return session.withServices(async services => {
    let wrong = 0
    for await (const sentence of checkIdentifiers(services)) {
      wrong++
      session.out(`- ${sentence}\n`)
    }
    session.out(wrong === 0 ? 'Nothing is wrong.\n' : `${wrong} found.\n`)
    return wrong === 0 ? 0 : 1
  })
}

/** Tells the agencies now, without jobs. @returns the exit code: 1 where one declined or did not answer */
export function register(session: Session): Promise<number> {
  return session.withServices(async services => {
    let [told, failed] = [0, 0]
    for await (const { id, value } of all(services, {})) {
      try {
        const state = await registerIdentifier(services, id)
        if (state === undefined) continue
        told++
        session.out(`${value}\t${state}\n`)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        failed++
        session.out(`${value}\tfailed: ${error.message}\n`)
      }
    }
    session.err(`${told} registered, ${failed} failed\n`)
    return failed === 0 ? 0 : 1
  })
}
