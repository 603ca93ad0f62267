import { z } from 'zod'
import type { Module } from '../../http/module.ts'
import { decodeCursor, listDocument, PageQuery, pageOf } from '../../http/page.ts'
import { Refusal } from '../../errors.ts'
import { IdParams, metaOf } from '../../http/envelope.ts'
import { json, problems } from '../../http/problem.ts'
import * as repository from './repository.ts'
import { documentOf, documentOfRun, FindingList, MasterFixity, RunList } from './schemas.ts'

export const routes: NonNullable<Module['routes']> = async (app, { services }) => {
  const { db } = services
  const tags = ['preservation']

  app.get(
    '/api/v1/fixity',
    {
      config: { right: 'admin' },
      schema: {
        operationId: 'listFixityFindings',
        tags,
        summary: 'Lists kept files that are missing, damaged or cannot be read.',
        querystring: PageQuery.extend({
          state: z.enum(['open', 'ended']).default('open').meta({
            description: 'ended: files that were repaired, are good again, or are not needed any more',
          }),
        }),
        response: { 200: json(FindingList, 'Findings, oldest first.'), ...problems() },
      },
    },
    async request => {
      const { cursor, limit, state } = request.query
      const [after] = decodeCursor(cursor, ['number']) ?? [0]
      const rows = await repository.listFindings(db, state, Number(after ?? 0), limit + 1)
      const page = pageOf(rows, limit, row => [row.id])
      return listDocument(request.url, { next: page.next, items: page.items.map(documentOf) })
    },
  )

  app.get(
    '/api/v1/fixity/runs',
    {
      config: { right: 'admin' },
      schema: {
        operationId: 'listFixityRuns',
        tags,
        summary: 'Lists comparisons of kept files with their hashes, newest first.',
        querystring: PageQuery,
        response: { 200: json(RunList, 'Runs.'), ...problems() },
      },
    },
    async request => {
      const { cursor, limit } = request.query
      const [before] = decodeCursor(cursor, ['number']) ?? []
      const rows = await repository.listRuns(db, (before as number | null) ?? undefined, limit + 1)
      const page = pageOf(rows, limit, row => [row.id])
      return listDocument(request.url, { next: page.next, items: page.items.map(documentOfRun) })
    },
  )

  app.get(
    '/api/v1/pages/:id/fixity',
    {
      config: { right: 'page:write' },
      schema: {
        operationId: 'getMasterFixity',
        tags,
        summary: 'Whether the master of a page is as it was stored, and when it was compared last.',
        params: IdParams,
        response: { 200: json(MasterFixity, 'Its state.'), ...problems(404) },
      },
    },
    async request => {
      const { id } = request.params
      const found = await repository.ofMaster(db, id)
      if (!found) throw new Refusal('not-found', `Page ${id} has no master.`)
      return {
        fault: found.fault,
        comparedAt: found.comparedAt?.toISOString() ?? null,
        links: { self: `/api/v1/pages/${id}/fixity`, page: `/api/v1/pages/${id}` },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )
}
