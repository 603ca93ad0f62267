// The system domains: a root and a standard domain below it, made at the start where they are not there.
import type { Database } from '../../firebird/database.ts'
import * as change from './change.ts'
import * as repository from './repository.ts'

const actor = { name: 'start', application: 'start' }
const wanted = [
  { name: 'root', caption: 'Root', captions: { de: 'Wurzel', en: 'Root' } },
  { name: 'standard', caption: 'Standard', captions: { de: 'Standard', en: 'Standard' }, parent: 'root' },
] as const

/** One process after the other: none makes a second one. @returns a sentence for each domain that was made, or could not be */
export const makeSystemDomains = (database: Database): Promise<string[]> =>
  database.inTransaction(
    { actor, batch: undefined, reserve: [{ table: 'OPR_Domain', mode: 'protected' }] },
    async trx => {
      const said: string[] = []
      for (const { name, ...fields } of wanted) {
        const found = await repository.findByName(trx, name)
        if (found?.system === 1) continue
        if (found) {
          said.push(`the system domain ${name} was not made: a domain of yours has that name`)
          break
        }
        await change.create(trx, actor, { name, ...fields, system: 1 })
        said.push(`the system domain ${name} was made`)
      }
      return said
    },
  )
