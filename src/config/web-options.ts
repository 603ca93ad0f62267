// [web] of server.ini, and what the configuration of a domain says otherwise: the face of the web application.
import { z } from 'zod'
import { colour, list, patterned, text } from './option-kinds.ts'

/** Letters for titles: a file of ours, as /static/house.woff2 */
export const typefacePattern = /^\/[\w./~-]+\.(?:woff2?|ttf|otf)$/
export const typefaceWords = 'an address of ours that ends in .woff2, .woff, .ttf or .otf'
export const colourPattern = /^#[0-9a-f]{6}$/i

const inLanguages = 'By language: de: … | en: ….'

export const webSection = z
  .strictObject({
    name: text('Firefolio', `Name of the installation at the head of every page. ${inLanguages}`),
    accent: colour(
      '#8a2b1f',
      'Colour of links and buttons on light paper, #rrggbb; on dark paper it is lightened.',
    ),
    logo: text(
      '',
      'Address of the logo at the head of every page, e.g. /static/logo.svg; empty: the name alone.',
    ),
    typeface: patterned(
      typefacePattern,
      typefaceWords,
      'Address of a typeface for titles, e.g. /static/house.woff2; empty: EB Garamond.',
    ),
    welcome: text(
      '',
      `Sentence below the search field of the first page; empty: what it holds. ${inLanguages}`,
    ),
    embed: list(
      ['*'],
      'Sites that may show works in frames of theirs (/id/{id}/embed), e.g. https://blog.example.org, https://*.example.org; *: all; empty: none.',
      z
        .string()
        .regex(
          /^(?:\*|https?:\/\/(?:\*\.)?[\w.-]+(?::\d+)?)$/,
          'expected addresses like https://blog.example.org, or *',
        ),
    ),
    imprint: text('', `Address of the imprint, linked from the foot of every page. ${inLanguages}`),
    privacy: text('', `Address of the privacy statement, linked from the foot of every page. ${inLanguages}`),
    contact: text(
      '',
      `Address for questions of readers, https: or mailto:, linked from the foot of every page. ${inLanguages}`,
    ),
    footer: text('', `Text at the foot of every page. ${inLanguages}`),
  })
  .describe(
    'The face of the web application. Domains may have one of their own ([web] of their configuration).',
  )
