import { Refusal } from '../../errors.ts'
import { IdParams, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import type { Right } from '../../http/principal.ts'
import type { Verb } from '../../http/sight.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, type Answer, send } from '../../http/write.ts'
import * as queue from '../../jobs/queue.ts'
import { access, requireAll } from '../../people/access/index.ts'
import { rightOf, runBatch, selectionOf, selectionSize } from './batch.ts'
import { operationDocument } from './operation-document.ts'
import { writeTree } from './transaction.ts'
import { Batch, BatchJob, Operation, ReleaseBody } from './schemas.ts'

const tags = ['tree']
/** What a batch does to its nodes, by the right that it needs. */
const verbs: Readonly<Partial<Record<Right, Verb>>> = {
  'structure:write': 'structure',
  bin: 'bin',
  release: 'release',
  'meta:write': 'edit',
}

export async function batchRoutes(app: App, { services }: { services: Services }): Promise<void> {
  /** The operations on one node are batches of one. */
  const single = (path: string, action: 'release' | 'hide' | 'restore', right: Right, summary: string) => {
    app.post(
      `/api/v1/tree/:id/${path}` as '/api/v1/tree/:id/restore',
      {
        config: { right },
        schema: {
          operationId: `${action}Node`,
          tags,
          summary,
          params: IdParams,
          body: ReleaseBody.optional().nullable(),
          response: { 200: json(Operation, 'What changed.'), ...problems(404, 409) },
        },
      },
      async (request, reply) => {
        const options = request.body ?? { scope: 'subtree' as const, ancestors: false }
        const answer = await writeTree(services, request, 'move', async trx => {
          const ids = [request.params.id]
          const batch = { action, ids, dryRun: false, ...options }
          const outcome = await runBatch(trx, services, actorOf(request), batch, { ids })
          return { body: operationDocument(outcome, false) }
        })
        return send(reply, answer)
      },
    )
  }
  single('release', 'release', 'release', 'Releases a node, by default with all below it.')
  single('hide', 'hide', 'release', 'Hides a node with all below it.')
  single('restore', 'restore', 'bin', 'Takes a node out of the bin, with what was deleted with it.')

  app.post(
    '/api/v1/tree/batch',
    {
      config: { right: 'structure:write', asksItself: true },
      schema: {
        operationId: 'batchNodes',
        tags,
        summary: 'Does one thing to many nodes: release, hide, bin, restore, move, retype, tag.',
        description:
          'Nodes are named by ids, by a path prefix, or as the children of a node or domain, the latter two with a filter. Large batches become a job and are answered with 202.',
        body: Batch,
        response: {
          200: json(Operation, 'What changed, or would change.'),
          202: json(BatchJob, 'The job that does it.'),
          ...problems(404, 409, 413, 422),
        },
      },
    },
    async (request, reply) => {
      const batch = request.body
      const right = rightOf(batch.action)
      if (!access.can(request.principal, right))
        throw new Refusal('forbidden', `This needs the right ${right}.`)
      request.writes = verbs[right] ?? 'structure'
      const answer = await writeTree(services, request, 'move', async (trx): Promise<Answer<unknown>> => {
        const selection = await selectionOf(trx, services, batch, request.principal)
        const size = await selectionSize(trx, selection)
        // who is bound by entries waits for the answer, and learns at once what is not allowed
        if (batch.ids) await requireAll(request, trx, request.writes ?? 'structure', batch.ids)
        const isBound = !access.sight(request.principal).isPlain
        if (!batch.dryRun && !isBound && size > services.config.limits.syncBatch) {
          const job = await queue.enqueue(trx, {
            kind: 'tree.batch',
            payload: { batch, actor: actorOf(request) },
            actor: request.principal.name,
          })
          return {
            status: 202,
            location: `/api/v1/jobs/${job}`,
            body: { job, links: { job: `/api/v1/jobs/${job}` }, relationships: {}, meta: metaOf({}) },
          }
        }
        return {
          body: operationDocument(
            await runBatch(trx, services, actorOf(request), batch, selection),
            batch.dryRun,
          ),
        }
      })
      return send(reply, answer) as never
    },
  )
}
