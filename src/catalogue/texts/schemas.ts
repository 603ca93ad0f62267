import { z } from 'zod'
import { boxStates, textFormats, textKinds } from './codes.ts'
import type * as repository from './repository.ts'
import { Meta, metaOf, VersionedMeta } from '../../http/envelope.ts'

export const Text = z
  .object({
    kind: z.enum(textKinds.names),
    language: z.string().nullable(),
    engine: z.string().nullable(),
    confidence: z.number().nullable().meta({ description: 'Mean word confidence, 0 to 1' }),
    width: z.number().int().nullable().meta({ description: 'Pixels of the image that was read' }),
    height: z.number().int().nullable(),
    format: z
      .enum(textFormats.names)
      .nullable()
      .meta({ description: 'How its file was delivered; null where there is no file' }),
    boxes: z.enum(boxStates.names).meta({ description: 'Whether word boxes fit the master' }),
    updatedAt: z.string(),
  })
  .meta({ id: 'Text', description: 'A text of a page.' })
export const TextList = z
  .object({
    items: z.array(Text),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'TextList' })
export const documentOf = (row: Awaited<ReturnType<typeof repository.ofPage>>[number]) => ({
  kind: textKinds.name(row.kind),
  language: row.language,
  engine: row.engine,
  confidence: row.confidence,
  width: row.width,
  height: row.height,
  format: row.url === null ? null : textFormats.name(row.format),
  boxes: boxStates.name(row.boxState),
  updatedAt: row.updatedAt.toISOString(),
})
export const listOf = (id: number, rows: Awaited<ReturnType<typeof repository.ofPage>>) => ({
  items: rows.map(documentOf),
  links: { self: `/api/v1/pages/${id}/texts`, page: `/api/v1/pages/${id}` } as Record<string, string>,
  relationships: {},
  meta: metaOf({}),
})

const Version = z.object({
  id: z.number().int(),
  kind: z.enum(textKinds.names),
  text: z.string().nullable().meta({ description: 'What the words were' }),
  actor: z.string().nullable(),
  reason: z.string().nullable(),
  replacedAt: z.string(),
})
export const TextVersions = z
  .object({
    items: z.array(Version),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'TextVersions', description: 'What texts of a page were before each change.' })
export const TextVersion = Version.extend({
  diff: z.string().meta({ description: 'From these words to those that took their place' }),
  links: z.record(z.string(), z.string()),
  relationships: z.object({}),
  meta: Meta,
}).meta({ id: 'TextVersion', description: 'What a text of a page was before a change, with the difference.' })
export const versionOf = (row: Awaited<ReturnType<typeof repository.versions>>[number]) => ({
  id: row.id,
  kind: textKinds.name(row.kind),
  text: row.text,
  actor: row.actor,
  reason: row.reason,
  replacedAt: row.replacedAt.toISOString(),
})

const Box = z
  .object({ x: z.number().int(), y: z.number().int(), width: z.number().int(), height: z.number().int() })
  .meta({ id: 'TextBox', description: 'Pixels of the image that is served' })
const Line = z.object({
  n: z.number().int().meta({ description: 'Number of the line in the file, from 0' }),
  block: z.number().int().meta({ description: 'Number of its block (paragraph, column), from 0' }),
  text: z.string().meta({ description: 'As it is printed, a divided word with its hyphen' }),
  box: Box.nullable().meta({ description: 'null where it does not lie on the image' }),
  isConfirmed: z.boolean().meta({ description: 'Somebody has read it' }),
  words: z.array(
    z.object({
      text: z.string(),
      box: Box.nullable(),
      confidence: z
        .number()
        .nullable()
        .meta({ description: '0 to 1, by the program that read it; null of words that people wrote' }),
    }),
  ),
})
export const TextLines = z
  .object({
    form: z.enum(['lines', 'plain', 'none']).meta({
      description:
        'plain: a correction without lines (PUT …/text) is shown; none: the page has no text with lines',
    }),
    kind: z.enum(textKinds.names).nullable().meta({ description: 'The text that is shown' }),
    language: z.string().nullable(),
    image: z
      .object({ width: z.number().int(), height: z.number().int() })
      .nullable()
      .meta({ description: 'Size of the image that boxes lie on; null where they do not fit it' }),
    items: z.array(Line),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: VersionedMeta,
  })
  .meta({ id: 'TextLines', description: 'The text of a page line by line.' })
// what XML cannot hold; without \u{…}, so that it is published as a pattern that is one with and without the flag u
// oxlint-disable-next-line no-control-regex -- no document of XML may have them
const written = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]*$/u
export const LinePatch = z
  .strictObject({
    lines: z
      .array(
        z.strictObject({
          n: z.number().int().min(0).max(1_000_000),
          text: z.string().max(10_000).regex(written, 'has a character that no text may have').meta({
            description: 'The whole line; as it stands, to confirm it; empty, where there are no words',
          }),
        }),
      )
      .min(1)
      .max(10_000),
  })
  .meta({ id: 'LinePatch', description: 'Lines as they ought to be; others stay.' })
