import type { Db } from '../../firebird/database.ts'
import { ownRights, type Right, rightsOfTopics, type Topic } from '../../http/principal.ts'
import { groupsOf, topicsOf } from '../sessions/index.ts'
import type { User } from './repository.ts'

interface Source {
  readonly topic: Topic | null
  readonly group: { readonly id: number; readonly name: string } | null
}

/** Rights of a user over the whole installation, each with the topics that give it and the groups that these come by. */
export async function permissionsOf(db: Db, user: User) {
  const own = topicsOf(user.topics)
  const groups = await groupsOf(db, user.id, own)
  const found = new Map<Right, Source[]>(ownRights.map(right => [right, [{ topic: null, group: null }]]))
  const add = (topics: readonly Topic[], group: Source['group']): void => {
    for (const topic of topics)
      for (const right of rightsOfTopics([topic]))
        found.set(right, [...(found.get(right) ?? []), { topic, group }])
  }
  add(own, null)
  for (const { id, name, topics } of groups) add(topics, { id, name })
  return {
    rights: [...found].map(([right, from]) => ({ right, from })),
    groups: groups.map(({ id, name }) => ({ id, name })),
  }
}
