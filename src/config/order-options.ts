// Options of [orders].
import { z } from 'zod'
import { mediaType } from './file-options.ts'
import { list, path, whole } from './option-kinds.ts'

export const orderSection = z
  .strictObject({
    mail: list(
      [],
      'Who of an order is told by mail of each of its steps: editors, authors, generators. Empty: nobody. Needs [mail] host.',
      z.enum(['editors', 'authors', 'generators'], { error: 'expected editors, authors, generators' }),
    ),
    templates: path(
      '',
      'Folder with the letters of [orders] mail in the words of the house: step.de.txt, and accepted.en.txt for one state. Empty: those that are built in.',
    ),
    files: whole(100, 0, 1000, 'Most files that an order may have; 0: none.'),
    fileBytes: whole(50 * 1024 ** 2, 1024, 1024 ** 4, 'Largest file of an order.'),
    mediaTypes: list(
      [
        'application/pdf',
        'image/jpeg',
        'image/png',
        'image/tiff',
        'text/plain',
        'text/csv',
        'application/rtf',
        'application/vnd.openxmlformats-officedocument.*',
        'application/vnd.oasis.opendocument.*',
      ],
      'Media types that files of orders may have, as for [files] mediaTypes.',
      mediaType,
    ),
  })
  .describe('Digitisation orders.')
