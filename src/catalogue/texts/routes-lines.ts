// The text of a page line by line, over its image: read with what the program was sure of, put right with the boxes kept.
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { correctedAlto } from '../../formats/alto/corrected.ts'
import { printedText } from '../../formats/ocr/page-text.ts'
import { IdParams, metaOf } from '../../http/envelope.ts'
import { etagOf, expectedVersion, isFresh, sendUnchanged } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { record as log } from '../../system/log/index.ts'
import { archiveFor } from '../domains/index.ts'
import { getPage } from '../pages/index.ts'
import { getVisible, refreshTitles, requireVersion } from '../tree/index.ts'
import { textKinds } from './codes.ts'
import { placed } from './placement.ts'
import * as repository from './repository.ts'
import { LinePatch, TextLines } from './schemas.ts'
import { altoOf, bestFiled, openFiled, placementOf } from './served-lines.ts'
import { keepText, storeText } from './store.ts'

const tags = ['texts']

export async function lineRoutes(app: App, services: Services): Promise<void> {
  const { db, types } = services

  /** The text with lines that is shown, and whether a correction without lines is shown instead. */
  async function shown(from: Db, id: number) {
    const rows = await repository.ofPage(from, id)
    const isPlain = rows.some(({ kind, url }) => kind === textKinds.of('wiki') && url === null)
    const row = isPlain ? undefined : await bestFiled(from, id)
    return { isPlain, file: row && (await openFiled(services, row)) }
  }

  async function linesOf(from: Db, node: { readonly id: number; readonly version: number }) {
    const { isPlain, file } = await shown(from, node.id)
    const placement = file && placementOf(file.row)
    const part = placement?.crop ?? placement?.master
    const isTurned = placement?.rotation === 90 || placement?.rotation === 270
    const blocks = file?.text.blocks ?? []
    let n = 0
    return {
      form: isPlain ? ('plain' as const) : blocks.flat().length > 0 ? ('lines' as const) : ('none' as const),
      kind: isPlain ? ('wiki' as const) : file ? textKinds.name(file.row.kind) : null,
      language: file?.row.language ?? null,
      image: part
        ? { width: isTurned ? part.height : part.width, height: isTurned ? part.width : part.height }
        : null,
      items: blocks.flatMap((lines, block) =>
        lines.map(line => ({
          n: n++,
          block,
          text: printedText(line),
          box: (placement && placed(line, placement)) ?? null,
          isConfirmed: line.isConfirmed === true,
          words: line.words
            .filter(({ text }) => text.trim() !== '')
            .map(word => ({
              text: word.text,
              box: (placement && placed(word, placement)) ?? null,
              confidence: word.confidence ?? null,
            })),
        })),
      ),
      links: {
        self: `/api/v1/pages/${node.id}/lines`,
        page: `/api/v1/pages/${node.id}`,
        history: `/api/v1/pages/${node.id}/texts/history`,
      } as Record<string, string>,
      relationships: {},
      meta: { ...metaOf({}), version: node.version },
    }
  }

  app.get(
    '/api/v1/pages/:id/lines',
    {
      config: { right: 'tree:read', verb: 'text' },
      schema: {
        operationId: 'getTextLines',
        tags,
        summary: 'The text of a page line by line, with boxes on its image and what the program was sure of.',
        params: IdParams,
        response: { 200: json(TextLines, 'Lines.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const page = await getVisible(db, request.principal, request.params.id)
      if (isFresh(request, reply, etagOf(page.version, 'l'))) return sendUnchanged(reply)
      return await linesOf(db, page)
    },
  )

  app.patch(
    '/api/v1/pages/:id/lines',
    {
      config: { right: 'text:write' },
      schema: {
        operationId: 'correctLines',
        tags,
        summary: 'Corrects or confirms lines of a page; words that stay keep their boxes.',
        description:
          'The correction stands beside the OCR text, as a file of its own, and is shown and found instead of it, also after the page was read anew. A word that is divided at the end of its line is joined with the beginning of the next one.',
        params: IdParams,
        body: LinePatch,
        response: { 200: json(TextLines, 'Lines of the page.'), ...problems(404, 409, 412, 422, 428, 507) },
      },
    },
    async (request, reply) => {
      const expected = expectedVersion(request)
      const { id } = request.params
      const given = new Map(request.body.lines.map(({ n, text }) => [n, text]))
      const { domainId } = await getPage(services.db, id)
      const archive = await archiveFor(services, domainId, 'texts')
      const answer = await write(services, request, {}, async trx => {
        // the file is read and written under the lock: two corrections at once are both in it
        await requireVersion(trx, id, expected)
        const page = await getPage(trx, id)
        const { isPlain, file } = await shown(trx, id)
        if (isPlain)
          throw new Refusal(
            'conflict',
            `Page ${id} is corrected as a whole, without lines; take that correction away first (DELETE /api/v1/pages/${id}/text).`,
          )
        if (!file) throw new Refusal('not-found', `Page ${id} has no text with lines.`)
        const count = file.text.blocks.flat().length
        const errors = request.body.lines.flatMap(({ n }, at) =>
          n < count ? [] : [{ pointer: `/lines/${at}/n`, detail: `There is no line ${n}.` }],
        )
        if (errors.length > 0)
          throw new Refusal('not-processable', `Page ${id} has ${count} lines, counted from 0.`, { errors })
        const kept = await keepText(
          services,
          archive,
          Buffer.from(correctedAlto(altoOf(file), given)),
          `The corrected text of page ${id}`,
          file.row.density ?? undefined,
        )
        if (await storeText(trx, id, kept, page, 'wiki'))
          await log(trx, {
            entity: 'page',
            entityId: id,
            action: 'correct-lines',
            actor: actorOf(request),
            data: { lines: [...given.keys()], hashsum: `sha256:${kept.sha256}` },
          })
        await refreshTitles(trx, types, [page.path])
        const node = await getVisible(trx, request.principal, id)
        return { body: await linesOf(trx, node), etag: etagOf(node.version, 'l') }
      })
      return send(reply, answer)
    },
  )
}
