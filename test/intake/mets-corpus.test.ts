// METS of our own making as seven systems write it: imported twice, handed out, and imported again elsewhere.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { Manifest, runItem } from '../../src/intake/imports/index.ts'
import { german } from '../corpus/mets/german.ts'
import { others } from '../corpus/mets/others.ts'
import { avoidable } from '../support/mets-rules.ts'
import { rowsOf } from '../support/rows.ts'
import { sharedRules } from '../support/shared.ts'
import { aDomain, start } from '../support/start.ts'
import { invalidities } from '../support/validate.ts'

const app = await start(t, { FIREFOLIO_SERVER_PUBLICURL: 'https://library.example' })

async function deliver(path: string, domain: string) {
  const { report, messages } = await runItem(app.services, {
    source: path,
    options: {
      manifest: Manifest.parse({ domain, path, release: true }),
      actor: { name: 'test', application: 'test' },
      hasIdempotencyKey: false,
    },
  })
  return { outcome: report?.outcome ?? 'failed', messages }
}

interface Node {
  readonly id: number
  readonly type: string
  readonly caption: string | null
  readonly linkTo: number | null
}

/** Titles, structure and pages of a domain as the tree has them, with the regions of articles. */
async function outlineOf(domain: string): Promise<string[]> {
  const { rows } = await sql<{ node: number; order: number; x: number; y: number; w: number; h: number }>`
    select ORG_OT_ID as "node", t.OT_Caption as "order", ORG_X as "x", ORG_Y as "y", ORG_W as "w", ORG_H as "h"
    from OPR_Region join OPR_Tree t on t.OT_ID = ORG_OT_Page order by ORG_OT_ID, ORG_Sort`.execute(
    app.services.db,
  )
  const captions = new Map<number, string | null>()
  const lines: string[] = []
  const visit = async (node: Node, depth: number): Promise<void> => {
    captions.set(node.id, node.caption)
    const regions = rows
      .filter(row => row.node === node.id)
      .map(({ order, x, y, w, h }) => `${order}:${x},${y},${w},${h}`)
    const shown = node.linkTo === null ? node.caption : `→ ${captions.get(node.linkTo) ?? ''}`
    lines.push(
      [`${'  '.repeat(depth)}${node.type}`, shown, ...regions].filter(part => part !== null).join(' '),
    )
    const { items } = (await app.read(`/api/v1/tree/${node.id}/children?limit=100`)).body
    for (const child of items as Node[]) await visit(child, depth + 1)
  }
  const { items } = (await app.read(`/api/v1/titles?domain=${domain}&limit=100`)).body
  for (const { id, parentId } of items as { id: number; parentId: number | null }[])
    if (parentId === null) await visit((await app.read(`/api/v1/tree/${id}`)).body, 0)
  return lines
}

const image = sharp({ create: { width: 60, height: 80, channels: 3, background: '#a98' } })

for (const delivery of [...german, ...others])
  t.test(`${delivery.name}: taken whole, found again, and the same elsewhere`, async t => {
    const folder = join(app.folder, 'delivered', delivery.name)
    const put = (path: string, content: string | Buffer): string => {
      const full = join(folder, path)
      mkdirSync(dirname(full), { recursive: true })
      writeFileSync(full, content)
      return full
    }
    for (const path of delivery.images)
      put(path, await (path.endsWith('.jpg') ? image.clone().jpeg() : image.clone().tiff()).toBuffer())
    for (const [path, text] of Object.entries(delivery.texts ?? {})) put(path, text)
    const paths = Object.entries(delivery.documents).map(([path, text]) => put(path, text))
    const [here, there] = [delivery.name, `${delivery.name}-there`]
    for (const domain of [here, there]) await aDomain(app, domain)
    for (const path of paths) {
      const { outcome, messages } = await deliver(path, here)
      t.equal(outcome, 'created', JSON.stringify(messages))
      t.same(
        [...new Set(messages.map(({ code }) => code))],
        delivery.messages ?? [],
        JSON.stringify(messages),
      )
    }
    t.same(await outlineOf(here), delivery.outline)
    const titles = (await app.read(`/api/v1/titles?domain=${here}&limit=100`)).body.items as {
      id: number
      type: string
    }[]
    for (const { id } of titles) {
      const { viewingDirection } = (await app.read(`/api/v1/objects/${id}`)).body
      t.equal(viewingDirection, delivery.direction ?? 'left-to-right')
    }
    const pages = await app.services.db
      .selectFrom('OPR_Page')
      .innerJoin('OPR_Tree', 'OT_ID', 'OP_OT_ID')
      .innerJoin('OPR_Domain', 'OD_ID', 'OT_OD_ID')
      .select(['OP_Hashsum as hashsum'])
      .where('OD_Name', '=', here)
      .execute()
    t.equal(
      pages.filter(({ hashsum }) => hashsum !== null).length,
      delivery.images.length,
      'every image is a master',
    )
    const before = await rowsOf(app, here)
    for (const path of paths) t.equal((await deliver(path, here)).outcome, 'unchanged', `${path} again`)
    t.same(await rowsOf(app, here), before)
    await app.drain()
    const exported: string[] = []
    for (const { id, type } of titles) {
      const answer = await app.call('GET', `/mets/${id}`)
      t.equal(answer.status, 200)
      exported.push(put(`exported/${id}.xml`, answer.raw))
      const mets = answer.raw.toString()
      t.equal(invalidities(mets, 'wrapper-mets.xsd'), '')
      if (!existsSync(sharedRules)) continue
      // an issue without any record of its newspaper says nothing of that, and no language
      const lacks = delivery.name === 'docworks' ? ['relatedItem_07', 'language_03', 'part_07', 'relatedItem_06', 'relatedItem_09', 'relatedItem_11'] : [] // prettier-ignore
      const rules = avoidable(type, mets)
      t.same(type === 'issue' ? rules.filter(rule => !lacks.includes(rule)) : rules, [], `${type} ${id}`)
    }
    for (const path of exported) await deliver(path, there)
    // the number in another installation is that title's, not its copy's; a part without a number has ours in its METS, by which it is found again
    const isOwn = (line: string) =>
      line
        .replace(/ ?vls:[^" ]*/, '')
        .replace(/"OC_SOURCEIDENT":"(\d+)"(.*?) ?record:\1@library\.example/, '"OC_SOURCEIDENT":null$2')
    t.same((await rowsOf(app, there)).map(isOwn), before.map(isOwn), 'our METS gives the same rows')
  })
