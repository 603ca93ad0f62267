import type { Services } from '../../http/module.ts'
import * as repository from './repository.ts'

/**
 * Tag of what is built of a title: the numbers of its last change and of those of the titles above it, which it names, and a variant.
 * Undefined while changes wait to be followed: then nobody can be told that his copy is current.
 */
export async function objectTag(
  services: Services,
  id: number,
  variant: string,
): Promise<string | undefined> {
  const [numbers, isBehind] = await Promise.all([
    repository.numbersOnPath(services.db, id),
    repository.isBehind(services.db),
  ])
  if (numbers.length === 0 || isBehind) return undefined
  return `${numbers.join('.')}-${variant}`
}
