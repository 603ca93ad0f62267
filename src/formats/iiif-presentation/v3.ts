// IIIF Presentation API 3.0. @see https://iiif.io/api/presentation/3.0/
import { xywh } from './model.ts'
import type {
  Canvas,
  Collection,
  Manifest,
  Member,
  Range,
  Recording,
  Related,
  Resource,
  TextAnnotation,
  Thumbnail,
} from './model.ts'

export const context3 = 'http://iiif.io/api/presentation/3/context.json'
export const media3 = `application/ld+json;profile="${context3}"`

/** A property only where it has something to say. */
const some = (name: string, value: unknown): object =>
  value === undefined || (Array.isArray(value) && value.length === 0) ? {} : { [name]: value }

const services = (service3: string | undefined, service2: string | undefined, auth?: readonly object[]) => [
  ...(service3 ? [{ id: service3, type: 'ImageService3', profile: 'level2', ...some('service', auth) }] : []),
  ...(service2
    ? [{ '@id': service2, '@type': 'ImageService2', profile: 'http://iiif.io/api/image/2/level2.json' }]
    : []),
]

const thumbnail = (picture: Thumbnail | undefined) =>
  picture && [
    {
      id: picture.id,
      type: 'Image',
      format: 'image/jpeg',
      ...some('width', picture.width),
      ...some('height', picture.height),
      ...some('service', services(picture.service3, picture.service2)),
    },
  ]

const related = ({ id, type, format, label, profile }: Related) => ({
  id,
  type,
  ...some('label', label),
  format,
  ...some('profile', profile),
})

function common(resource: Resource, type: string): object {
  const { provider, homepage } = resource
  return {
    '@context': context3,
    id: resource.id,
    type,
    label: resource.label,
    ...some('metadata', resource.metadata),
    ...some('rights', resource.rights),
    ...some('requiredStatement', resource.requiredStatement),
    ...some(
      'provider',
      provider && [
        {
          id: provider.id,
          type: 'Agent',
          label: provider.label,
          ...some(
            'homepage',
            provider.homepage && [
              { id: provider.homepage, type: 'Text', label: provider.label, format: 'text/html' },
            ],
          ),
          ...some('logo', provider.logo && [{ id: provider.logo, type: 'Image' }]),
        },
      ],
    ),
    ...some(
      'homepage',
      homepage && [
        {
          id: homepage.id,
          type: 'Text',
          label: homepage.label,
          format: 'text/html',
          language: [homepage.language],
        },
      ],
    ),
    ...some('thumbnail', thumbnail(resource.thumbnail)),
    ...some('seeAlso', resource.seeAlso.map(related)),
    ...some('rendering', resource.rendering.map(related)),
    ...some(
      'partOf',
      resource.partOf.map(({ id, label }) => ({ id, type: 'Collection', label })),
    ),
    ...some('behavior', resource.behavior),
    ...some('navDate', resource.navDate),
  }
}

function canvas(page: Canvas): object {
  const { image } = page
  return {
    id: page.id,
    type: 'Canvas',
    label: page.label,
    width: page.width,
    height: page.height,
    ...some('thumbnail', thumbnail(image?.thumbnail)),
    ...some('seeAlso', page.seeAlso.map(related)),
    ...some('rendering', page.rendering.map(related)),
    items: image
      ? [
          {
            id: `${page.id}/page`,
            type: 'AnnotationPage',
            items: [
              {
                id: `${page.id}/image`,
                type: 'Annotation',
                motivation: 'painting',
                body: {
                  id: image.id,
                  type: 'Image',
                  format: 'image/jpeg',
                  width: page.width,
                  height: page.height,
                  service: services(image.service3, image.service2, image.auth),
                },
                target: page.id,
              },
            ],
          },
        ]
      : [],
    ...some('annotations', page.annotations && [{ id: page.annotations, type: 'AnnotationPage' }]),
  }
}

const recording = ({ canvas: id, label, duration, size, ...file }: Recording): object => ({
  id,
  type: 'Canvas',
  label,
  ...size,
  duration,
  items: [
    {
      id: `${id}/page`,
      type: 'AnnotationPage',
      items: [
        {
          id: `${id}/${file.type.toLowerCase()}`,
          type: 'Annotation',
          motivation: 'painting',
          body: { ...file, ...size, duration },
          target: id,
        },
      ],
    },
  ],
})

const range = (part: Range): object => ({
  id: part.id,
  type: 'Range',
  label: part.label,
  items: part.items.map(item => {
    if (typeof item === 'string') return { id: item, type: 'Canvas' }
    if ('items' in item) return range(item)
    return {
      type: 'SpecificResource',
      source: { id: item.canvas, type: 'Canvas' },
      selector: {
        type: 'FragmentSelector',
        conformsTo: 'http://www.w3.org/TR/media-frags/',
        value: xywh(item),
      },
    }
  }),
})

/** Content Search 1.0, in its own words. */
export const searchService1 = (id: string): object => ({
  '@context': 'http://iiif.io/api/search/1/context.json',
  '@id': id,
  '@type': 'SearchService1',
  profile: 'http://iiif.io/api/search/1/search',
  service: {
    '@id': `${id}/autocomplete`,
    '@type': 'AutoCompleteService1',
    profile: 'http://iiif.io/api/search/1/autocomplete',
  },
})

export function manifest3(manifest: Manifest): object {
  const { searchService } = manifest
  return {
    ...common(manifest, 'Manifest'),
    viewingDirection: manifest.viewingDirection,
    ...some('start', manifest.start && { id: manifest.start, type: 'Canvas' }),
    ...some(
      'service',
      searchService && [
        {
          id: searchService.id,
          type: 'SearchService2',
          service: [{ id: searchService.autocomplete, type: 'AutoCompleteService2' }],
        },
        searchService1(searchService.version1),
      ],
    ),
    items: [...manifest.canvases.map(canvas), ...manifest.recordings.map(recording)],
    ...some('structures', manifest.ranges.map(range)),
  }
}

const member = ({ id, kind, label, navDate, thumbnail: picture }: Member): object => ({
  id,
  type: kind,
  label,
  ...some('navDate', navDate),
  ...some('thumbnail', thumbnail(picture)),
})

export const collection3 = (collection: Collection): object => ({
  ...common(collection, 'Collection'),
  items: collection.members.map(member),
})

/** Texts of a canvas, line by line. */
export const annotationPage3 = (id: string, canvasId: string, texts: readonly TextAnnotation[]): object => ({
  '@context': context3,
  id,
  type: 'AnnotationPage',
  items: texts.map(text => ({
    id: text.id,
    type: 'Annotation',
    motivation: 'supplementing',
    body: { type: 'TextualBody', value: text.text, format: 'text/plain', ...some('language', text.language) },
    target: `${canvasId}#xywh=${text.box.x},${text.box.y},${text.box.width},${text.box.height}`,
  })),
})
