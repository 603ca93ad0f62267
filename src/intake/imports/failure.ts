import { Refusal } from '../../errors.ts'
import { FirebirdFault, toRefusal } from '../../firebird/faults.ts'
import type { Message } from '../../catalogue/titles/index.ts'

/** Why a document was refused. @throws what may pass, so that the job is tried again */
export function refusalOf(error: unknown): Refusal {
  const refusal = error instanceof FirebirdFault ? toRefusal(error) : error
  if (
    !(refusal instanceof Refusal) ||
    ['unavailable', 'busy', 'timeout', 'outcome-unknown'].includes(refusal.reason)
  )
    throw error
  return refusal
}

/** A refused document as an outcome. @throws as refusalOf */
export function failureOf(error: unknown): readonly Message[] {
  const refusal = refusalOf(error)
  const { line, column, excerpt, messages } = refusal.details
  const place =
    line === undefined ? undefined : `line ${line}${column === undefined ? '' : `, column ${column}`}`
  return [
    {
      level: 'error',
      code: refusal.reason,
      sentence: excerpt === undefined ? refusal.message : `${refusal.message}\n${excerpt}`,
      ...(place === undefined ? {} : { place }),
    },
    ...((messages as Message[] | undefined) ?? []).filter(message => message.level !== 'info'),
  ]
}
