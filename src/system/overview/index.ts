// How the installation is, for its administrators; and the same as a file for whoever helps them.
import type { Module } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { gather, report } from './gather.ts'
import { System, SystemReport } from './schemas.ts'

export const overview: Module = {
  name: 'overview',
  routes: async (app, { services }) => {
    const tags = ['service']
    app.get(
      '/api/v1/system',
      {
        config: { right: 'admin' },
        schema: {
          operationId: 'getSystem',
          tags,
          summary:
            'How the installation is: health, connections, queues, index, storage, fixity, backup, schedules, slow statements.',
          response: { 200: json(System, 'Its state.'), ...problems() },
        },
      },
      async (request, reply) => {
        reply.header('cache-control', 'no-store')
        return await gather(services, request.url)
      },
    )

    app.get(
      '/api/v1/system/report',
      {
        config: { right: 'admin' },
        schema: {
          operationId: 'getSystemReport',
          tags,
          summary:
            'The same as a file for support, with the options that were set and the last jobs that failed; without secrets.',
          response: { 200: json(SystemReport, 'The report.'), ...problems() },
        },
      },
      async (_request, reply) => {
        const document = await report(services)
        const name = `firefolio-report-${document.madeAt.slice(0, 16).replaceAll(/[-:]/g, '')}.json`
        reply
          .header('cache-control', 'no-store')
          .header('content-disposition', `attachment; filename="${name}"`)
        return document
      },
    )
  },
}
