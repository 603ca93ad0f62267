import fc from 'fast-check'
import t from '../support/tap.ts'
import { randomCases } from '../support/cases.ts'
import { interleavings } from '../support/editor-steps.ts'
import { Editors } from '../support/editors.ts'
import { start } from '../support/start.ts'

const app = await start(t)

t.test(
  'of two editors at one title neither loses what was acknowledged, and each refusal says what has changed',
  async t => {
    const editors = await Editors.at(app)
    const cases = randomCases(t, 20)
    await fc.assert(
      fc.asyncProperty(interleavings, async steps => await editors.run(steps)),
      { ...cases, endOnFailure: true },
    )
    const { done, refused, repeated } = editors.figures
    t.comment(`${done} changes done, ${refused} declined, ${repeated} to be repeated`)
    t.ok(done > 20 && refused > 5)
  },
)
