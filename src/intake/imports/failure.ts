import { Refusal } from '../../errors.ts'
import { FirebirdFault, toRefusal } from '../../firebird/faults.ts'
import type { Message } from '../../catalogue/titles/index.ts'

/** A refused document as an outcome. Faults that may pass are thrown, so that the job is tried again. */
export function failureOf(error: unknown): readonly Message[] {
  const refusal = error instanceof FirebirdFault ? toRefusal(error) : error
  if (
    !(refusal instanceof Refusal) ||
    ['unavailable', 'busy', 'timeout', 'outcome-unknown'].includes(refusal.reason)
  )
    throw error
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
