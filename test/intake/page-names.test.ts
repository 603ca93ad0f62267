// Names of images as an installation describes them, through an import.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { readConfig } from '../../src/config/read.ts'
import { aPage, write } from '../corpus/deliveries.ts'
import { deliverer } from '../support/deliver.ts'
import { modsOf, start } from '../support/start.ts'

const app = await start(t, {
  FIREFOLIO_SEARCH_ON: 'false',
  FIREFOLIO_IMPORT_PAGENAMES: '{*}_bl{n}{s}: Blatt {n}{s}, {*}_s{n}: S. {n}, {*}_einband_v: front',
})
const home = join(app.folder, 'delivered')
mkdirSync(home, { recursive: true })
const run = deliverer(app, home)

t.test('pages come in the order of the patterns and are called by them', async t => {
  write(join(home, 'patterned'), {
    'record.xml': modsOf('patterned', 'Mit Mustern'),
    ...Object.fromEntries(
      ['x_s10', 'x_s2', 'x_bl2v', 'x_bl10r', 'x_bl2r', 'x_einband_v', 'rest_007v'].map(name => [`${name}.tif`, aPage()]),
    ),
  }) // prettier-ignore
  const { items } = await run('patterned')
  t.match(items, [{ outcome: 'created', counts: { pages: 7 } }])
  const pages = (await app.call('GET', `/api/v1/titles/${items[0].titleId}/pages`)).body.items
  t.same(
    pages.map(({ ident, pagination }: { ident: string; pagination: { caption: string } | null }) => [
      ident,
      pagination?.caption ?? null,
    ]),
    [
      ['x_einband_v.tif', null],
      ['x_bl2r.tif', 'Blatt 2r'],
      ['x_bl2v.tif', 'Blatt 2v'],
      ['x_bl10r.tif', 'Blatt 10r'],
      ['x_s2.tif', 'S. 2'],
      ['x_s10.tif', 'S. 10'],
      ['rest_007v.tif', 'Blatt 7v'],
    ],
  )
  const { items: outline } = (await app.call('GET', `/api/v1/tree/${items[0].titleId}/children`)).body
  t.match(outline[0], { datatype: 'structure', type: 'cover_front' })
})

t.test('a pattern that means nothing is refused at the start, with its reason', async t => {
  t.throws(() => readConfig(undefined, { FIREFOLIO_IMPORT_PAGENAMES: '{*}_{n}, {n}{m}' }), {
    message: /PAGENAMES: .*\{n\} and \{m\} side by side/s,
  })
})
