// What two editors of one title may do, in random order, some of it at once.
import fc from 'fast-check'

export type Step =
  | { readonly kind: 'look'; readonly editor: number }
  | { readonly kind: 'title'; readonly editor: number; readonly field: string; readonly value: string }
  | { readonly kind: 'page'; readonly editor: number; readonly page: number; readonly value: string }
  | { readonly kind: 'paginate'; readonly editor: number; readonly page: number; readonly start: number }
  | { readonly kind: 'order'; readonly editor: number }
  | { readonly kind: 'rename'; readonly editor: number; readonly at: number; readonly value: string }
  | { readonly kind: 'place'; readonly editor: number; readonly page: number; readonly at: number }

const editor = fc.nat(1)
const value = fc.stringMatching(/^[A-Za-z]{1,6}$/)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('look' as const), editor }),
  fc.record({ kind: fc.constant('title' as const), editor, field: fc.constantFrom('signature', 'owner', 'caption'), value }), // prettier-ignore
  fc.record({ kind: fc.constant('page' as const), editor, page: fc.nat(3), value }),
  fc.record({ kind: fc.constant('paginate' as const), editor, page: fc.nat(2), start: fc.integer({ min: 1, max: 99 }) }), // prettier-ignore
  fc.record({ kind: fc.constant('order' as const), editor }),
  fc.record({ kind: fc.constant('rename' as const), editor, at: fc.nat(1), value }),
  fc.record({ kind: fc.constant('place' as const), editor, page: fc.nat(3), at: fc.nat(2) }),
)
/** Steps one after the other; what stands together is asked for at once. */
export const interleavings = fc.array(
  fc.oneof(
    step.map(one => [one]),
    fc.tuple(step, step),
  ),
  {
    minLength: 2,
    maxLength: 7,
  },
)
