// Imports as answers.
import { metaOf, programOf, toActor, toMany, toOne } from '../../http/envelope.ts'
import type { Services } from '../../http/module.ts'
import * as repository from './repository.ts'
import type { BatchOptions } from './items.ts'

export function batchDocument(batch: Omit<repository.Batch, 'options'> & { readonly options?: unknown }) {
  const application = (batch.options as Partial<BatchOptions> | null | undefined)?.actor?.application
  const self = `/api/v1/imports/${batch.id}`
  return {
    id: batch.id,
    domainId: batch.domainId,
    source: batch.source,
    state: batch.state,
    dryRun: batch.dryRun,
    jobId: batch.jobId,
    actor: batch.actor,
    createdAt: batch.createdAt.toISOString(),
    updatedAt: batch.updatedAt.toISOString(),
    links: {
      self,
      events: `${self}/events`,
      retry: `${self}/retry`,
      ...(batch.jobId === null ? {} : { job: `/api/v1/jobs/${batch.jobId}` }),
    },
    relationships: {
      domain: toOne('domain', batch.domainId),
      job: toOne('job', batch.jobId),
      actor: toActor(batch.actor),
    },
    meta: {
      ...metaOf(batch),
      ...(application ? { createdBy: programOf(application) } : {}),
      sourceAccount: batch.source,
    },
  }
}

export async function fullDocument(db: Services['db'], id: number) {
  const batch = await repository.get(db, id)
  const items = await repository.items(db, id)
  const summary: Record<string, number> = {}
  for (const item of items) summary[item.outcome] = (summary[item.outcome] ?? 0) + 1
  const { relationships, ...document } = batchDocument(batch)
  return {
    ...document,
    relationships: {
      ...relationships,
      titles: toMany(
        'title',
        items.map(item => item.titleId),
      ),
    },
    summary,
    lists: [...((batch.options as Partial<BatchOptions> | null)?.lists ?? [])].map(({ name, columns }) => ({
      name,
      columns: [...columns],
    })),
    items: items.map(item => ({
      id: item.id,
      source: item.source,
      outcome: item.outcome,
      titleId: item.titleId,
      messages: [...item.messages],
      updatedAt: item.updatedAt.toISOString(),
      links: {
        ...(item.titleId === null ? {} : { title: `/api/v1/titles/${item.titleId}` }),
        ...(item.operation === null
          ? {}
          : {
              operation: `/api/v1/operations/${item.operation}`,
              undo: `/api/v1/operations/${item.operation}/undo`,
            }),
      } as Record<string, string>,
    })),
  }
}
