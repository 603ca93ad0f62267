import { metaOf } from '../../http/envelope.ts'
/** What an operation did, with the addresses of its undo and its line in the log. */
export const operationDocument = (
  outcome: { batch: number | null; selected: number; changed: number },
  dryRun: boolean,
) => ({
  ...outcome,
  dryRun,
  links:
    outcome.batch === null
      ? {}
      : { undo: `/api/v1/operations/${outcome.batch}/undo`, log: `/api/v1/log?batch=${outcome.batch}` },
  relationships: {},
  meta: metaOf({}),
})
