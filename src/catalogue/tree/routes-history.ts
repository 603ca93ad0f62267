// What a node was before each change: its place among its siblings included; and the way back.
import { Refusal } from '../../errors.ts'
import { IdParams } from '../../http/envelope.ts'
import { etagOf, expectedVersion } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { StateParams, Versions, versionsDocument } from '../../http/versions.ts'
import { actorOf, send } from '../../http/write.ts'
import { record, type State, versionsOf } from '../../system/log/index.ts'
import { documentsOf } from './documents.ts'
import { keptNodes } from './kept.ts'
import { move } from './move.ts'
import { retypeOne } from './operations.ts'
import { get, rename } from './place.ts'
import { writeTree } from './transaction.ts'
import { TreeNode } from './schemas.ts'
import { requireVersion } from './versions.ts'

const tags = ['tree']
const { binnedBy: _, ...columns } = keptNodes.columns
const shown = { ...keptNodes, columns }

export async function historyRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, types } = services
  const named = (state: State): State => ({ ...state, isReleased: state['isReleased'] === 1, isInBin: state['isInBin'] === 1 }) // prettier-ignore

  app.get(
    '/api/v1/tree/:id/history',
    {
      config: { right: 'log:read' },
      schema: {
        operationId: 'getNodeHistory',
        tags,
        summary: 'Lists what the node was before each change: place, name, type and state.',
        params: IdParams,
        response: { 200: json(Versions, 'States, newest first.'), ...problems(404) },
      },
    },
    async request => {
      const node = await get(db, request.params.id)
      const self = `/api/v1/tree/${node.id}/history`
      const versions = await versionsOf(db, shown, node.id)
      const items = versions.map(version => ({ ...version, state: named(version.state) }))
      return versionsDocument(self, items, { node: `/api/v1/tree/${node.id}` })
    },
  )

  app.post(
    '/api/v1/tree/:id/history/:n/restore',
    {
      config: { right: 'structure:write' },
      schema: {
        operationId: 'restoreNodeVersion',
        tags,
        summary: 'Puts a node where it was, with the name and type that it had; as a new change.',
        description: 'Release and bin have operations of their own and stay as they are.',
        params: StateParams,
        response: { 200: json(TreeNode, 'The node.'), ...problems(404, 409, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id, n } = request.params
      const answer = await writeTree(services, request, 'move', async (trx, _connection) => {
        const node = await requireVersion(trx, id, version)
        const state = (await versionsOf(trx, shown, id)).find(candidate => candidate.id === n)?.state
        if (!state) throw new Refusal('not-found', `Node ${id} has no version ${n}.`)
        if (state['caption'] !== node.caption) await rename(trx, id, state['caption'] as string | null)
        const type = types.ofNumbers(node.datatype, state['type'] as number)
        if (type && type.number !== node.type) await retypeOne(trx, types, id, type.name, 0)
        const [parentId, sort] = [state['parentId'] as number | null, state['sort'] as number]
        if (parentId !== node.parentId || sort !== node.sort)
          await move(trx, types, id, {
            parentId,
            domainId: state['domainId'] as number,
            place: { sort },
          })
        await record(trx, {
          entity: 'node',
          entityId: id,
          action: 'restore-version',
          actor: actorOf(request),
          data: { n },
        })
        const now = await get(trx, id)
        const [document] = await documentsOf(types, trx, [now], false)
        return { body: document as TreeNode, etag: etagOf(now.version, 'o') }
      })
      return send(reply, answer)
    },
  )
}
