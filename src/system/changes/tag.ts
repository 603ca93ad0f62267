import type { Services } from '../../http/module.ts'
import * as repository from './repository.ts'

const idsOf = (path: string | null): number[] =>
  (path ?? '')
    .split('|')
    .filter(part => part !== '')
    .map(Number)

/**
 * Tag of what is built of a title: the numbers of its last change and of those of the titles above it, which it names, and a variant.
 * Undefined while a change of one of them waits to be followed: then nobody can be told that his copy is current. What waits elsewhere, as during
 * an import, keeps no copy from being so.
 */
export async function objectTag(
  services: Services,
  id: number,
  variant: string,
): Promise<string | undefined> {
  const { db } = services
  const [steps, isBehind] = await Promise.all([repository.stepsTo(db, id), repository.isBehind(db)])
  const numbers = steps.flatMap(({ number }) => number ?? [])
  if (numbers.length === 0 || (isBehind && (await isWaitedFor(services, steps)))) return undefined
  return `${numbers.join('.')}-${variant}`
}

/** Whether what waits may change a number on the way to a node, by the rules of the follower. */
async function isWaitedFor(services: Services, steps: readonly repository.Step[]): Promise<boolean> {
  const { db, types } = services
  const [top] = steps
  const notes = top && (await repository.waitingAt(db, top.id))
  if (!notes) return true
  const onTheWay = new Set(steps.map(step => step.id))
  const domains = new Set(idsOf(steps.at(-1)?.domainPath ?? null))
  // the way down from where a note leaves ours
  const aside: number[][] = []
  for (const { path, domainId, below, isShown } of notes) {
    if (domainId === null ? below === 1 || isShown === 1 : domains.has(domainId)) return true
    if (domainId === null) aside.push(idsOf(path).filter(node => !onTheWay.has(node)))
  }
  const areTitles = await repository.areTitles(db, [...new Set(aside.flat())], types.code('title'))
  // a change is told to the title that it is in, and to the one above; what is gone has been a title
  return aside.some(nodes => nodes.filter(node => areTitles.get(node) ?? true).length < 2)
}
