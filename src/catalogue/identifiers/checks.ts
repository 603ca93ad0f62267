import { sql } from 'kysely'
import { hasCheckDigit } from '../../formats/urn/check-digit.ts'
import type { Check, Services } from '../../http/module.ts'
import { hasAgency } from './agencies.ts'
import { outstanding } from './register.ts'
import * as repository from './repository.ts'

/** What was promised stands on its node. */
export const checks: readonly Check[] = [
  {
    name: 'identifiers',
    claim: 'Identifiers that were assigned stand on their nodes, in the domain of these.',
    async run(services, { repair }) {
      const { rows } = await sql<{ id: number; nodeId: number; scheme: string; value: string }>`
        select OAS_ID as "id", OAS_OT_ID as "nodeId", OAS_Scheme as "scheme", OAS_Value as "value"
        from OPR_Assigned join OPR_Tree on OT_ID = OAS_OT_ID
        where not exists (select 1 from OPR_Identifier where OI_Scheme = OAS_Scheme and OI_Value = OAS_Value and OI_OD_ID = OT_OD_ID)
        order by OAS_ID`.execute(services.db)
      if (repair && rows.length > 0)
        await services.database.inTransaction(
          { actor: { name: 'check', application: 'firefolio check', reason: 'identifiers' } },
          async trx => {
            for (const { id } of rows) await repository.standAgain(trx, id)
          },
        )
      return rows.map(({ nodeId, scheme, value }) => ({
        check: 'identifiers',
        nodeId,
        sentence: `Node ${nodeId} was given ${scheme} ${value}, but does not carry it.`,
        repaired: repair,
      }))
    },
  },
]

/** What is wrong with what was promised, as sentences. */
export async function* checkIdentifiers(services: Services): AsyncGenerator<string> {
  for (const check of checks)
    for (const { sentence } of await check.run(services, { repair: false })) yield sentence
  for (let after = 0; ; ) {
    const part = await repository.list(services.db, {}, after, 500)
    if (part.length === 0) return
    after = part.at(-1)?.id ?? after
    for (const promise of part) {
      const { scheme, value, error } = promise
      if (scheme === 'urn' && services.config.identifiers.checkDigit && value.startsWith('urn:nbn:') && !hasCheckDigit(value))
        yield `${value}: the last character is not its check digit.`
      if (error !== null) yield `${value}: the last registration failed: ${error}`
      else if (hasAgency(services, scheme) && (await outstanding(services, promise)))
        yield `${value}: its agency knows it as ${promise.state}; a registration is due.`
    }
  }
} // prettier-ignore
