// The commands on people.
import { type Command, InvalidArgumentError } from 'commander'
import { type Scope, scopes, type Topic, topics } from '../http/principal.ts'
import type { Session } from './session.ts'
import type { AddUserFlags } from './user.ts'

/** Words of a list, one for each time that the option is given. */
const oneOf =
  <T extends string>(known: readonly T[]) =>
  (word: string, before: readonly T[]): readonly T[] => {
    const found = known.find(each => each.toLowerCase() === word.toLowerCase())
    if (!found) throw new InvalidArgumentError(`There are ${known.join(', ')}.`)
    return [...before, found]
  }

function days(word: string): number {
  const value = Number(word)
  if (!Number.isInteger(value) || value < 1 || value > 36_500)
    throw new InvalidArgumentError('It is a number of days.')
  return value
}

export function addUserCommands(program: Command, session: Session): void {
  const user = program.command('user').description('accounts of people and organisations')
  user
    .command('add')
    .description('add a user; prints their id')
    .argument('<name>', 'of the person or organisation')
    .option('--login <login>', 'name to log in with')
    .option('--email <address>', 'e-mail address')
    .option('--organisation', 'it is an organisation')
    .option('--topic <topic>', 'topic, again for each', oneOf<Topic>(topics), [])
    .option('--password', 'give them a random password and print it')
    .action(async (name: string, flags: AddUserFlags) => {
      const { addUser } = await import('./user.ts')
      await addUser(session, name, flags)
    })
  user
    .command('list')
    .description('list users: id, log-in, name, topics')
    .argument('[part]', 'of name, affiliation, log-in or e-mail address')
    .action(async (part: string | undefined) => {
      const { showUsers } = await import('./user.ts')
      await showUsers(session, part)
    })
  user
    .command('identities')
    .description('list the log-in ids of a user at other services: number, provider, id there, last log-in')
    .argument('<user>', 'log-in or id')
    .action(async (name: string) => {
      const { showIdentities } = await import('./user.ts')
      await showIdentities(session, name)
    })
  user
    .command('topics')
    .description('set the topics of a user: these and no others')
    .argument('<user>', 'log-in or id')
    .option('--topic <topic>', 'topic, again for each', oneOf<Topic>(topics), [])
    .action(async (name: string, flags: { topic: readonly Topic[] }) => {
      const { setUser } = await import('./user.ts')
      await setUser(session, name, { topics: flags.topic })
    })
  user
    .command('close')
    .description('close an account; its sessions and keys open nothing any more')
    .argument('<user>', 'log-in or id')
    .action(async (name: string) => {
      const { setUser } = await import('./user.ts')
      await setUser(session, name, { isActive: false })
    })
  user
    .command('open')
    .description('open a closed account again')
    .argument('<user>', 'log-in or id')
    .action(async (name: string) => {
      const { setUser } = await import('./user.ts')
      await setUser(session, name, { isActive: true })
    })
  user
    .command('password')
    .description('print a link, good once, by which a user chooses a password')
    .argument('<user>', 'log-in or id')
    .action(async (name: string) => {
      const { passwordLink } = await import('./user.ts')
      await passwordLink(session, name)
    })
  user
    .command('delete')
    .description('delete what is known of a user; histories keep their id')
    .argument('<user>', 'log-in or id')
    .action(async (name: string) => {
      const { removeUser } = await import('./user.ts')
      await removeUser(session, name)
    })
  user
    .command('welcome')
    .description('print a link, good once, that makes the first administrator')
    .action(async () => {
      const { welcome } = await import('./user.ts')
      await welcome(session)
    })

  program
    .command('key')
    .description('keys of users for programs')
    .command('add')
    .description('make a key and print it')
    .argument('<user>', 'log-in or id')
    .argument('<label>', 'what it is for')
    .option(
      '--scope <scope>',
      'scope, again for each; all that the user may do by default',
      oneOf<Scope>(scopes),
      [],
    )
    .option('--days <days>', 'how long it is good; without end by default', days)
    .action(async (name: string, label: string, flags: { scope: readonly Scope[]; days?: number }) => {
      const { addKey } = await import('./user.ts')
      await addKey(session, name, label, flags)
    })

  const group = program.command('group').description('groups of users')
  group
    .command('add')
    .description('add a group; prints its number')
    .argument('<name>')
    .option('--topic <topic>', 'topic of its members, again for each', oneOf<Topic>(topics), [])
    .action(async (name: string, flags: { topic: readonly Topic[] }) => {
      const { addGroup } = await import('./user.ts')
      await addGroup(session, name, flags)
    })
  group
    .command('join')
    .description('make a user a member')
    .argument('<group>', 'name')
    .argument('<user>', 'log-in or id')
    .action(async (name: string, member: string) => {
      const { changeMembership } = await import('./user.ts')
      await changeMembership(session, name, member, true)
    })
  group
    .command('leave')
    .description('take a user out of a group')
    .argument('<group>', 'name')
    .argument('<user>', 'log-in or id')
    .action(async (name: string, member: string) => {
      const { changeMembership } = await import('./user.ts')
      await changeMembership(session, name, member, false)
    })
}
