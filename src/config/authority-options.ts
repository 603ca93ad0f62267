// Options of [authority].
import { z } from 'zod'
import { flag, oneOf, text, whole } from './option-kinds.ts'

export const authoritySection = z
  .strictObject({
    provider: oneOf(
      ['none', 'gnd'],
      'none',
      'Authority file that persons are looked up in: gnd is the Gemeinsame Normdatei by the interface of lobid; none asks nobody.',
    ),
    url: text(
      'https://lobid.org/gnd',
      'Address of that interface; `/search` is added to it. Another one has to answer like lobid.',
    ).refine(
      url => URL.canParse(url) && /^https?:/.test(url) && !/[?#]/.test(url),
      'expected an http or https address without ? and #',
    ),
    privateNetworks: flag(
      false,
      'Ask an authority file in private networks, too: 10.x, 192.168.x, this machine and the like.',
    ),
    answerBytes: whole(2 * 1024 * 1024, 1024, 1024 ** 3, 'Largest answer of the authority file.'),
    timeout: whole(10, 1, 600, 'Seconds within which the authority file must have answered.'),
    records: whole(12, 1, 100, 'Most persons of one answer.'),
  })
  .describe('The authority file that persons of records are linked to.')
