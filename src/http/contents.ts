// Bodies that are no JSON of ours, for the published document.
import { z } from 'zod'

/** The same bytes in one of several media types. */
export const bytesIn = (media: readonly string[]): Record<string, { readonly schema: z.ZodUnknown }> =>
  Object.fromEntries(media.map(type => [type, { schema: z.unknown() }]))

export const imageMedia = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/tiff', 'image/jp2', 'application/pdf'] as const // prettier-ignore

/** A form: each field a text. */
export const formOf = (fields: readonly string[], required: readonly string[] = []) =>
  z.unknown().meta({
    type: 'object',
    properties: Object.fromEntries(fields.map(name => [name, { type: 'string' }])),
    ...(required.length > 0 ? { required: [...required] } : {}),
  })

const text = { type: 'string' } as const
const list = (items: object) => ({ type: 'array', items })
const things = list({ type: 'object', additionalProperties: true })
const label = {
  description: 'By language; a text alone in version 2 of the Presentation API.',
  anyOf: [text, { type: 'object', additionalProperties: list(text) }],
}
const standard = (id: string, description: string, properties: object, required: string[] = []) =>
  z.unknown().meta({ id, description, type: 'object', properties, required, additionalProperties: true })
const linked = { '@context': { anyOf: [text, list(text)] }, id: text, '@id': text, type: text, '@type': text }

/** Documents of standards: their own members, as far as clients go by them; the standards have the rest. */
export const ImageInformation = standard('IiifImageInformation', 'info.json of the IIIF Image API.', {
  ...linked,
  protocol: text,
  width: { type: 'integer' },
  height: { type: 'integer' },
  sizes: things,
  tiles: things,
}, ['width', 'height', 'protocol']) // prettier-ignore
export const PresentationDocument = standard('IiifPresentation', 'A document of the IIIF Presentation API.', {
  ...linked,
  label,
  items: things,
  sequences: things,
  structures: things,
}) // prettier-ignore
export const SearchDocument = standard('IiifSearch', 'A document of the IIIF Content Search API.', {
  ...linked,
  items: things,
  resources: things,
  terms: things,
}) // prettier-ignore
export const ActivityDocument = standard('IiifActivities', 'A document of the IIIF Change Discovery API.', {
  ...linked,
  totalItems: { type: 'integer' },
  orderedItems: things,
}) // prettier-ignore
export const ProbeDocument = standard('IiifProbe', 'What the IIIF Authorization Flow API found.', {
  ...linked,
  status: { type: 'integer' },
}, ['status']) // prettier-ignore
export const OpdsDocument = standard('OpdsFeed', 'A feed of OPDS 2.0.', {
  metadata: { type: 'object', additionalProperties: true },
  links: things,
  navigation: things,
  publications: things,
  groups: things,
}, ['metadata', 'links']) // prettier-ignore
