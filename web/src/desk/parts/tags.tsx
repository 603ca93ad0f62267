// Tags as people know them: their names in the language of the page, and their colours.
import { queryOptions } from '@tanstack/react-query'
import { type Api, type Schemas, taken } from '../../shared/api.ts'
import { useFormats } from '../../shared/text.ts'
import styles from './tags.module.css'

export type Tag = Schemas['Tag']

/** Tags that can be set in a collection; all without one. */
export const tagsQuery = (api: Api, domain: string | undefined) =>
  queryOptions({
    queryKey: ['tags', 'of', domain],
    queryFn: async () => (await taken(api.GET('/api/v1/tags', { params: { query: domain === undefined ? {} : { domain } } }))).items,
  })

/** Tags of a node, with those that its collections give. */
export const nodeTagsQuery = (api: Api, node: number) =>
  queryOptions({
    queryKey: ['tree', 'tags', node],
    queryFn: () => taken(api.GET('/api/v1/tree/{id}/tags', { params: { path: { id: node } } })),
  })

export function useTagName(): (tag: Pick<Tag, 'name' | 'captions'>) => string {
  const { locale } = useFormats()
  return ({ name, captions }) => captions?.[locale] ?? Object.values(captions ?? {})[0] ?? name
}

export function TagMark({ tag }: { readonly tag: Pick<Tag, 'name' | 'captions' | 'colour'> }) {
  const tagName = useTagName()
  return (
    <span className={styles.tag}>
      {tag.colour ? (
        <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden>
          <circle cx="5" cy="5" r="5" fill={tag.colour} />
        </svg>
      ) : null}
      {tagName(tag)}
    </span>
  )
}
