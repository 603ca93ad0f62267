// What a title is made of: fields, or a record.
import { z } from 'zod'

const Text = z.string().max(2000)
export const NewTitle = z
  .strictObject({
    title: Text.min(1),
    subTitle: Text.optional(),
    nonSort: Text.optional(),
    partNumber: Text.optional(),
    partName: Text.optional(),
    persons: z
      .array(z.strictObject({ name: Text, role: z.string().max(60).optional() }))
      .max(500)
      .optional(),
    date: z.string().max(60).optional(),
    place: Text.optional(),
    publisher: Text.optional(),
    languages: z
      .array(z.string().regex(/^[a-z]{3}$/))
      .max(50)
      .optional(),
    genre: Text.optional(),
    extent: Text.optional(),
    shelfLocator: z.string().max(500).optional(),
    identifiers: z
      .array(
        z.strictObject({ scheme: z.string().regex(/^[a-z0-9-]{1,60}$/), value: z.string().min(1).max(500) }),
      )
      .max(100)
      .optional(),
    record: z
      .strictObject({ value: z.string().min(1).max(200), source: z.string().min(1).max(200) })
      .optional(),
  })
  .meta({
    id: 'NewTitle',
    description: 'Fields of a title that has no record yet; a MODS record is written from them.',
  })

/** Records that come as XML in a member of JSON are for clients whose generator gives a request one media type. */
export const PostedTitle = NewTitle.extend({
  title: Text.min(1).optional(),
  mods: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'A MODS record or a modsCollection as XML, instead of all other members' }),
})
  .superRefine((posted, context) => {
    if (posted.mods === undefined && posted.title === undefined)
      context.addIssue({ code: 'custom', path: ['title'], message: 'Send title, or a record as mods.' })
    const other = posted.mods === undefined ? undefined : Object.keys(posted).find(name => name !== 'mods')
    if (other !== undefined)
      context.addIssue({ code: 'custom', path: [other], message: 'With mods no other member is taken: the record says it.' }) // prettier-ignore
  })
  .meta({
    id: 'PostedTitle',
    description: 'Fields of a title, from which a MODS record is written, or a record as `mods`.',
  })
