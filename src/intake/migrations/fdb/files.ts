// Masters and texts of pages in the folder that the server keeps its files in: OP_Url names a master, texts are called by their pages.
import { realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Services } from '../../../http/module.ts'
import { stage, type StagedPage } from '../../imports/index.ts'
import type { PlannedPage } from '../../plans/index.ts'
import type { Row } from './columns.ts'

const inFolder = (folder: string, places: readonly string[]): string | undefined => {
  for (const place of places) {
    const path = join(folder, place)
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue
    const real = realpathSync(path)
    if (real.startsWith(folder + sep)) return real
  }
  return undefined
}

/** Places of a master below the folder: as it is written, and below media. */
const mastersOf = (url: string): string[] => {
  const place = url.replace(/^[a-z]+:\/*/i, '').replace(/[?#].*$/, '')
  return [place, join('media', place)]
}
const textsOf = (id: number): string[] => ['fulltext', 'FULLTEXT'].map(folder => join(folder, `${id}.xml`))

export interface StagedPages {
  readonly pages: ReadonlyMap<number, StagedPage>
  readonly messages: readonly { readonly level: 'info' | 'warning' | 'error'; readonly sentence: string }[]
}

/**
 * Brings the files of pages into the stores of their domains.
 * @param folder undefined where they stay where they are
 * @param domainOf the domain of a page here
 */
export async function stagePages(
  services: Services,
  folder: string | undefined,
  rows: readonly Row[],
  name: string,
  domainOf: (row: Row) => number | undefined,
): Promise<StagedPages> {
  const pages = new Map<number, StagedPage>()
  const messages: StagedPages['messages'][number][] = []
  if (folder === undefined) return { pages, messages }
  const root = realpathSync(folder)
  for (const domainId of new Set(rows.map(domainOf))) {
    const mine = rows.filter(row => domainOf(row) === domainId)
    const staged = await stageIn(services, root, mine, name, domainId)
    for (const [id, page] of staged.pages) pages.set(id, page)
    messages.push(...staged.messages)
  }
  return { pages, messages }
}

async function stageIn(
  services: Services,
  root: string,
  rows: readonly Row[],
  name: string,
  domainId: number | undefined,
): Promise<StagedPages> {
  const planned = new Map<number, PlannedPage>()
  const places = new Map<string, string | undefined>()
  rows.forEach((row, at) => {
    const id = row['OP_OT_ID'] as number
    const url = (row['OP_Url'] as string | null) ?? ''
    const text = inFolder(root, textsOf(id))
    places.set(`text ${id}`, text)
    if (url !== '') places.set(`master ${id}`, inFolder(root, mastersOf(url)))
    planned.set(id, {
      kind: 'page',
      ident: String(id),
      order: at + 1,
      label: undefined,
      identifiers: [],
      keepId: id,
      files: url === '' ? [] : [{ href: `master ${id}`, use: '', id: url, media: 'image' }],
      text: text === undefined ? undefined : { href: `text ${id}`, use: '', id: String(id), media: 'text' },
    })
  })
  const staged = await stage(
    services,
    {
      titles: [
        {
          type: services.types.get('title', 'document'),
          caption: name,
          record: undefined,
          identifiers: [],
          keepId: undefined,
          owner: undefined,
          presentationUrl: undefined,
          referenceUrl: undefined,
          children: [],
          items: [...planned.values()],
        },
      ],
      messages: [],
    },
    {
      domainId,
      source: name,
      locate: ({ href }) => places.get(href),
      notes: undefined,
      dryRun: false,
      refuseTransparent: false,
      onFile: () => {},
    },
  )
  const pages = new Map<number, StagedPage>()
  for (const [id, page] of planned) {
    const found = staged.pages.get(page)
    if (found) pages.set(id, found)
  }
  return { pages, messages: staged.messages }
}

export const hasTextOf = (folder: string, id: number): boolean =>
  inFolder(realpathSync(folder), textsOf(id)) !== undefined

/** Whether the master that a row of theirs names is there. */
export const hasMasterOf = (folder: string, row: Row): boolean =>
  typeof row['OP_Url'] === 'string' &&
  row['OP_Url'] !== '' &&
  inFolder(realpathSync(folder), mastersOf(row['OP_Url'])) !== undefined
