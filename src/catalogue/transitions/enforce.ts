// Asked before a change commits, in its transaction: may its author make it, have they said what they have to say, and who is to be told.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import type { Principal } from '../../http/principal.ts'
import { principalOfActor } from '../../people/sessions/index.ts'
import { domainTags, givenTags } from '../domains/index.ts'
import { type Matched, matched, matchedDomains } from './matches.ts'
import { tell } from './messages.ts'
import * as repository from './repository.ts'
import type { Transition } from './repository.ts'

/** The operator's key breaks the glass; what others may is what the transition says. */
function mayMake({ who }: Transition, actor: Actor, principal: Principal | undefined): boolean {
  if (actor.name === 'operator') return true
  const nobody = who.users.length + who.groups.length + who.topics.length + who.programs.length === 0
  if (nobody) return true
  if (!principal) return who.programs.includes(actor.name)
  return (
    who.users.includes(principal.name) ||
    who.groups.some(group => principal.groups.has(group)) ||
    who.topics.some(topic => principal.topics.has(topic))
  )
}

/** A program that a transition names has nobody who could confirm. */
const isConfirmed = ({ name, who }: Transition, actor: Actor): boolean =>
  who.programs.includes(actor.name) || (actor.confirms ?? []).includes(name)

const described = ({ name, captions, change }: Transition, { count, nodes }: Matched) => ({
  name,
  captions,
  change,
  count,
  nodes,
})

/**
 * @param principal of the request; looked up by the actor's name where there is none
 * @throws Refusal forbidden, not-confirmed with what is missing (`confirm`, `comment`) and the transitions that demand it
 */
export async function enforce(trx: Db, actor: Actor, principal?: Principal): Promise<void> {
  if (!(await repository.isAny(trx))) return
  const { rows } = await sql<{
    batch: number | null
  }>`select cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer) as "batch" from RDB$DATABASE`.execute(
    trx,
  )
  const batch = rows[0]?.batch ?? null
  if (batch === null) return
  const domains = await domainTags(trx)
  const found: { transition: Transition; match: Matched }[] = []
  const given = givenTags(trx, domains)
  for (const transition of await repository.all(trx)) {
    const ofNodes = await matched(trx, transition, batch, domains)
    const ofDomains = await matchedDomains(trx, transition, given, domains)
    const match = {
      count: ofNodes.count + ofDomains.count,
      nodes: [...ofDomains.nodes, ...ofNodes.nodes],
    }
    if (match.count > 0) found.push({ transition, match })
  }
  if (found.length === 0) return
  const author = principal ?? (await principalOfActor(trx, actor.name))
  const forbidden = found.find(({ transition }) => !mayMake(transition, actor, author))
  if (forbidden) {
    const { transition, match } = forbidden
    throw new Refusal(
      'forbidden',
      `The transition ‘${transition.name}’ (${transition.change}) is for others; it is about node ${match.nodes[0]?.id}${match.count > 1 ? ` and ${match.count - 1} more` : ''}.`,
      { transitions: [described(transition, match)] },
    )
  }
  const unconfirmed = found.filter(({ transition }) => transition.confirm && !isConfirmed(transition, actor))
  const uncommented = (actor.reason ?? '').trim() === '' ? found.filter(({ transition }) => transition.comment) : [] // prettier-ignore
  if (unconfirmed.length + uncommented.length > 0) {
    const demanding = found.filter(each => unconfirmed.includes(each) || uncommented.includes(each))
    const names = (list: typeof found) => list.map(({ transition }) => transition.name).join(', ')
    const ways = [
      ...(unconfirmed.length > 0 ? [`send X-Confirm: ${names(unconfirmed)}`] : []),
      ...(uncommented.length > 0 ? ['say why in X-Change-Reason'] : []),
    ]
    throw new Refusal(
      'not-confirmed',
      `The ${demanding.length === 1 ? 'transition' : 'transitions'} ${names(demanding)} of ${demanding[0]?.match.count} ${demanding[0]?.match.count === 1 ? 'node' : 'nodes'} demands more: ${ways.join(', and ')}.`,
      {
        missing: [
          ...(unconfirmed.length > 0 ? ['confirm'] : []),
          ...(uncommented.length > 0 ? ['comment'] : []),
        ],
        transitions: demanding.map(({ transition, match }) => described(transition, match)),
      },
    )
  }
  for (const { transition, match } of found) await tell(trx, transition, match, { actor, batch })
}
