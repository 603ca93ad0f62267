// The states of an order, and who may move it on: who ordered takes an order back and closes what was delivered, the house says all else.
import { codes } from '../../codes.ts'
import { Refusal } from '../../errors.ts'

export const states = codes({
  requested: 0,
  accepted: 1,
  scanning: 2,
  delivered: 3,
  closed: 4,
  refused: 5,
  cancelled: 6,
})
export type State = (typeof states.names)[number]

/** Editors of the order, or those of them who work for the house: ORDERS_SPECIAL */
type Who = 'editor' | 'house'

const steps: Readonly<Record<State, Readonly<Partial<Record<State, Who>>>>> = {
  requested: { accepted: 'house', refused: 'house', cancelled: 'editor' },
  accepted: { scanning: 'house', refused: 'house', cancelled: 'editor' },
  // what is being scanned costs the house
  scanning: { delivered: 'house', cancelled: 'house' },
  delivered: { closed: 'editor' },
  closed: {},
  refused: {},
  cancelled: {},
}

/** The states that an order may go to from its own, for who asks. */
export const nextStates = (from: State, isHouse: boolean): State[] =>
  states.names.filter(to => steps[from][to] === 'editor' || (isHouse && steps[from][to] === 'house'))

/** An order that is closed, refused or cancelled goes nowhere any more. */
export const isFinal = (state: State): boolean => Object.keys(steps[state]).length === 0

/** @throws Refusal conflict where the one state does not follow the other, forbidden where another has to say so */
export function requireStep(from: State, to: State, isHouse: boolean): void {
  const who = steps[from][to]
  if (who === undefined) {
    const after = states.names.filter(state => steps[from][state] !== undefined)
    throw new Refusal(
      'conflict',
      `An order that is ${from} cannot become ${to}; ${after.length === 0 ? 'this is its last state' : `it can become ${after.join(', ')}`}.`,
    )
  }
  if (who === 'house' && !isHouse)
    throw new Refusal('forbidden', `That an order becomes ${to} is said by who has the topic ORDERS_SPECIAL.`)
}
