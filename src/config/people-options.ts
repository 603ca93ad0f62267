// Options of [access]: keys, sessions and log-ins.
import { z } from 'zod'
import { secret, whole } from './option-kinds.ts'

export const accessSection = z
  .strictObject({
    operatorKey: secret(
      '',
      'Key that may do everything. Empty: one is made at the first start and kept in var/operator.key.',
    ),
    sessionIdle: whole(480, 1, 525_600, 'Minutes without a request after which a session ends.'),
    sessionHours: whole(168, 1, 8760, 'Hours after which a session ends however much it is used.'),
    logInWindow: whole(15, 1, 1440, 'Minutes over which failed log-ins are counted.'),
    logInAttempts: whole(
      10,
      1,
      10_000,
      'Failed log-ins to one account from one address, after which that address waits.',
    ),
    logInAttemptsAddress: whole(
      50,
      1,
      100_000,
      'Failed log-ins from one address to any accounts, after which it waits.',
    ),
    logInAttemptsAccount: whole(
      100,
      1,
      100_000,
      'Failed log-ins to one account from any addresses, after which only browsers that have logged in to it before may try.',
    ),
  })
  .describe('Who may do what, and how people log in.')
