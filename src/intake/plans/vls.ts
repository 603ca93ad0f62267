// What METS tells of the Visual Library Server that wrote it.
import type { MetsDocument } from '../../formats/mets/read.ts'
import type { PlanSource } from './plan.ts'

/** Domains are the first part of a path; documents that were asked for without it name the host alone. */
export function vlsOf({ isVls, instance, repository, label }: MetsDocument): PlanSource | undefined {
  if (!isVls) return undefined
  const name = /^[^/]+\/([\w-]{1,60})$/.exec(repository ?? '')?.[1]
  return { instance, domain: name === undefined ? undefined : { name, caption: label ?? name } }
}
