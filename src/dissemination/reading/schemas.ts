// What a reader is shown of a title, a part of it or an issue: one document, so that no page asks twice.
import { z } from 'zod'
import { styleNames } from '../../formats/citations/styles.ts'
import { DomainFace } from '../../catalogue/domains/index.ts'
import { PersonSchema } from '../../catalogue/titles/index.ts'
import { envelope } from '../../http/envelope.ts'
import { waysIn } from '../../http/sight.ts'
import { PublicPerson } from '../../people/orders/index.ts'

const id = z.number().int()
const Text = z.string().nullable()
const TypeName = z
  .object({ name: z.string(), de: z.string(), en: z.string() })
  .nullable()
  .meta({ description: 'Type of config/types.ini with its names' })

export const ReadingCard = z
  .object({
    id,
    title: z.string(),
    caption: z.string().meta({ description: 'Text of the tree' }),
    type: TypeName,
    persons: z.array(z.string()),
    date: Text,
    issueDate: Text.meta({ description: 'Day of an issue' }),
    pages: id.meta({ description: 'Pages with an image' }),
    hasText: z.boolean(),
    domain: z.string().optional().meta({ description: 'Name of its domain' }),
    within: Text.optional().meta({ description: 'Title of what it stands in' }),
  })
  .meta({
    id: 'ReadingCard',
    description: 'A title as lists show it; its picture is /titlepage/{id}/{width}.',
  })

const Part = z.object({
  id,
  type: TypeName,
  caption: z.string(),
  depth: id.meta({ description: '1 for what stands directly below the object' }),
  page: id.nullable().meta({ description: 'Place of its first page in `pages`, from 0' }),
})
const ReadingPage = z.object({
  id,
  label: Text.meta({ description: 'Printed label' }),
  width: id.nullable().meta({ description: 'Pixels of the image; null where there is none' }),
  height: id.nullable(),
  isClosed: z.boolean().meta({ description: 'There is an image, which the caller may not see' }),
  hasText: z.boolean(),
})

export const ReadingObject = z
  .object({
    id,
    datatype: z.enum(['title', 'structure']),
    type: TypeName,
    caption: z.string(),
    title: z.object({
      id,
      title: z.string(),
      type: TypeName,
      persons: z.array(PersonSchema),
      date: Text,
      issueDate: Text,
      place: Text,
      publisher: Text,
      languages: z.array(z.string()).meta({ description: 'ISO 639-2 codes as recorded' }),
      language: Text.meta({ description: 'BCP 47 tag of the first language' }),
      genre: Text,
      extents: z.array(z.string()),
      abstracts: z.array(z.string()),
      notes: z.array(z.string()),
      subjects: z.array(z.string()),
      identifiers: z.array(z.object({ scheme: z.string(), value: z.string() })),
      signature: Text,
      location: Text,
      owner: Text,
      licence: z.object({ uri: z.string(), label: z.string() }).nullable(),
      hasText: z.boolean(),
      titlepageId: id.nullable(),
      releasedAt: Text,
    }),
    domain: z.object({
      name: z.string(),
      caption: z.string(),
      owner: z.string(),
      ownerSiteUrl: z.string(),
      ownerLogo: z.string(),
      ownerContact: z
        .string()
        .meta({ description: 'Address for questions: of e-mail or of a page; may be empty' }),
      face: DomainFace,
    }),
    above: z.array(z.object({ id, title: z.string(), type: TypeName })).meta({
      description: 'Titles above, from the top down',
    }),
    previous: ReadingCard.nullable().meta({ description: 'The volume or issue before it' }),
    next: ReadingCard.nullable(),
    isMultiPart: z.boolean().meta({ description: 'Its members are objects of their own' }),
    viewingDirection: z
      .enum(['left-to-right', 'right-to-left'])
      .meta({ description: 'Where the next page of an opening lies, by the language' }),
    members: z
      .array(ReadingCard)
      .meta({ description: 'Volumes, parts or issues: all, or those of `year` and those without a day' }),
    year: Text.meta({ description: 'The year that `members` was narrowed to' }),
    years: z
      .array(z.object({ year: z.string(), issues: id }))
      .meta({ description: 'Years that have issues, in their order' }),
    outline: z.array(Part).meta({ description: 'Parts in reading order, each after the one that holds it' }),
    restriction: z
      .object({
        images: z.enum(['closed', 'reduced']).meta({ description: 'Not shown, or shown up to a width' }),
        until: Text.meta({ description: 'When it ends, ISO 8601' }),
        ways: z.array(z.enum(waysIn)).meta({
          description:
            'Who is let in: log-in: some of those who have an account; place: some addresses, as those of a reading room',
        }),
      })
      .nullable()
      .meta({ description: 'Why the caller does not see the images as they are; null: they do' }),
    files: z
      .array(
        z.object({
          id,
          kind: z.string().meta({ description: 'whole, audio, video or attachment' }),
          label: z.string(),
          mediaType: z.string(),
          bytes: id,
          href: z.string(),
        }),
      )
      .meta({ description: 'Further files that the caller may download, in their order' }),
    pages: z.array(ReadingPage).meta({ description: 'In reading order' }),
    sizes: z
      .object({
        pdf: id.nullable().meta({ description: 'About; a PDF is written as it is fetched' }),
        text: id.nullable().meta({ description: 'Exact' }),
      })
      .meta({
        description: 'Bytes of `links.pdf` and `links.text`; null where there is none or it is not known yet',
      }),
    digitisation: z
      .object({
        generators: z.array(PublicPerson),
        authors: z.array(PublicPerson),
        organisation: PublicPerson.nullable(),
      })
      .nullable()
      .meta({
        description:
          'Who made the scans, who answers for the original and for which organisation, where the order of the title shows it: see /titles/{id}/order',
      }),
    takesFaults: z.boolean().meta({ description: 'Readers may report what is wrong: see /tree/{id}/faults' }),
    copies: id
      .nullable()
      .meta({ description: 'It is lent, so many copies at a time: see /titles/{id}/loan; null: no limit' }),
    citation: z.object({
      text: z.string(),
      styles: z
        .array(
          z.object({
            style: z.enum(styleNames),
            text: z.string(),
            italic: z.string().meta({ description: 'The part of the text that is set in italics' }),
            ofPage: z
              .string()
              .meta({ description: 'The same of one page; its label takes the place of {page}' }),
          }),
        )
        .meta({
          description:
            'As Chicago (notes and bibliography), MLA 9, APA 7 and DIN ISO 690 cite it; by DOI where there is one.',
        }),
      schemaOrg: z.record(z.string(), z.unknown()),
    }),
    ...envelope,
  })
  .meta({ id: 'ReadingObject' })

export const ReadingStart = z
  .object({
    collections: z.array(
      z.object({
        id,
        name: z.string(),
        parent: Text.meta({ description: 'Name of the domain above' }),
        caption: z.string(),
        description: z.record(z.string(), z.string()).nullable(),
        titles: id
          .nullable()
          .meta({ description: 'Titles shown; null where the search index is off or being made anew' }),
        covers: z.array(id).meta({ description: 'Titles whose pictures stand for it' }),
      }),
    ),
    newest: z.array(ReadingCard),
    onThisDay: z
      .array(ReadingCard)
      .meta({ description: 'Issues of newspapers of this day in other years, the oldest first' }),
    ...envelope,
  })
  .meta({ id: 'ReadingStart' })
