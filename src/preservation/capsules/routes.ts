import { envelope, metaOf, toOne } from '../../http/envelope.ts'
import { z } from 'zod'
import type { Module } from '../../http/module.ts'
import { decodeCursor, listDocument, listOf, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import * as repository from './repository.ts'

const Capsule = z
  .object({
    id: z.number().int(),
    titleId: z.number().int(),
    number: z.number().int().meta({ description: 'Of those of the title' }),
    kind: z.enum(repository.capsuleKinds.names),
    name: z.string().meta({ description: 'Its folder, in [capsules] folder or store' }),
    caption: z.string().nullable(),
    digest: z.string().meta({ description: 'SHA-256 of its tag manifest' }),
    files: z.number().int(),
    bytes: z.number().int(),
    moment: z.string().meta({ description: 'State of the title that it holds' }),
    confirmedAt: z.string().nullable().meta({ description: 'When all of it was read and found good last' }),
    createdAt: z.string(),
    ...envelope,
  })
  .meta({ id: 'Capsule', description: 'A package of a title for the long term.' })
const CapsuleList = listOf(Capsule, 'CapsuleList')

const documentOf = (capsule: repository.Capsule): z.output<typeof Capsule> => ({
  ...capsule,
  moment: capsule.moment.toISOString(),
  confirmedAt: capsule.confirmedAt?.toISOString() ?? null,
  createdAt: capsule.createdAt.toISOString(),
  links: { title: `/api/v1/titles/${capsule.titleId}` },
  relationships: { title: toOne('title', capsule.titleId) },
  meta: metaOf(capsule),
})

export const routes: NonNullable<Module['routes']> = async (app, { services }) => {
  app.get(
    '/api/v1/capsules',
    {
      config: { right: 'admin' },
      schema: {
        operationId: 'listCapsules',
        tags: ['preservation'],
        summary: 'Lists the capsules that were delivered.',
        querystring: PageQuery.extend({
          title: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
        }),
        response: { 200: json(CapsuleList, 'Capsules, oldest first.'), ...problems() },
      },
    },
    async request => {
      const { cursor, limit, title } = request.query
      if (title !== undefined)
        return listDocument(request.url, {
          next: undefined,
          items: (await repository.ofTitle(services.db, title)).map(documentOf),
        })
      const [after] = decodeCursor(cursor, ['number']) ?? [0]
      const rows = await repository.list(services.db, Number(after ?? 0), limit + 1)
      const page = pageOf(rows, limit, row => [row.id])
      return listDocument(request.url, { next: page.next, items: page.items.map(documentOf) })
    },
  )
}
