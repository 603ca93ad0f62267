// Options of [import].
import { z } from 'zod'
import { oneOf, whole } from './option-kinds.ts'

export const importSection = z
  .strictObject({
    alpha: oneOf(
      ['flatten', 'refuse'],
      'flatten',
      'Scans that are transparent in places: show them on white with a note, or refuse them.',
    ),
    severalPages: oneOf(
      ['split', 'refuse'],
      'split',
      'A TIFF or PDF of several pages where one page is expected: each becomes a page, or it is refused.',
    ),
    unpackedBytes: whole(256 * 1024 ** 3, 1024, 1024 ** 5, 'Most bytes that a ZIP may hold, unpacked.'),
    unpackedFiles: whole(200_000, 1, 10_000_000, 'Most files that a ZIP may hold.'),
  })
  .describe('What imports take.')
