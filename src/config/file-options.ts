// Options of [files]: further files of titles.
import { z } from 'zod'
import { list, whole } from './option-kinds.ts'

export const mediaType = z
  .string()
  .regex(/^[a-z]+\/(\*|[a-z0-9][a-z0-9.+-]*\*?)$/, 'expected media types such as application/pdf or audio/*')

export const fileSection = z
  .strictObject({
    mediaTypes: list(
      [
        'application/pdf',
        'application/epub+zip',
        'audio/*',
        'video/*',
        'image/jpeg',
        'image/png',
        'image/tiff',
        'image/webp',
        'image/gif',
        'text/plain',
        'text/csv',
        'application/xml',
        'application/json',
        'application/zip',
        'application/rtf',
        'application/vnd.openxmlformats-officedocument.*',
        'application/vnd.oasis.opendocument.*',
      ],
      'Media types that further files of titles may have; a star stands for any end. What a file is, its bytes say.',
      mediaType,
    ),
    perTitle: whole(1000, 1, 100_000, 'Most further files that a title may have.'),
  })
  .describe('Further files of titles: PDF of the whole, born-digital books, recordings, attachments.')
