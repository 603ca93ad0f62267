// Letters about the steps of an order, to those who belong to it in the roles of [orders] mail. A job carries each, added in the transaction
// of the step; it names people and orders by number, and what the letter says is read when it is sent.
import { byLanguage, type ByLanguage, languages } from '../../config/languages.ts'
import { filledLetter, type LetterName, type LetterText, type Values } from '../../config/order-letters.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { enqueue } from '../../jobs/queue.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { canMail, findUser, sendMail } from '../accounts/index.ts'
import { commentsOf } from './documents.ts'
import * as repository from './repository.ts'
import { roles } from './repository.ts'
import { type State, states } from './states.ts'

interface Letter {
  readonly userId: number
  readonly orderId: number
  readonly state: State
  /** Place of the comment that was given with the step */
  readonly comment: number | null
}

/** Letters are written in both languages, unless the house has templates in one alone. */
const words: Readonly<Record<State, ByLanguage>> = {
  requested: { de: 'gewünscht', en: 'requested' },
  accepted: { de: 'angenommen', en: 'accepted' },
  scanning: { de: 'wird gescannt', en: 'being scanned' },
  delivered: { de: 'geliefert', en: 'delivered' },
  closed: { de: 'abgeschlossen', en: 'closed' },
  refused: { de: 'abgelehnt', en: 'refused' },
  cancelled: { de: 'zurückgezogen', en: 'cancelled' },
}

/** The letter where the house has no template. */
function builtIn({ order, title, comment, link }: Values, state: State): LetterText {
  const { de, en } = words[state]
  return {
    subject: `Auftrag ${order}: ${de} · Order ${order}: ${en}`,
    text: [title, `Stand: ${de}\nState: ${en}`, ...(comment === '' ? [] : [comment]), link].join('\n\n'),
  }
}

/** In each language that the house has a template in, of the state or else of every step. */
function ofHouse({ config }: Services, values: Values, state: State): LetterText | undefined {
  const { letters } = config.orders
  const found = languages.flatMap(language => {
    const name: LetterName | undefined = state === 'requested' ? undefined : state
    const letter = (name && letters.get(`${name}.${language}`)) ?? letters.get(`step.${language}`)
    const own = {
      ...values,
      state: words[state][language],
      library: byLanguage(config.web.name)[language],
    }
    return letter ? [filledLetter(letter, own)] : []
  })
  if (found.length === 0) return undefined
  return {
    subject: found.map(({ subject }) => subject).join(' · '),
    text: found.map(({ text }) => text).join('\n\n'),
  }
}

/** Those of an order who are told of its steps, each once. */
async function toldOf(services: Services, db: Db, orderId: number): Promise<Set<number>> {
  const { mail } = services.config.orders
  const people = (await repository.peopleOf(db, [orderId])).get(orderId) as repository.People
  return new Set(
    roles.names.filter(role => mail.includes(role)).flatMap(role => people[role].map(({ id }) => id)),
  )
}

/** @param by who takes the step, and knows of it */
export async function tellStep(
  services: Services,
  trx: Db,
  order: repository.Order,
  { by, withComment }: { readonly by: number | undefined; readonly withComment: boolean },
): Promise<void> {
  if (services.config.orders.mail.length === 0 || !canMail(services)) return
  const comment = withComment ? commentsOf(order).length - 1 : null
  for (const userId of await toldOf(services, trx, order.id)) {
    if (userId === by) continue
    const letter: Letter = { userId, orderId: order.id, state: states.name(order.state), comment }
    await enqueue(trx, { kind: 'orders.mail', payload: letter, maxAttempts: 8 })
  }
}

export const mailJob: JobHandler<Services> = async (services, { job }) => {
  const { userId, orderId, state, comment } = job.payload as Letter
  const { db } = services
  const order = await repository.find(db, orderId)
  const user = await findUser(db, userId)
  // gone since, or no longer theirs: nothing of it is told any more
  const isTold = order !== undefined && (await toldOf(services, db, orderId)).has(userId)
  if (!isTold || !user?.email || user.deletedAt !== null || user.active !== 1 || !canMail(services))
    return { sent: false }
  const values: Values = {
    order: String(orderId),
    title: order.title,
    reference: order.reference ?? '',
    state: '',
    comment: (comment === null ? undefined : commentsOf(order)[comment]?.text) ?? '',
    name: user.name,
    library: '',
    link: `${services.publicUrl()}/desk/orders/${orderId}`,
  }
  const { subject, text } = ofHouse(services, values, state) ?? builtIn(values, state)
  await sendMail(services, user.email, subject, `${text}\n`, job.id)
  return { sent: true }
}
