// Copies of titles: OPR_Content for nodes that were copied, with the record as the caller makes it.
import { sql } from 'kysely'
import { type Db, nextId } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { redrawFields } from './kept.ts'
import * as repository from './repository.ts'

/** Columns that a copy shares with its original; numbers in catalogues and addresses elsewhere stand for the original alone. */
const shared = sql.raw(
  'OC_OT_Deliverer, OC_Provider, OC_Signature, OC_PhysicalLocation, OC_MediaNumber, OC_Owner, OC_PageCount, OC_Comment, OC_OrgForm, OC_WebInfo1, OC_XmlOrigin, OC_SC_OrderDate, OC_SC_DeliveryDate, OC_MaxAccessCount, OC_ReadingDirection, OC_EMail, OC_Manual',
)

/** @param copies original -> copy, of any datatype */
export async function copyTitles(
  trx: Db,
  services: Pick<Services, 'config'>,
  copies: ReadonlyMap<number, number>,
  record: (xml: string) => string,
): Promise<void> {
  for (const [from, to] of copies) {
    const stored = await repository.mods(trx, from)
    if (!stored) continue
    await sql`insert into OPR_Content (OC_ID, OC_OT_ID, OC_XML, ${shared})
      select ${await nextId(trx, 'OPR_Content_SEQ')}, ${to}, ${stored.xml === null ? null : record(stored.xml)}, ${shared}
      from OPR_Content where OC_OT_ID = ${from}`.execute(trx)
    await redrawFields(trx, services, to)
  }
}
