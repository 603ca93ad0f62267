// Those who are told of a transition: by mail and by a signed message to an address. Jobs carry the messages, added in the transaction of the
// change, so that nobody is told of what did not happen, and nobody misses what did.
import { createHmac } from 'node:crypto'
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { causeOf, send } from '../../http/outgoing.ts'
import { enqueue } from '../../jobs/queue.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { canMail, sendMail } from '../../people/accounts/index.ts'
import type { Matched } from './matches.ts'
import * as repository from './repository.ts'
import type { Transition } from './repository.ts'

interface Event {
  /** The same however often it is sent */
  readonly id: string
  readonly transition: string
  readonly change: string
  readonly batch: number
  readonly actor: string
  readonly comment: string | null
  readonly at: string
  readonly count: number
  readonly nodes: Matched['nodes']
}

export async function tell(
  trx: Db,
  transition: Transition,
  { count, nodes }: Matched,
  { actor, batch }: { readonly actor: Actor; readonly batch: number },
): Promise<void> {
  const event: Event = {
    id: `msg_${batch}_${transition.id}`,
    transition: transition.name,
    change: transition.change,
    batch,
    actor: actor.name,
    comment: actor.reason ?? null,
    at: new Date().toISOString(),
    count,
    nodes,
  }
  for (const to of transition.mail)
    await enqueue(trx, {
      kind: 'transitions.mail',
      payload: { to, event },
      actor: actor.name,
      maxAttempts: 8,
    })
  if (transition.webhook !== null)
    // the runner asks for attempts beforehand; [webhook] attempts ends them
    await enqueue(trx, {
      kind: 'transitions.webhook',
      payload: { event },
      actor: actor.name,
      maxAttempts: 20,
    })
}

/** Of a transition's messages: derived, so that no table and no backup holds it. */
export const secretOf = (services: Services, { id, secret }: Pick<Transition, 'id' | 'secret'>): Buffer =>
  createHmac('sha256', services.secret('webhooks')).update(`${id}:${secret}`).digest()

/** As the Standard Webhooks write it: over id, moment and body. */
export const signatureOf = (key: Buffer, id: string, timestamp: string, body: string): string =>
  `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`

const nodeAddress = (services: Services, id: number): string => `${services.publicUrl()}/api/v1/tree/${id}`

export const mailJob: JobHandler<Services> = async (services, { job }) => {
  const { to, event } = job.payload as { to: string; event: Event }
  if (!canMail(services)) return { sent: false }
  const lines = event.nodes.map(
    node => `${node.caption ?? `Node ${node.id}`}\n${nodeAddress(services, node.id)}`,
  )
  if (event.count > event.nodes.length) lines.push(`… ${event.count - event.nodes.length}`)
  await sendMail(
    services,
    to,
    `${event.transition} (${event.change}, ${event.count})`,
    [`${event.at}, ${event.actor}`, event.comment ?? '', ...lines].filter(line => line !== '').join('\n\n'),
    job.id,
  )
  return { sent: true }
}

export const webhookJob: JobHandler<Services> = async (services, { job }) => {
  const { event } = job.payload as { event: Event }
  const transition = await repository.find(services.db, event.transition)
  // taken away since, or told elsewhere now: nobody waits for it at the old address
  if (!transition?.webhook) return { sent: false }
  const { privateNetworks, timeoutS, attempts } = services.config.webhook
  const body = JSON.stringify({
    type: `transition.${event.change}`,
    timestamp: event.at,
    data: { ...event, nodes: event.nodes.map(node => ({ ...node, url: nodeAddress(services, node.id) })) },
  })
  const timestamp = String(Math.floor(Date.now() / 1000))
  const failed = (sentence: string): Error =>
    job.attempts >= attempts ? new Refusal('not-processable', sentence) : new Refusal('unavailable', sentence)
  let status: number
  try {
    const answer = await send(transition.webhook, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': event.id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatureOf(secretOf(services, transition), event.id, timestamp, body),
      },
      timeoutS,
      // what answers with another address is not followed: that one was not agreed on
      publicUnless: privateNetworks ? undefined : '[webhook] privateNetworks',
    })
    await answer.body?.cancel()
    status = answer.status
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw failed(`${transition.webhook} does not answer: ${causeOf(error).message}.`)
  }
  if (status < 200 || status > 299) throw failed(`${transition.webhook} answers ${status}.`)
  return { sent: true, status }
}
