// Topics as they are chosen for people and groups.
import type { Schemas } from '../../shared/api.ts'
import { type DeskKey, useSay } from '../texts.ts'
import styles from './people.module.css'

export type Topic = NonNullable<Schemas['User']['topics']>[number]
export const topics = ['CATALOGUING', 'RELEASE', 'IMPORT', 'DATA_MANAGEMENT', 'USER_MANAGEMENT', 'SYSTEM'] as const satisfies readonly Topic[]

export function TopicChoice({ chosen, legend }: { readonly chosen: readonly Topic[]; readonly legend?: string }) {
  const say = useSay()
  return (
    <fieldset className={styles.topics}>
      <legend>{legend ?? say('people.topics')}</legend>
      {topics.map(topic => (
        <label key={topic}>
          <input type="checkbox" name="topic" value={topic} defaultChecked={chosen.includes(topic)} />
          <span>
            <strong>{say(`people.topic.${topic}`)}</strong>
            <small>{say(`people.topic.${topic}.about`)}</small>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

/** What was chosen, and those that had been given and are not offered here. */
export const topicsOf = (form: FormData, before: readonly Topic[] = []): Topic[] => [
  ...topics.filter(topic => form.getAll('topic').includes(topic)),
  ...before.filter(topic => !(topics as readonly Topic[]).includes(topic)),
]

export function useTopicName(): (topic: string) => string {
  const say = useSay()
  return topic => ((topics as readonly string[]).includes(topic) ? say(`people.topic.${topic}` as DeskKey) : topic)
}
