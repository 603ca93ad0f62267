// Brings the files of a plan into the archive before the transaction: each is hashed, judged, staged, synced and renamed;
// bytes that the archive has already are not copied. What was not recorded in the end is a stray that `check` removes.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { Refusal } from '../../errors.ts'
import { isPlaceFault } from '../../whole-files.ts'
import type { Services } from '../../http/module.ts'
import type { Scan } from '../../imaging/probe.ts'
import type { FileReference, ImportPlan, PlannedFile, PlannedPage } from '../plans/index.ts'
import { pagesOf, titlesOf } from '../plans/index.ts'
import { archiveFor } from '../../catalogue/domains/index.ts'
import { judgeMaster, profileId } from '../../catalogue/pages/index.ts'
import { sizeDeviations } from './sizes.ts'
import { boxesOf, type KeptText, keepText } from '../../catalogue/texts/index.ts'
import { readPageText } from '../../formats/ocr/read.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import { enter } from './phases.ts'
import { partsOf, withParts } from './split-pages.ts'
import { type StagedRegion, stageRegions } from './stage-regions.ts'
import { archived, hashed, type StagedFile, stageFiles } from './stage-files.ts'

export interface StagedMaster {
  readonly url: string
  readonly sha256: string
  readonly bytes: number
  readonly scan: Scan
  readonly profileId: number | undefined
  readonly modifiedAt: Date
}

export interface StagedPage {
  readonly master: StagedMaster | undefined
  readonly text: KeptText | undefined
  readonly regions?: readonly StagedRegion[]
}

export interface Staged {
  readonly pages: ReadonlyMap<PlannedPage, StagedPage>
  readonly messages: readonly Message[]
  /** The plan, with a page for each page of files of several */
  readonly plan: ImportPlan
  readonly files: ReadonlyMap<PlannedFile, StagedFile>
  /** Pages without a master though the document names one */
  readonly faulty: number
}

/** Where the files of a plan are. */
export type Locate = (reference: FileReference) => string | undefined

/** Runs work over items, a few at a time, in order of the items. */
async function few<T, R>(items: readonly T[], lanes: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results = Array.from<R>({ length: items.length })
  let next = 0
  await Promise.all(
    Array.from({ length: Math.min(lanes, items.length) }, async () => {
      while (next < items.length) {
        const at = next++
        results[at] = await work(items[at] as T)
      }
    }),
  )
  return results
}

export interface StageOptions {
  /** Whose stores the files go to; undefined where nothing is kept, or the domain is not known yet */
  readonly domainId: number | undefined
  readonly source: string
  readonly locate: Locate
  /** What is to be said of the files when they were looked for */
  readonly notes: (() => readonly Message[]) | undefined
  readonly dryRun: boolean
  /** Scans that are transparent in places are no masters */
  readonly refuseTransparent: boolean
  readonly onFile: () => void
}

async function stageMaster(
  services: Services,
  path: string,
  reference: FileReference,
  options: Pick<StageOptions, 'domainId' | 'dryRun' | 'refuseTransparent'>,
): Promise<[StagedMaster, ...StagedMaster[]]> {
  const { facts, sha256 } = await hashed(services, path, reference)
  const judgement = await judgeMaster(services, path, sha256)
  if (!judgement.ok) throw new Refusal('not-processable', judgement.sentence, { verdict: judgement.code })
  const { scans } = judgement
  if (scans.length > 1 && reference.page === undefined && services.config.import.severalPages === 'refuse')
    throw new Refusal('not-processable', `The file has ${scans.length} pages ([import] severalPages).`, {
      verdict: 'several-pages',
    })
  if (options.refuseTransparent && scans.some(scan => scan.isTransparent))
    throw new Refusal(
      'not-processable',
      'The image is transparent in places, and strict or [import] alpha refuses that.',
      { verdict: 'transparent' },
    )
  const archive = await archiveFor(services, options.domainId, 'masters')
  const url = await archived(services, archive, path, { sha256, bytes: facts.size }, options.dryRun)
  const masters: StagedMaster[] = []
  for (const scan of scans)
    masters.push({
      url,
      sha256,
      bytes: facts.size,
      scan,
      profileId: options.dryRun ? undefined : await profileId(services.db, scan.profile),
      modifiedAt: facts.mtime,
    })
  return masters as [StagedMaster, ...StagedMaster[]]
}

/** The pages of files of several, each file read once. */
type KnownFiles = Map<string, Promise<readonly StagedMaster[]>>

/** The master of a page, and what else is in its file. @throws Refusal; of a file of several pages for the first of them that asks */
async function masterOf(
  services: Services,
  { path, reference }: { readonly path: string; readonly reference: FileReference },
  options: StageOptions,
  files: KnownFiles,
): Promise<readonly StagedMaster[]> {
  const { page } = reference
  if (page === undefined) return await stageMaster(services, path, reference, options)
  const known = files.get(path)
  const reading = known ?? stageMaster(services, path, reference, options)
  if (!known) files.set(path, reading)
  const masters = await reading.catch((error: unknown) => {
    if (known && error instanceof Refusal && !isPlaceFault(error)) return undefined
    throw error
  })
  const master = masters?.[page - 1]
  if (masters && !master)
    throw new Refusal('not-processable', `The file has ${masters.length} pages; there is no page ${page}.`)
  return master ? [master] : []
}

const message = (level: Message['level'], code: string, sentence: string, place: string): Message => ({
  level,
  code,
  sentence,
  place,
})
const codeOf = (refusal: Refusal): string =>
  typeof refusal.details['verdict'] === 'string' ? refusal.details['verdict'] : refusal.reason

/** The best file that is there; those of lesser quality are not looked for then. */
function firstThere(
  references: readonly FileReference[],
  locate: Locate,
): { readonly reference: FileReference; readonly path: string } | undefined {
  for (const reference of references) {
    const path = locate(reference)
    if (path !== undefined) return { reference, path }
  }
  return undefined
}

async function stagePage(
  services: Services,
  page: PlannedPage,
  options: StageOptions,
  files: KnownFiles,
): Promise<{ staged: StagedPage; further: readonly StagedMaster[]; messages: Message[]; isFaulty: boolean }> {
  const messages: Message[] = []
  let master: StagedMaster | undefined
  let further: readonly StagedMaster[] = []
  let isFaulty = false
  const found = firstThere(page.files, options.locate)
  if (found) {
    try {
      ;[master, ...further] = await masterOf(services, found, options, files)
      isFaulty = master === undefined
      if (further.length > 0)
        messages.push(
          message(
            'info',
            'several-pages',
            `Page ${page.ident}: ${basename(found.path)} has ${further.length + 1} pages; each of them is a page.`,
            page.ident,
          ),
        )
      for (const note of master?.scan.notes ?? [])
        messages.push(message('info', note.code, `Page ${page.ident}: ${note.sentence}`, page.ident))
    } catch (error) {
      // our disk is no fault of the scan: the title is repeated as a whole
      if (!(error instanceof Refusal) || isPlaceFault(error)) throw error
      isFaulty = true
      messages.push(
        message(
          'error',
          codeOf(error),
          `Page ${page.ident}, ${basename(found.path)}: ${error.message}`,
          page.ident,
        ),
      )
    }
  } else if (page.files.length > 0) {
    isFaulty = true
    messages.push(
      message(
        'warning',
        'missing',
        `Page ${page.ident}: the file ${page.files[0]?.href} is not there.`,
        page.ident,
      ),
    )
  }
  const text = page.text && (await stageText(services, page, page.text, master, options, messages))
  const regions = await stageRegions(page, { master, text }, found?.reference.id, options.locate, messages)
  options.onFile()
  return { staged: { master, text, regions }, further, messages, isFaulty }
}

async function stageText(
  services: Services,
  page: PlannedPage,
  reference: FileReference,
  master: StagedMaster | undefined,
  options: StageOptions,
  messages: Message[],
): Promise<KeptText | undefined> {
  const path = options.locate(reference)
  if (path === undefined) {
    messages.push(
      message(
        'warning',
        'missing-text',
        `Page ${page.ident}: the text ${reference.href} is not there.`,
        page.ident,
      ),
    )
    return undefined
  }
  try {
    if (reference.digest) await hashed(services, path, reference)
    const bytes = await readFile(path)
    const name = basename(path)
    const dpi = master?.scan.profile.density
    const kept = options.dryRun
      ? {
          text: readPageText(bytes, { name, dpi, maxDepth: services.config.limits.xmlDepth }),
          url: '',
          sha256: '',
        }
      : await keepText(services, await archiveFor(services, options.domainId, 'texts'), bytes, name, dpi)
    if (boxesOf(kept.text, master?.scan).state === 'unusable')
      messages.push(
        message(
          'warning',
          'boxes-unusable',
          `Page ${page.ident}: the text ${name} was read from an image of ${kept.text.width} × ${kept.text.height}, the scan has ${master?.scan.width} × ${master?.scan.height}; its words were kept, its boxes cannot be used.`,
          page.ident,
        ),
      )
    return kept
  } catch (error) {
    if (!(error instanceof Refusal) || isPlaceFault(error)) throw error
    messages.push(message('error', 'bad-text', `Page ${page.ident}: ${error.message}`, page.ident))
    return undefined
  }
}

export async function stage(services: Services, plan: ImportPlan, options: StageOptions): Promise<Staged> {
  enter('stage', options.source)
  const staged = new Map<PlannedPage, StagedPage>()
  const messages: Message[] = []
  const parts = new Map<PlannedPage, PlannedPage[]>()
  const known: KnownFiles = new Map()
  let faulty = 0
  for (const title of titlesOf(plan.titles)) {
    const pages = [...pagesOf(title.items)]
    const results = await few(pages, 2, page => stagePage(services, page, options, known))
    results.forEach((result, at) => {
      const page = pages[at] as PlannedPage
      staged.set(page, result.staged)
      if (result.further.length > 0) {
        const all = partsOf(page, result.further.length + 1)
        parts.set(page, all)
        result.further.forEach((master, n) =>
          staged.set(all[n + 1] as PlannedPage, { master, text: undefined }),
        )
      }
      messages.push(...result.messages)
      if (result.isFaulty) faulty++
    })
    messages.push(
      ...sizeDeviations(
        title,
        pages.flatMap(page => parts.get(page) ?? [page]),
        staged,
      ),
    )
  }
  const files = await stageFiles(services, plan, options, messages)
  return {
    pages: staged,
    files,
    plan: withParts(plan, parts),
    messages: [...(options.notes?.() ?? []), ...messages],
    faulty,
  }
}
