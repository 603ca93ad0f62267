// Capsules against what is recorded of them: each is at its place. What they hold is read by verify-delivered.ts.
import type { Check, Finding, Services } from '../../http/module.ts'
import { damagedNames, faultOf, masters, pointElsewhere, standingIn } from './alone.ts'
import { namesOfHolders } from './freed.ts'
import * as repository from './repository.ts'

/** What was not touched for so long belongs to no delivery that is under way: a large file may be hours on its way. */
const graceMs = 24 * 3_600_000

/** Masters that lie in capsules alone, where such a capsule is missing or damaged: by titles. */
async function lostMasters(services: Services, repair: boolean, doubtful: Set<string>): Promise<Finding[]> {
  const { db, bags } = services
  const findings: Finding[] = []
  const damaged = await damagedNames(db)
  for (const name of await namesOfHolders(db)) {
    const fault = await faultOf(await bags.find(name), await repository.named(db, name), damaged)
    if (fault === undefined) continue
    for (const standing of await standingIn(services, name, damaged)) {
      const { titleId, alone, others } = standing
      doubtful.add(name)
      if (alone > 0)
        findings.push({
          check: 'capsules',
          nodeId: titleId,
          sentence: `The capsule ${name} ${fault}; ${masters(alone, titleId)} in it alone. Put it back from a copy: without it they are lost.`,
          repaired: false,
        })
      if (others.length === 0) continue
      if (repair) await pointElsewhere(services, standing)
      findings.push({
        check: 'capsules',
        nodeId: titleId,
        sentence: `The capsule ${name} ${fault}; ${masters(others.length, titleId)} in other capsules as well, which --repair brings them from.`,
        repaired: repair,
      })
    }
  }
  return findings
}

const places: Check = {
  name: 'capsules',
  claim:
    'Every recorded capsule is at its place with the freed masters in it, and nothing unfinished lies beside them.',
  async run(services, { repair }) {
    const { db, bags } = services
    const doubtful = new Set<string>()
    const findings = await lostMasters(services, repair, doubtful)
    if (!bags.target) return findings
    for (let after = 0; ;) {
      const part = await repository.list(db, after, 200)
      for (const capsule of part) {
        const { titleId, name } = capsule
        if (doubtful.has(name) || (await bags.find(name)) || (await repository.isOutdated(db, capsule)))
          continue
        findings.push({
          check: 'capsules',
          nodeId: titleId,
          sentence: `The capsule ${name} is in no place of [capsules]; the next one of title ${titleId} will be a full one.`,
          repaired: false,
        })
      }
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
