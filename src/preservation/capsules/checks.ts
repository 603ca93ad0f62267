// Capsules against what is recorded of them: each is at its place. What they hold is read by verify-delivered.ts.
import type { Check, Finding } from '../../http/module.ts'
import * as repository from './repository.ts'

/** What was not touched for so long belongs to no delivery that is under way: a large file may be hours on its way. */
const graceMs = 24 * 3_600_000

const places: Check = {
  name: 'capsules',
  claim: 'Every recorded capsule is at its place, and nothing unfinished lies beside them.',
  async run({ db, bags }, { repair }) {
    const findings: Finding[] = []
    if (!bags.target) return findings
    for (let after = 0; ;) {
      const part = await repository.list(db, after, 200)
      for (const { titleId, name } of part)
        if (!(await bags.find(name)))
          findings.push({
            check: 'capsules',
            nodeId: titleId,
            sentence: `The capsule ${name} is in no place of [capsules]; the next one of title ${titleId} will be a full one.`,
            repaired: false,
          })
      const last = part.at(-1)
      if (!last) break
      after = last.id
    }
    for (const store of bags.all)
      for (const left of await store.leftovers(graceMs)) {
        if (repair) await left.remove()
        findings.push({
          check: 'capsules',
          nodeId: undefined,
          sentence: `An interrupted delivery left ${left.name} in ${store.called}.`,
          repaired: repair,
        })
      }
    return findings
  },
}

export const checks: readonly Check[] = [places]
