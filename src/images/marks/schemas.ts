import { z } from 'zod'
import { DomainImageFooter, DomainWatermark } from '../../catalogue/domains/index.ts'
import { ListMeta, Meta } from '../../http/envelope.ts'

export const PictureName = z
  .string()
  .regex(/^[\w-][\w.-]{0,114}\.(png|jpe?g|webp)$/i)
  .meta({ description: 'Name of the file: letters, digits, dot, hyphen, underline; png, jpg or webp' })
export const PictureParams = z.strictObject({ domain: z.string().min(1).max(120), picture: PictureName })

export const DomainPicture = z
  .object({
    name: z.string(),
    bytes: z.number().int(),
    width: z.number().int().nullable().meta({ description: 'Null where it is no picture that can be read' }),
    height: z.number().int().nullable(),
    uses: z.array(z.enum(['watermark', 'imageFooter'])).meta({ description: 'What it stands in' }),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'DomainPicture', description: 'A picture for the watermark or the footer of a domain.' })
export const DomainPictures = z
  .object({
    items: z.array(DomainPicture),
    links: z.object({ self: z.string() }),
    relationships: z.object({}),
    meta: ListMeta,
  })
  .meta({ id: 'DomainPictures' })

export const MarksPreview = z
  .strictObject({
    watermark: DomainWatermark.nullable()
      .optional()
      .meta({ description: 'null: what it inherits; absent: as it is' }),
    imageFooter: DomainImageFooter.nullable()
      .optional()
      .meta({ description: 'null: what it inherits; absent: as it is' }),
    page: z.number().int().min(1).max(2147483647).optional().meta({
      description:
        'Page that it is shown on; the newest title page of the domain by default, an empty sheet where it has none',
    }),
    width: z.number().int().min(100).max(2000).default(800),
  })
  .meta({ id: 'MarksPreview' })
