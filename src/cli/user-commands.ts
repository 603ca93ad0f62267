// The commands on people.
import { type Command, InvalidArgumentError } from 'commander'
import { type Topic, topics } from '../http/principal.ts'
import type { Session } from './session.ts'
import { addUser, type AddUserFlags } from './user.ts'

function topic(word: string, before: readonly Topic[] = []): readonly Topic[] {
  const found = topics.find(each => each === word.toUpperCase())
  if (!found) throw new InvalidArgumentError(`There are the topics ${topics.join(', ')}.`)
  return [...before, found]
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
    .option('--topic <topic>', 'topic, again for each', topic, [])
    .option('--password', 'give them a random password and print it')
    .action((name: string, flags: AddUserFlags) => addUser(session, name, flags))
}
