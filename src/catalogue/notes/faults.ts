// Faults that readers report, without an account: each becomes an open note. Programs that fill in every field of a form are told that all is
// well, and nothing is kept.
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { IdParams, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { record } from '../../system/log/index.ts'
import { domainsInShort } from '../domains/index.ts'
import { kindsOf, regionFields, requireKind } from './change.ts'
import * as repository from './repository.ts'
import { FaultForm, NewFault, Reported } from './schemas.ts'
import { type At, docTags as tags, visiblePlace } from './support.ts'

/** Whether readers may report faults of what stands in a domain. */
export async function takesFaults(services: Services, db: Db, domainId: number): Promise<boolean> {
  if (!services.config.notes.faults) return false
  const domain = (await domainsInShort(services, db, [domainId])).get(domainId)
  return domain?.options.find(({ key }) => key === 'notes.faults')?.value === 'true'
}

const mayHaveFaults = (services: Services, node: At): boolean =>
  services.types.datatypeOf(node.datatype) !== 'domain'

export async function faultRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services

  app.get(
    '/api/v1/tree/:id/faults',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getFaultForm',
        tags,
        summary: 'Whether and how a reader may report a fault here.',
        params: IdParams,
        response: { 200: json(FaultForm, 'How a fault is reported.'), ...problems(404) },
      },
    },
    async request => {
      const node = await visiblePlace(db, request.principal, request.params.id)
      const isOpen = mayHaveFaults(services, node) && (await takesFaults(services, db, node.domainId))
      return {
        isOpen,
        kinds: isOpen ? kindsOf(services) : [],
        longest: services.config.notes.faultLength,
        links: { self: request.url, node: `/api/v1/tree/${node.id}` },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )

  app.post(
    '/api/v1/tree/:id/faults',
    {
      config: { right: 'tree:read' },
      bodyLimit: 16 * 1024,
      schema: {
        operationId: 'reportFault',
        tags,
        summary: 'A reader reports a fault of a title or page; it becomes an open note.',
        description:
          'Needs no account. The address is shown to those alone who may edit what the note is about, and is gone with the note.',
        params: IdParams,
        body: NewFault,
        response: { 201: json(Reported, 'It was reported.'), ...problems(404, 409, 413, 422, 429) },
      },
    },
    async (request, reply) => {
      const { kind, text, region, email, website } = request.body
      const { faultLength } = services.config.notes
      const node = await visiblePlace(db, request.principal, request.params.id)
      if (!mayHaveFaults(services, node) || !(await takesFaults(services, db, node.domainId)))
        throw new Refusal('conflict', 'Faults are not reported here.')
      if (text.length > faultLength)
        throw new Refusal('too-large', `text: ${text.length} characters are too many; at most ${faultLength} are possible ([notes] faultLength).`, { limit: faultLength }) // prettier-ignore
      requireKind(services, kind)
      const place = await regionFields(db, node.id, region ?? undefined)
      const links = { node: `/api/v1/tree/${node.id}` }
      const body = { reported: true as const, links, relationships: {}, meta: metaOf({}) }
      if ((website ?? '') !== '') return send(reply, { status: 201, body })
      const answer = await write(services, request, { canUndo: false }, async trx => {
        const actor = actorOf(request)
        const id = await repository.insert(trx, {
          nodeId: node.id,
          kind,
          text,
          author: actor.name,
          origin: 'reader',
          email,
          ...place,
        })
        await record(trx, {
          entity: 'note',
          entityId: id,
          action: 'report',
          actor,
          data: { node: node.id, kind },
        })
        return { status: 201, body }
      })
      // the operation is none of the reader's business
      return send(reply, { status: 201, body: { ...answer.body, links } })
    },
  )
}
