// Rows of theirs as they are called here.
import { Refusal } from '../../../errors.ts'
import type { Actor } from '../../../firebird/database.ts'
import { type Mods, readMods } from '../../../formats/mods/read.ts'
import type { Pagination } from '../../../catalogue/pages/index.ts'
import { emptyMods } from '../../../catalogue/titles/index.ts'
import type { Fitting, Row } from './columns.ts'
import type { Mapping } from './mapping.ts'
import type { Reading } from './portion.ts'

export interface StoreOptions {
  readonly mapping: Mapping
  readonly reading: Reading
  readonly fitting: Fitting
  readonly pagination: Pagination
  readonly instance: string
  readonly shift: number
  readonly actor: Actor
  /** Domain nodes there: what stands below one stands at the top here */
  readonly domainNodes: ReadonlySet<number>
}

export const idHere = (id: unknown, shift: number): number | null =>
  typeof id === 'number' ? id + shift : null

export const parentHere = (
  node: Row,
  { domainNodes, shift }: Pick<StoreOptions, 'domainNodes' | 'shift'>,
): number | null =>
  domainNodes.has(node['OT_OT_Parent'] as number) ? null : idHere(node['OT_OT_Parent'], shift)

export const typeKey = (node: Row): string =>
  `${node['OT_RCV_Datatype'] as number}:${node['OT_RCV_Type'] as number}`

/** A record that cannot be read is stored as it is; nothing is drawn from it. */
export function modsOf(
  row: Row | undefined,
  id: number,
): { readonly mods: Mods; readonly fault: string | undefined } {
  const xml = row?.['OC_XML']
  if (typeof xml !== 'string' || xml.trim() === '') return { mods: emptyMods, fault: undefined }
  try {
    return {
      mods: readMods(xml, { name: `The record of title ${id}` })[0]?.mods ?? emptyMods,
      fault: undefined,
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { mods: emptyMods, fault: error.message }
  }
}
