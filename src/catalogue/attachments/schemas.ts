import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { envelope, Id } from '../../http/envelope.ts'
import { listOf } from '../../http/page.ts'
import { fileKinds } from './codes.ts'

const Name = z
  .string()
  .trim()
  .min(1)
  .max(250)
  // oxlint-disable-next-line no-control-regex -- names of files have none
  .regex(/^[^/\\\u0000-\u001f\u007f]+$/, 'is a file name, without / and control characters')
const Label = z.string().trim().min(1).max(2000)
const Kind = z.enum(fileKinds.names).meta({
  description:
    'What the file is to the title: the whole of it (a PDF, a born-digital book), sound, moving images, or an attachment',
})

export const TitleFile = z
  .object({
    id: z.number().int(),
    titleId: z.number().int(),
    kind: Kind,
    name: z.string().meta({ description: 'File name' }),
    label: z.string().nullable().meta({ description: 'What people read; null: the file name' }),
    mediaType: z.string().meta({ description: 'By the bytes' }),
    bytes: z.number().int(),
    sha256: z.string(),
    duration: z.number().nullable().meta({
      description:
        'Seconds of sound or moving images; null for other files, and where they could not be read: such a file is handed out as it is, and is not played by manifests',
    }),
    width: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'Of moving images in pixels, where the file says it' }),
    height: z.number().int().nullable(),
    ...envelope,
  })
  .meta({ id: 'TitleFile', description: 'A further file of a title; `links.content` is the file itself.' })
export type TitleFile = z.infer<typeof TitleFile>
export const TitleFileList = listOf(TitleFile, 'TitleFileList')

export const FileParams = z.strictObject({ id: Id, file: Id })
export const NewFileQuery = z.strictObject({
  name: Name.optional().meta({ description: 'File name; needed where the body is the file itself' }),
  label: Label.optional(),
  kind: Kind.optional(),
})
export const FilePatch = z
  .strictObject({ name: Name.optional(), label: Label.nullable().optional(), kind: Kind.optional() })
  .refine(patch => Object.keys(patch).length > 0, 'names nothing to change')
  .meta({ id: 'TitleFilePatch' })
export const FileOrder = z
  .strictObject({ ids: z.array(z.number().int().min(1).max(2147483647)).min(1).max(100_000) })
  .meta({ id: 'TitleFileOrder', description: 'All files of the title in their new order.' })
/** A form with files: for the published document. */
export const FileParts = z.unknown().meta({
  type: 'object',
  properties: {
    label: { type: 'string', description: 'What people read, where one file is sent' },
    kind: { type: 'string', enum: [...fileKinds.names] },
    file: { type: 'string', format: 'binary', description: 'One or more files' },
  },
  required: ['file'],
})
export { Name as FileName }

/** The name of a file that was sent, without its folders. @throws Refusal bad-request */
export function fileNameOf(name: string | undefined): string {
  const parsed = Name.safeParse((name ?? '').split(/[\\/]/).at(-1))
  if (!parsed.success)
    throw new Refusal(
      'bad-request',
      'The file has no name: send it as ?name=book.pdf, or in a form with its name.',
    )
  return parsed.data
}
