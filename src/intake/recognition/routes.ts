import { createHash } from 'node:crypto'
import { z } from 'zod'
import { recognitionLanguages } from '../../config/recognition-options.ts'
import { Id, IdParams, Meta, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { send, write } from '../../http/write.ts'
import * as queue from '../../jobs/queue.ts'
import { getNode } from '../../catalogue/tree/index.ts'
import { placesOf } from '../../people/sessions/index.ts'
import { obstacleOf } from './engine.ts'
import { countFor, languagesOf, wantedBy } from './jobs.ts'

const Wanted = z
  .strictObject({
    pages: z
      .enum(['missing', 'all'])
      .default('missing')
      .meta({ description: 'Those without a text, or all: corrections stay beside the new text' }),
    languages: z
      .string()
      .regex(recognitionLanguages, 'expected codes joined by +, e.g. deu+eng')
      .optional()
      .meta({ description: 'Instead of those of the domain', examples: ['deu+frk'] }),
    only: z
      .array(Id)
      .min(1)
      .max(1000)
      .optional()
      .meta({ description: 'Of the pages at the node and below it, these alone' }),
    dryRun: z.boolean().default(false).meta({ description: 'Tells how many pages would be read' }),
  })
  .meta({ id: 'Recognition' })

const Recognition = z
  .object({
    pages: z.number().int().meta({ description: 'To be read now' }),
    languages: z.string(),
    obstacle: z
      .string()
      .nullable()
      .meta({ description: 'Why the service itself could read none of them: its program is not installed' }),
    jobId: z.number().int().nullable().meta({ description: 'null of a dry run' }),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'RecognitionOrder', description: 'Pages that a program is to read.' })

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services

  app.post(
    '/api/v1/tree/:id/recognition',
    {
      config: { right: 'text:write' },
      schema: {
        operationId: 'recogniseTexts',
        tags: ['texts'],
        summary: 'Has the pages at a node and below it read by a program (OCR, [ocr] in server.ini).',
        description:
          'The job reads each page as it is served, turned and cropped, and keeps what it finds as ALTO of the master. Corrections stay beside it and are shown and found instead of it.',
        params: IdParams,
        body: Wanted,
        response: {
          200: json(Recognition, 'What a dry run finds.'),
          202: json(Recognition, 'The order; its job runs.'),
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const { pages, languages: named, only, dryRun } = request.body
      const node = await getNode(db, request.params.id)
      const languages = await languagesOf(services, db)
      const order = {
        node: node.id,
        pages,
        ...(named === undefined ? {} : { languages: named }),
        ...(only === undefined ? {} : { only }),
      }
      const wanted = await wantedBy(services, order, languages.own, new Date())
      const obstacle = await obstacleOf(services.config.ocr.command)
      const answer = (jobId: number | null) => ({
        pages: found,
        languages: named ?? languages.of(node.domainId),
        obstacle,
        jobId,
        links: {
          node: `/api/v1/tree/${node.id}`,
          ...(jobId === null ? {} : { job: `/api/v1/jobs/${jobId}` }),
        } as Record<string, string>,
        relationships: {},
        meta: metaOf({}),
      })
      const found = wanted ? await countFor(db, wanted, placesOf(request.principal, 'text:write')) : 0
      if (dryRun) return await reply.send(answer(null))
      const made = await write(services, request, { canUndo: false }, async trx => {
        const jobId = await queue.enqueue(trx, {
          kind: 'texts.recognise',
          payload: order,
          actor: request.principal.name,
          uniqueKey: `texts.recognise ${createHash('sha256').update(JSON.stringify(order)).digest('hex')}`,
        })
        return { status: 202, body: answer(jobId), location: `/api/v1/jobs/${jobId}` }
      })
      return send(reply, made)
    },
  )
}
