// Tags: their definitions, and what carries them. Nodes get theirs through the tree, domains through their own document.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { etagOf, expectedVersion, isFresh, sendUnchanged } from '../../http/etag.ts'
import type { Module } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, sendDone, write } from '../../http/write.ts'
import { access } from '../../people/access/index.ts'
import { record } from '../../system/log/index.ts'
import { getDomain } from '../domains/index.ts'
import { tagDocument } from './documents.ts'
import { getTag, seesAllTags } from './effective.ts'
import * as repository from './repository.ts'
import type { TagFields } from './repository.ts'
import { NewTag, Tag, TagList, TagPatch } from './schemas.ts'
import { metaOf } from '../../http/envelope.ts'

export {
  changeTags,
  keptDefinitions as keptTagDefinitions,
  keptTags,
  replaceTags,
  type TagChange,
} from './change.ts'
export { nodeTags, tagsEtag } from './documents.ts'
export {
  effectiveTags,
  getTag,
  isTagged,
  seesAllTags,
  type Tagged,
  taggedWith,
  titlesTagged,
} from './effective.ts'
export { all as allTags, events as tagEvents } from './repository.ts'
export { NewNodeTags, NodeTags, TagEvents, TagName } from './schemas.ts'

const docTags = ['tags']
const Params = z.strictObject({ tag: z.string().min(1).max(60).meta({ description: 'Name of the tag' }) })

const fieldsOf = ({
  captions,
  description,
  colour,
  isPublic,
  name,
}: z.output<typeof TagPatch>): TagFields => {
  const text = (value: object | null | undefined) =>
    value === undefined ? undefined : value === null ? null : JSON.stringify(value)
  const fields = {
    name,
    captions: text(captions),
    description: text(description),
    colour,
    public: isPublic === undefined ? undefined : isPublic ? 1 : 0,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as TagFields
}

/** System tags are for those who manage domains. @throws Refusal forbidden */
function requireDefiner(principal: Principal, isSystem: boolean): void {
  if (isSystem && !access.everywhere(principal, 'domain:write'))
    throw new Refusal('forbidden', 'System tags are defined by who has the right domain:write.')
}

const logged = (trx: Db, actor: ReturnType<typeof actorOf>, action: string, tag: repository.Tag) =>
  record(trx, { entity: 'tag', entityId: tag.id, action, actor, data: tag })

/** @throws Refusal stale */
function requireVersion(tag: repository.Tag, version: number | '*'): void {
  if (version !== '*' && version !== tag.version)
    throw new Refusal('stale', `Tag ‘${tag.name}’ has version ${tag.version} now; read it again.`, {
      version: tag.version,
    })
}

export const tags: Module = {
  name: 'tags',
  routes: async (app, { services }) => {
    app.get(
      '/api/v1/tags',
      {
        config: { right: 'tree:read' },
        schema: {
          operationId: 'listTags',
          tags: docTags,
          summary: 'Lists the tags; readers get the public ones.',
          querystring: z.strictObject({
            domain: z
              .string()
              .max(120)
              .optional()
              .meta({ description: 'Those that can be set in this domain' }),
          }),
          response: { 200: json(TagList, 'Tags by name.'), ...problems(404) },
        },
      },
      async request => {
        const { domain } = request.query
        const above =
          domain === undefined
            ? undefined
            : ((await getDomain(services.db, domain)).path ?? '').split('|').filter(Boolean).map(Number)
        const all = seesAllTags(request.principal)
        const found = (await repository.all(services.db)).filter(
          tag =>
            (all || tag.public === 1) &&
            (tag.domainId === null ||
              (access.seesDomain(request.principal, tag.domainId) &&
                (above === undefined || above.includes(tag.domainId)))),
        )
        const items = found.map(tagDocument)
        return {
          items,
          links: { self: request.url },
          relationships: {},
          meta: { ...metaOf({}), count: items.length },
        }
      },
    )

    app.post(
      '/api/v1/tags',
      {
        config: { right: 'meta:write' },
        schema: {
          operationId: 'createTag',
          tags: docTags,
          summary: 'Defines a tag.',
          body: NewTag,
          response: { 201: json(Tag, 'The new tag.'), ...problems(404, 409) },
        },
      },
      async (request, reply) => {
        const { kind, domain, ...fields } = request.body
        requireDefiner(request.principal, kind === 'system')
        const answer = await write(services, request, {}, async trx => {
          if (await repository.find(trx, fields.name))
            throw new Refusal('conflict', `There is a tag ‘${fields.name}’ already.`)
          const id = await repository.insert(trx, {
            ...fieldsOf(fields),
            name: fields.name,
            system: kind === 'system' ? 1 : 0,
            domainId: domain === null ? null : (await getDomain(trx, domain)).id,
          })
          const tag = (await repository.findById(trx, id)) as repository.Tag
          await logged(trx, actorOf(request), 'create', tag)
          return {
            status: 201,
            body: tagDocument(tag),
            location: `/api/v1/tags/${tag.name}`,
            etag: etagOf(tag.version),
          }
        })
        return send(reply, answer)
      },
    )

    app.get(
      '/api/v1/tags/:tag',
      {
        config: { right: 'tree:read', tells: 'tag' },
        schema: {
          operationId: 'getTag',
          tags: docTags,
          summary: 'Reads a tag.',
          params: Params,
          response: { 200: json(Tag, 'The tag.'), ...problems(404) },
        },
      },
      async (request, reply) => {
        const tag = await getTag(services.db, request.params.tag, request.principal)
        if (tag.domainId !== null && !access.seesDomain(request.principal, tag.domainId))
          throw new Refusal('not-found', `There is no tag ‘${tag.name}’.`)
        if (isFresh(request, reply, etagOf(tag.version))) return sendUnchanged(reply)
        return tagDocument(tag)
      },
    )

    app.patch(
      '/api/v1/tags/:tag',
      {
        config: { right: 'meta:write' },
        schema: {
          operationId: 'changeTag',
          tags: docTags,
          summary: 'Changes the names, the colour or the visibility of a tag.',
          params: Params,
          body: TagPatch,
          response: { 200: json(Tag, 'The tag.'), ...problems(404, 409, 412, 428) },
        },
      },
      async (request, reply) => {
        const version = expectedVersion(request)
        const answer = await write(services, request, {}, async trx => {
          const tag = await getTag(trx, request.params.tag)
          requireDefiner(request.principal, tag.system === 1)
          requireVersion(tag, version)
          const { name } = request.body
          if (name !== undefined && name !== tag.name && (await repository.find(trx, name)))
            throw new Refusal('conflict', `There is a tag ‘${name}’ already.`)
          const fields = fieldsOf(request.body)
          if (Object.keys(fields).length > 0 && !(await repository.update(trx, tag.id, version, fields)))
            requireVersion({ ...tag, version: tag.version + 1 }, version)
          const after = (await repository.findById(trx, tag.id)) as repository.Tag
          if (after.version !== tag.version) await logged(trx, actorOf(request), 'change', after)
          return { body: tagDocument(after), etag: etagOf(after.version) }
        })
        return send(reply, answer)
      },
    )

    app.delete(
      '/api/v1/tags/:tag',
      {
        config: { right: 'meta:write' },
        schema: {
          operationId: 'deleteTag',
          tags: docTags,
          summary: 'Removes a tag that nothing carries.',
          params: Params,
          response: { 204: z.null().meta({ description: 'It is gone.' }), ...problems(404, 409, 412, 428) },
        },
      },
      async (request, reply) => {
        const version = expectedVersion(request)
        const done = await write(services, request, {}, async trx => {
          const tag = await getTag(trx, request.params.tag)
          requireDefiner(request.principal, tag.system === 1)
          requireVersion(tag, version)
          await repository.requireUnused(trx, tag.id)
          await repository.remove(trx, tag.id)
          await logged(trx, actorOf(request), 'delete', tag)
          return { body: null }
        })
        return sendDone(reply, done)
      },
    )
  },
}
