// The JSON of POST /imports as a plan.
import { Refusal } from '../../errors.ts'
import type { NodeType, TypeSystem } from '../../config/types.ts'
import type { ModsRecord } from '../../formats/mods/read.ts'
import type { ImportPlan, PlannedItem, PlannedPage, PlannedStructure } from '../plans/index.ts'
import { guessType } from '../../catalogue/titles/index.ts'
import type { Manifest } from './schemas.ts'

type StructureInput = NonNullable<Manifest['structure']>[number]

function pagesOf(manifest: Manifest): Map<string, PlannedPage> {
  const pages = new Map<string, PlannedPage>()
  manifest.pages?.forEach((page, at) => {
    if (pages.has(page.ident))
      throw new Refusal('not-processable', `The page ‘${page.ident}’ is named twice.`, {
        errors: [{ pointer: `/pages/${at}/ident`, detail: 'is named twice' }],
      })
    const href = page.upload ?? page.file
    pages.set(page.ident, {
      kind: 'page',
      ident: page.ident,
      order: page.order ?? at + 1,
      label: page.pagination,
      identifiers: page.identifiers ?? [],
      keepId: page.id,
      files:
        href === undefined
          ? []
          : [
              {
                href,
                use: 'MAX',
                media: 'image',
                id: page.ident,
                ...(page.digest === undefined
                  ? {}
                  : {
                      digest: {
                        algorithm: 'sha256',
                        value: page.digest.replace(/^sha256:/i, '').toLowerCase(),
                      },
                    }),
              },
            ],
      text:
        page.alto === undefined
          ? undefined
          : { href: page.alto, use: 'FULLTEXT', media: 'text', id: page.ident },
    })
  })
  return pages
}

const firstOrder = (item: PlannedItem): number =>
  item.kind === 'page'
    ? item.order
    : item.kind === 'structure'
      ? Math.min(Number.POSITIVE_INFINITY, ...item.children.map(firstOrder))
      : Number.POSITIVE_INFINITY

export function planOfManifest(
  manifest: Manifest,
  record: ModsRecord | undefined,
  types: TypeSystem,
): ImportPlan {
  const pages = pagesOf(manifest)
  const placed = new Set<string>()
  const structureOf = (input: StructureInput): PlannedStructure => {
    const own = (input.pages ?? []).map((ident): PlannedItem => {
      const page = pages.get(ident)
      if (!page)
        throw new Refusal(
          'not-processable',
          `The structure names the page ‘${ident}’, which is not among the pages.`,
        )
      // a page named again elsewhere stands there as a link
      if (placed.has(ident)) return { kind: 'link', ident }
      placed.add(ident)
      return page
    })
    const children = [...own, ...(input.children ?? []).map(structureOf)]
    return {
      kind: 'structure',
      type: types.get('structure', input.type),
      caption: input.caption ?? null,
      identifiers: [],
      keepId: undefined,
      children: children.sort((a, b) => firstOrder(a) - firstOrder(b)),
    }
  }
  const structures = (manifest.structure ?? []).map(structureOf)
  const rest = [...pages.values()].filter(page => !placed.has(page.ident))
  const items = [...rest, ...structures].sort((a, b) => firstOrder(a) - firstOrder(b))
  const type: NodeType =
    manifest.type !== undefined
      ? types.get('title', manifest.type)
      : record
        ? guessType(types, record.mods)
        : types.get('title', 'monograph')
  return {
    titles: [
      {
        type,
        caption: undefined,
        record,
        identifiers: manifest.identifiers ?? [],
        keepId: undefined,
        owner: undefined,
        presentationUrl: undefined,
        referenceUrl: undefined,
        children: [],
        items,
      },
    ],
    messages: [],
  }
}
