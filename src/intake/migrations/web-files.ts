// The images and texts that a Visual Library Server hands out by the addresses in its METS: fetched for the time of one document, those alone that are not here.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import type { Locate } from '../imports/index.ts'
import type { FileReference, ImportPlan, PlannedPage } from '../plans/index.ts'
import { changed, pagesOf, titlesOf } from '../plans/index.ts'
import { fetchFrom } from '../remote/index.ts'
import * as repository from './repository.ts'

export interface Fetched {
  readonly plan: ImportPlan
  readonly locate: Locate
  readonly discard: () => Promise<void>
}

const isAddress = (href: string): boolean => /^https?:\/\//i.test(href)

/** @returns the bytes; undefined where the server does not have the file */
async function fetched(services: Services, { href }: FileReference): Promise<Buffer | undefined> {
  const { harvest, limits } = services.config
  try {
    const bytes = await fetchFrom(href, {
      ...harvest,
      name: href,
      what: 'The server',
      section: 'harvest',
      accept: '*/*',
      answerBytes: limits.uploadBytes,
      attempts: 4,
      longestPauseS: 600,
    })
    // a text that is none is answered with nothing
    return bytes.length === 0 ? undefined : bytes
  } catch (error) {
    if (error instanceof Refusal && [403, 404, 410].includes(Number(error.details['answered'])))
      return undefined
    throw error
  }
}

/** What is here already is neither fetched nor looked for. */
async function withoutKept(services: Services, plan: ImportPlan): Promise<ImportPlan> {
  const ids = [...titlesOf(plan.titles)].flatMap(title =>
    [...pagesOf(title.items)].flatMap(({ keepId }) => (keepId === undefined ? [] : [keepId])),
  )
  const kept = new Map((await repository.nodesOf(services.db, ids)).map(node => [node.id, node]))
  const lacking = (page: PlannedPage): readonly PlannedPage[] => {
    const node = page.keepId === undefined ? undefined : kept.get(page.keepId)
    if (!node) return [page]
    return [
      {
        ...page,
        ...((node.master ?? 0) > 0 ? { files: [] } : {}),
        ...(node.texts > 0 ? { text: undefined } : {}),
      },
    ]
  }
  return kept.size === 0 ? plan : { ...plan, titles: changed(plan.titles, title => title, lacking) }
}

/** @throws Refusal unavailable where the server is away */
export async function fetchFiles(services: Services, plan: ImportPlan): Promise<Fetched> {
  const wanted = await withoutKept(services, plan)
  const uploads = join(services.config.path.var, 'upload')
  await mkdir(uploads, { recursive: true })
  const folder = await mkdtemp(join(uploads, 'migration-'))
  const discard = () => rm(folder, { recursive: true, force: true })
  const places = new Map<string, string>()
  try {
    for (const { items } of titlesOf(wanted.titles))
      for (const page of pagesOf(items))
        for (const candidates of [page.files, page.text ? [page.text] : []])
          for (const file of candidates.filter(({ href }) => isAddress(href))) {
            if (places.has(file.href)) break
            const bytes = await fetched(services, file)
            if (!bytes) continue
            const path = join(folder, String(places.size))
            await writeFile(path, bytes)
            places.set(file.href, path)
            break
          }
    return { plan: wanted, locate: ({ href }) => places.get(href), discard }
  } catch (error) {
    await discard()
    throw error
  }
}
