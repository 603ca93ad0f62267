// What the pages of the reading room are made of: each by one request.
import { z } from 'zod'
import { IdParams, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { listDomains } from '../../catalogue/domains/index.ts'
import { takesFaults } from '../../catalogue/notes/index.ts'
import { getVisible } from '../../catalogue/tree/index.ts'
import { lentAs } from '../../people/lending/index.ts'
import { shownOfTitle } from '../../people/orders/index.ts'
import { newest } from '../feeds/index.ts'
import { type DigitalObject, loadMembers, loadObject, loadTitles, yearsOf } from '../objects/index.ts'
import { citationOf } from '../permalinks/index.ts'
import { modsOfSource, sourcesOf } from '../records/index.ts'
import { titlesByDomain } from '../search/index.ts'
import { type Beside, cardOf, objectDocument } from './documents.ts'
import { descriptions, issuesOfDay } from './repository.ts'
import { pdfBytes, textBytes } from './sizes.ts'
import { ReadingObject, ReadingStart } from './schemas.ts'

const tags = ['reading']
const newestTitles = 12
const issuesShown = 6
const covers = 4

export async function readingRoutes(app: App, services: Services): Promise<void> {
  const { db, types } = services

  /** The volumes or issues beside one, as the title above lists them. */
  async function besideOf(principal: Principal, object: DigitalObject): Promise<Beside> {
    const parent = object.root.datatype === 'title' ? object.above.at(-1) : undefined
    if (!parent) return { previous: undefined, next: undefined }
    const members = await loadMembers(services, db, principal, parent.id)
    const at = members.findIndex(({ id }) => id === object.root.id)
    const beside = at < 0 ? [] : [members[at - 1]?.id, members[at + 1]?.id]
    const titles = await loadTitles(
      services,
      db,
      beside.filter(id => id !== undefined),
      principal,
    )
    const [previous, next] = beside.map(id => (id === undefined ? undefined : titles.get(id)?.facts))
    return { previous, next }
  }

  async function sizesOf(object: DigitalObject) {
    const { pdf, webcache } = services.config
    return {
      pdf: pdfBytes(object.pages, pdf.maxPages, { width: pdf.width, widths: webcache.widths }) ?? null,
      text: object.pages.length > 0 && object.title.hasText ? await textBytes(db, object) : null,
    }
  }

  /** The year whose issues are shown: the one that is asked for, where it has any, else the first. */
  async function yearOf(
    principal: Principal,
    node: { readonly id: number; readonly datatype: number; readonly type: number },
    asked: string | undefined,
  ) {
    const holdsTitles = types.ofNumbers(node.datatype, node.type)?.behavior === 'multi-part'
    if (asked === undefined || !holdsTitles) return { year: undefined, years: undefined }
    const years = yearsOf(await loadMembers(services, db, principal, node.id))
    return { year: years.find(({ year }) => year === asked)?.year ?? years[0]?.year, years }
  }

  app.get(
    '/api/v1/objects/:id',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getObject',
        tags,
        summary:
          'A title, a part of it, or the title of a page, with record, outline, pages, members and neighbours: what a page for readers shows.',
        params: IdParams,
        querystring: z.strictObject({
          year: z
            .string()
            .regex(/^(?:first|\d{4})$/)
            .optional()
            .meta({
              description:
                'Of a newspaper: `members` of this year alone, and those without a day; `first` or a year without issues: the first one. Without it all of them',
            }),
        }),
        response: { 200: json(ReadingObject, 'The object.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { principal } = request
      const found = await getVisible(db, principal, request.params.id)
      const node = found.linkId === null ? found : await getVisible(db, principal, found.linkId)
      const id =
        types.datatypeOf(node.datatype) === 'page' && node.parentId !== null
          ? (await loadObject(services, db, principal, node.parentId)).title.id
          : node.id
      const { year, years } = await yearOf(principal, node, request.query.year)
      const object = await loadObject(services, db, principal, id, year)
      const titles = await loadTitles(services, db, [object.title.id], principal)
      const source = (await sourcesOf(db, titles, () => node.updatedAt)).get(object.title.id) ?? {
        title: { facts: object.title, above: object.above, domain: object.domain, path: object.path },
        xml: undefined,
        updatedAt: node.updatedAt,
      }
      reply.header('cache-control', 'no-cache').header('vary', 'Authorization')
      return objectDocument(services, object, {
        year,
        years: years ?? yearsOf(object.members),
        mods: await modsOfSource(services, source),
        citation: await citationOf(services, source),
        beside: await besideOf(principal, object),
        copies: (await lentAs(services, object.path))?.copies,
        sizes: await sizesOf(object),
        digitisation: (await shownOfTitle(db, object.title.id)) ?? null,
        takesFaults: await takesFaults(services, db, node.domainId),
      })
    },
  )

  app.get(
    '/api/v1/start',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getStart',
        tags,
        summary: 'All collections with what stands for them, and what was released last.',
        querystring: z.strictObject({}),
        response: { 200: json(ReadingStart, 'What the first page shows.'), ...problems() },
      },
    },
    async (request, reply) => {
      const domains = (await listDomains(db, undefined)).filter(
        domain => domain.system === 0 && access.seesDomain(request.principal, domain.id),
      )
      const [texts, counts] = await Promise.all([
        descriptions(db),
        titlesByDomain(services, request.principal),
      ])
      const shown = await newest(db, {}, newestTitles)
      const ofDomain = new Map<number, number[]>()
      for (const { id } of domains)
        ofDomain.set(
          id,
          (await newest(db, { domainIds: [id] }, covers)).map(title => title.id),
        )
      const now = new Date()
      const ofDay = await issuesOfDay(db, { month: now.getMonth() + 1, day: now.getDate() }, issuesShown)
      const titles = await loadTitles(
        services,
        db,
        [...new Set([...shown.map(({ id }) => id), ...ofDay])],
        request.principal,
      )
      const card = (id: number) => {
        const title = titles.get(id)
        return title
          ? [
              cardOf(title.facts, {
                domain: title.domain.name,
                within: title.above.at(-1)?.title ?? null,
              }),
            ]
          : []
      }
      reply.header('cache-control', 'no-cache')
      return {
        collections: domains.map(domain => ({
          id: domain.id,
          name: domain.name,
          parent: domains.find(({ id }) => id === domain.parentId)?.name ?? null,
          caption: domain.caption,
          description: texts.get(domain.id) ?? null,
          titles: counts === undefined ? null : (counts.get(domain.id) ?? 0),
          covers: ofDomain.get(domain.id) ?? [],
        })),
        newest: shown.flatMap(({ id }) => card(id)),
        onThisDay: ofDay.flatMap(card),
        links: { self: '/api/v1/start' },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )
}
