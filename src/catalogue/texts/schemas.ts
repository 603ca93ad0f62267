import { z } from 'zod'
import { boxStates, textFormats, textKinds } from './codes.ts'
import type * as repository from './repository.ts'

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
    meta: z.object({}),
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
export const TextVersions = z
  .object({
    items: z.array(
      z.object({
        id: z.number().int(),
        kind: z.enum(textKinds.names),
        text: z.string().nullable().meta({ description: 'Of corrections; an OCR text is in its file' }),
        actor: z.string().nullable(),
        reason: z.string().nullable(),
        replacedAt: z.string(),
      }),
    ),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: z.object({}),
  })
  .meta({ id: 'TextVersions', description: 'What texts of a page were before each change.' })
