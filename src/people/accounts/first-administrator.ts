// While nobody administers the installation, whoever starts it is given a link that makes the first administrator.
import type { Services } from '../../http/module.ts'
import type { Topic } from '../../http/principal.ts'
import { linkOf, makeCode } from './one-time-codes.ts'
import { hasAdministrator } from './repository.ts'

export const administratorTopics: readonly Topic[] = ['DATA_MANAGEMENT', 'USER_MANAGEMENT', 'SYSTEM']

/** @returns undefined where there is an administrator */
export async function welcomeLink(services: Services): Promise<string | undefined> {
  return await services.database.inTransaction({}, async trx =>
    (await hasAdministrator(trx))
      ? undefined
      : linkOf(services, 'welcome', await makeCode(services, trx, 'welcome', undefined)),
  )
}
