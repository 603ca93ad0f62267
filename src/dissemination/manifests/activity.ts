// IIIF Change Discovery 1.0: what was shown, changed and withdrawn, oldest first. Pages are ranges of change numbers: a page that is full of
// numbers never gets new ones, only loses objects that change again.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { ActivityDocument } from '../../http/contents.ts'
import type { App, Services } from '../../http/module.ts'
import { problems } from '../../http/problem.ts'
import { access } from '../../people/access/index.ts'
import { lentNow } from '../../people/lending/index.ts'
import { changedAfter, type ChangeRecord, countRecords, recordStates } from '../../system/changes/index.ts'
import { addressesOf } from '../objects/index.ts'
import { presentOf } from './repository.ts'

const context = 'http://iiif.io/api/discovery/1/context.json'
const media = `application/ld+json;profile="${context}"`
const pageSize = 1000
const countedForMs = 60_000

const answer = {
  200: { description: 'The document.', content: { 'application/ld+json': { schema: ActivityDocument } } },
  ...problems(404),
}

export async function activityRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, types } = services
  const addresses = addressesOf(services)
  const base = () => `${services.publicUrl()}/iiif/activity`
  const newest = async (): Promise<number> => {
    const row = await db
      .selectFrom('OPR_OaiRecord')
      .select(db.fn.max('OOR_Number').as('n'))
      .executeTakeFirst()
    return Number(row?.n ?? 0)
  }
  let counted: { readonly at: number; readonly total: Promise<number> } | undefined
  /** Counting reads every record: once a minute, whoever asks. */
  const objects = (): Promise<number> => {
    if (!counted || Date.now() - counted.at > countedForMs) {
      counted = { at: Date.now(), total: countRecords(db, {}) }
      counted.total.catch(() => (counted = undefined))
    }
    return counted.total
  }
  const pages = (highest: number): number => Math.max(1, Math.ceil(highest / pageSize))

  const isCollection = (record: ChangeRecord): boolean =>
    types.ofNumbers(types.code('title'), record.type)?.behavior === 'multi-part'

  /** One entry a version: each is a resource of its own. */
  function entries(record: ChangeRecord, isSeen: boolean, versions: readonly (2 | 3)[]): object[] {
    const type =
      record.state === recordStates.of('withdrawn') || !isSeen
        ? 'Delete'
        : record.firstShown?.getTime() === record.datestamp.getTime()
          ? 'Create'
          : 'Update'
    const address = (version: 2 | 3) =>
      isCollection(record) ? addresses.collection(version, record.id) : addresses.manifest(version, record.id)
    return versions.map(version => ({
      type,
      object: {
        id: address(version),
        type: isCollection(record) ? 'Collection' : 'Manifest',
        canonical: address(3),
      },
      endTime: record.datestamp.toISOString().replace(/\.\d+/, ''),
    }))
  }

  app.get(
    '/iiif/activity/all-changes',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getActivities',
        tags: ['iiif'],
        summary: 'IIIF Change Discovery: the list of pages of changes.',
        response: answer,
      },
    },
    async (_request, reply) => {
      const [highest, total] = await Promise.all([newest(), objects()])
      reply.header('cache-control', 'no-cache').type(media)
      return reply
        .serializer((value: unknown) => value as string)
        .send(
          JSON.stringify({
            '@context': context,
            id: `${base()}/all-changes`,
            type: 'OrderedCollection',
            totalItems: total * 2,
            first: { id: `${base()}/page/1`, type: 'OrderedCollectionPage' },
            last: { id: `${base()}/page/${pages(highest)}`, type: 'OrderedCollectionPage' },
          }),
        )
    },
  )

  app.get(
    '/iiif/activity/page/:page',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getActivityPage',
        tags: ['iiif'],
        summary: 'IIIF Change Discovery: a page of changes, oldest first.',
        params: z.strictObject({ page: z.coerce.number().int().min(1).max(10_000_000) }),
        response: answer,
      },
    },
    async (request, reply) => {
      const { page } = request.params
      const last = pages(await newest())
      if (page > last) throw new Refusal('not-found', `There are ${last} pages of changes.`)
      const records = (await changedAfter(db, (page - 1) * pageSize, pageSize)).filter(
        record => record.number <= page * pageSize && record.state !== recordStates.of('unseen'),
      )
      // a title without pages and recordings has no manifest; what is withdrawn may have had one
      const present = await presentOf(
        db,
        records.map(record => record.id),
      )
      const shown = records.filter(
        record =>
          record.state === recordStates.of('withdrawn') ||
          isCollection(record) ||
          (present.get(record.id)?.pages ?? 0) > 0 ||
          present.get(record.id)?.recordings === 1,
      )
      /** What has recordings alone has a manifest of version 3 alone; what is withdrawn may have had both. */
      const versionsOf = (record: ChangeRecord): readonly (2 | 3)[] => {
        const place = present.get(record.id)
        const isPlayed = place?.recordings === 1 && place.pages === 0 && !isCollection(record)
        return isPlayed && record.state !== recordStates.of('withdrawn') ? [3] : [3, 2]
      }
      const lent = await lentNow(services)
      // what the caller may not see is told like what was withdrawn, and what was never shown is not told
      const isSeen = (record: ChangeRecord): boolean => {
        const place = present.get(record.id)
        if (place === undefined) return true
        const shownAt = { ...place, isVisible: true }
        if (!access.sees(request.principal, shownAt)) return false
        if (place.pages > 0 || isCollection(record)) return true
        return lent(place.path) === undefined && access.sight(request.principal).can('download', shownAt)
      }
      reply.header('cache-control', 'no-cache').type(media)
      return reply
        .serializer((value: unknown) => value as string)
        .send(
          JSON.stringify({
            '@context': context,
            id: `${base()}/page/${page}`,
            type: 'OrderedCollectionPage',
            partOf: { id: `${base()}/all-changes`, type: 'OrderedCollection' },
            startIndex: (page - 1) * pageSize,
            ...(page > 1
              ? { prev: { id: `${base()}/page/${page - 1}`, type: 'OrderedCollectionPage' } }
              : {}),
            ...(page < last
              ? { next: { id: `${base()}/page/${page + 1}`, type: 'OrderedCollectionPage' } }
              : {}),
            orderedItems: shown.flatMap(record => entries(record, isSeen(record), versionsOf(record))),
          }),
        )
    },
  )
}
