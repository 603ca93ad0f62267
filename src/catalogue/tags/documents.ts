import type { z } from 'zod'
import { metaOf, toOne } from '../../http/envelope.ts'
import type { EffectiveTag } from './effective.ts'
import type { Tag as TagRow } from './repository.ts'
import type { NodeTags, Tag } from './schemas.ts'
import { contentTag } from '../../http/etag.ts'

const parsed = (text: string | null): never => JSON.parse(text ?? 'null') as never

export const tagDocument = (tag: TagRow): z.output<typeof Tag> => ({
  id: tag.id,
  name: tag.name,
  kind: tag.system === 1 ? 'system' : 'user',
  domainId: tag.domainId,
  isPublic: tag.public === 1,
  captions: parsed(tag.captions),
  description: parsed(tag.description),
  colour: tag.colour,
  links: { self: `/api/v1/tags/${tag.name}`, titles: `/api/v1/titles?tag=${tag.name}` },
  relationships: { domain: toOne('domain', tag.domainId) },
  meta: metaOf(tag),
})

/** Tags as an answer; without `all` those that readers see. */
export function nodeTags(
  found: readonly EffectiveTag[],
  all: boolean,
  self: string,
): z.output<typeof NodeTags> {
  const shown = found.filter(({ tag }) => all || tag.public === 1)
  return {
    own: shown.filter(({ from }) => from.some(at => 'node' in at)).map(({ tag }) => tag.name),
    tags: shown.map(({ tag, from }) => ({
      name: tag.name,
      captions: parsed(tag.captions),
      colour: tag.colour,
      isPublic: tag.public === 1,
      from: from.map(at =>
        'node' in at ? { kind: 'node' as const, id: at.node } : { kind: 'domain' as const, id: at.domain },
      ),
    })),
    links: { self },
    relationships: {},
    meta: metaOf({}),
  }
}

/** State of the tags set on a node, for If-Match. */
export const tagsEtag = (document: z.output<typeof NodeTags>): string => contentTag(document.tags)
