// firefolio user …: accounts, from the machine of the service.
import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import type { Topic } from '../http/principal.ts'
import { createUser } from '../people/accounts/index.ts'
import type { Session } from './session.ts'

const actor = { name: userInfo().username, application: 'firefolio user' }

export interface AddUserFlags {
  readonly login?: string
  readonly email?: string
  readonly organisation?: boolean
  readonly password?: boolean
  readonly topic: readonly Topic[]
}

export async function addUser(session: Session, name: string, flags: AddUserFlags): Promise<void> {
  const password = flags.password ? randomBytes(15).toString('base64url') : undefined
  await session.withServices(async services => {
    const user = await services.database.inTransaction({ actor }, trx =>
      createUser(trx, actor, {
        name,
        kind: flags.organisation ? 'organisation' : 'person',
        login: flags.login,
        email: flags.email,
        topics: flags.topic,
        password,
      }),
    )
    session.out(`${user.uuid}\n${password === undefined ? '' : `password: ${password}\n`}`)
  })
}
