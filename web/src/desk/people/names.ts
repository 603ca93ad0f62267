import { useSay } from '../texts.ts'

/** Built-in groups have names in each language, others their own. */
export function useGroupName(): (id: number | null | undefined, name: string | null | undefined) => string {
  const say = useSay()
  return (id, name) =>
    id === 1 ? say('group.everyone') : id === 2 ? say('group.signedIn') : id === 3 ? say('group.staff') : (name ?? `#${id}`)
}
