// Options of [import].
import { z } from 'zod'
import { parsePagePattern } from './page-names.ts'
import { flag, list, oneOf, path, text, whole } from './option-kinds.ts'

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
    pageNames: list(
      [],
      'How names of images look here, where the usual ones do not fit: {n} and {m} a number, {r} a Roman one, {a} letters, {s} recto or verso, {*} anything; behind a colon what the page is called, or front, back, spine, chart. E.g. {*}_bl{n}{s}: Blatt {n}{s}, {*}_einband_v: front.',
      z.string().superRefine((entry, context) => {
        try {
          parsePagePattern(entry)
        } catch (error) {
          context.addIssue({ code: 'custom', message: (error as Error).message })
        }
      }),
    ),
    unpackedBytes: whole(256 * 1024 ** 3, 1024, 1024 ** 5, 'Most bytes that a ZIP may hold, unpacked.'),
    unpackedFiles: whole(200_000, 1, 10_000_000, 'Most files that a ZIP may hold.'),
    hotFolder: path(
      '',
      'Hot folder: below it a folder for each domain, by its name, in which deliveries are laid down; empty: none.',
    ),
    hotSeconds: whole(30, 0, 86_400, 'How often the hot folder is looked into, in seconds.'),
    hotQuiet: whole(
      120,
      0,
      604_800,
      'A delivery of the hot folder is complete when nothing of it was changed for so many seconds.',
    ),
    hotMarker: text(
      '',
      'Instead: complete is what has a file of its name and this ending beside it, e.g. .ready for AC01.ready; empty: hotQuiet decides.',
    ),
    hotIdentifier: oneOf(
      ['none', 'folder'],
      'none',
      'Titles of the hot folder that have no identifier: refused, or known by the name of their folder or file.',
    ),
    hotCatalogue: text(
      '',
      'Online catalogue in which titles of the hot folder that have no record are looked up by the name of their folder or PDF; those that it does not have are refused, or with hotIdentifier = folder to be completed.',
    ),
    hotRelease: flag(false, 'Release the titles that the hot folder brings.'),
  })
  .describe('What imports take.')
