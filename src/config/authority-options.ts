// Options of [authority].
import { z } from 'zod'
import { flag, list, path, text, whole } from './option-kinds.ts'

const authorityProviders = ['none', 'gnd', 'viaf', 'local'] as const
const isAddress = (url: string): boolean => URL.canParse(url) && /^https?:/.test(url) && !/[?#]/.test(url)

export const authoritySection = z
  .strictObject({
    provider: list(
      ['none'],
      'Authority files that persons are looked up in, the first one first: gnd is the Gemeinsame Normdatei by the interface of lobid, viaf is VIAF by its suggestions, local is the table in `file`; none asks nobody.',
      z.enum(authorityProviders, { error: `expected some of ${authorityProviders.join(', ')}` }),
    ),
    viafUrl: text(
      'https://viaf.org/viaf/AutoSuggest',
      'Address of the suggestions of VIAF; `?query=` is added to it.',
    ).refine(isAddress, 'expected an http or https address without ? and #'),
    file: path(
      '',
      'Table (CSV) of the persons of provider local: columns uri, name, dates, about, variants; several values of about and variants with | between them.',
    ),
    url: text(
      'https://lobid.org/gnd',
      'Address of that interface; `/search` is added to it. Another one has to answer like lobid.',
    ).refine(isAddress, 'expected an http or https address without ? and #'),
    privateNetworks: flag(
      false,
      'Ask an authority file in private networks, too: 10.x, 192.168.x, this machine and the like.',
    ),
    answerBytes: whole(2 * 1024 * 1024, 1024, 1024 ** 3, 'Largest answer of the authority file.'),
    timeout: whole(10, 1, 600, 'Seconds within which the authority file must have answered.'),
    records: whole(12, 1, 100, 'Most persons of one answer.'),
  })
  .describe('The authority file that persons of records are linked to.')
