// IIIF Presentation API 2.1, for viewers that know no later one. @see https://iiif.io/api/presentation/2.1/
import type {
  Canvas,
  Collection,
  Manifest,
  Range,
  Related,
  Resource,
  TextAnnotation,
  Texts,
  Thumbnail,
} from './model.ts'

import { searchService1 } from './v3.ts'
import { xywh } from './model.ts'

export const context2 = 'http://iiif.io/api/presentation/2/context.json'
export const media2 = 'application/ld+json'

const some = (name: string, value: unknown): object =>
  value === undefined || (Array.isArray(value) && value.length === 0) ? {} : { [name]: value }

/** One text as it is, several with their languages. */
function texts(values: Texts): unknown {
  const all = Object.entries(values).flatMap(([language, list]) =>
    list.map(value => (language === 'none' ? value : { '@value': value, '@language': language })),
  )
  return all.length === 1
    ? typeof all[0] === 'string'
      ? all[0]
      : (all[0] as { '@value': string })['@value']
    : all
}

const service = (id: string) => ({
  '@context': 'http://iiif.io/api/image/2/context.json',
  '@id': id,
  profile: 'http://iiif.io/api/image/2/level2.json',
})
const thumbnail = (picture: Thumbnail | undefined) =>
  picture && {
    '@id': picture.id,
    '@type': 'dctypes:Image',
    ...some('service', picture.service2 && service(picture.service2)),
  }
const related = ({ id, format, label, profile }: Related) => ({
  '@id': id,
  format,
  ...some('label', label && texts(label)),
  ...some('profile', profile),
})

function common(resource: Resource, type: string): object {
  return {
    '@context': context2,
    '@id': resource.id,
    '@type': type,
    label: texts(resource.label),
    ...some(
      'metadata',
      resource.metadata.map(({ label, value }) => ({ label: texts(label), value: texts(value) })),
    ),
    ...some('license', resource.rights),
    ...some('attribution', resource.requiredStatement && texts(resource.requiredStatement.value)),
    ...some('logo', resource.provider?.logo),
    ...some('related', resource.homepage && { '@id': resource.homepage.id, format: 'text/html' }),
    ...some('thumbnail', thumbnail(resource.thumbnail)),
    ...some('seeAlso', resource.seeAlso.map(related)),
    ...some('rendering', resource.rendering.map(related)),
    ...some(
      'within',
      resource.partOf.map(({ id }) => id),
    ),
    ...some('navDate', resource.navDate),
  }
}

function canvas(page: Canvas): object {
  const { image } = page
  return {
    '@id': page.id,
    '@type': 'sc:Canvas',
    label: texts(page.label),
    width: page.width,
    height: page.height,
    ...some('thumbnail', thumbnail(image?.thumbnail)),
    ...some('seeAlso', page.seeAlso.map(related)),
    ...some('rendering', page.rendering.map(related)),
    images: image
      ? [
          {
            '@id': `${page.id}/image`,
            '@type': 'oa:Annotation',
            motivation: 'sc:painting',
            resource: {
              // of the service that goes with it, by its version of the Image API
              '@id': `${image.service2}/full/max/0/default.jpg`,
              '@type': 'dctypes:Image',
              format: 'image/jpeg',
              width: page.width,
              height: page.height,
              service: service(image.service2),
            },
            on: page.id,
          },
        ]
      : [],
    ...some('otherContent', page.annotations && [{ '@id': page.annotations, '@type': 'sc:AnnotationList' }]),
  }
}

/** Ranges stand beside each other in 2.1 and name those below them. */
function ranges(part: Range, isTop: boolean): object[] {
  const below = part.items.filter((item): item is Range => typeof item !== 'string' && 'items' in item)
  return [
    {
      '@id': part.id,
      '@type': 'sc:Range',
      label: texts(part.label),
      ...(isTop ? { viewingHint: 'top' } : {}),
      ...some(
        'ranges',
        below.map(({ id }) => id),
      ),
      ...some(
        'canvases',
        part.items.flatMap(item =>
          typeof item === 'string' ? [item] : 'canvas' in item ? [`${item.canvas}#${xywh(item)}`] : [],
        ),
      ),
    },
    ...below.flatMap(child => ranges(child, false)),
  ]
}

export function manifest2(manifest: Manifest): object {
  const [hint] = manifest.behavior
  const top: Range = {
    id: `${manifest.id.replace(/\/manifest$/, '')}/range/top`,
    label: manifest.label,
    items: manifest.ranges,
  }
  return {
    ...common(manifest, 'sc:Manifest'),
    ...some('viewingHint', hint),
    ...some('service', manifest.searchService && searchService1(manifest.searchService.version1)),
    sequences: [
      {
        '@id': `${manifest.id.replace(/\/manifest$/, '')}/sequence/normal`,
        '@type': 'sc:Sequence',
        viewingDirection: manifest.viewingDirection,
        ...some('startCanvas', manifest.start),
        canvases: manifest.canvases.map(canvas),
      },
    ],
    ...some('structures', manifest.ranges.length > 0 ? ranges(top, true) : undefined),
  }
}

export const collection2 = (collection: Collection): object => ({
  ...common(collection, 'sc:Collection'),
  ...some('viewingHint', collection.behavior[0]),
  members: collection.members.map(({ id, kind, label, navDate, thumbnail: picture }) => ({
    '@id': id,
    '@type': `sc:${kind}`,
    label: texts(label),
    ...some('navDate', navDate),
    ...some('thumbnail', thumbnail(picture)),
  })),
})

export const annotationList2 = (id: string, canvasId: string, list: readonly TextAnnotation[]): object => ({
  '@context': context2,
  '@id': id,
  '@type': 'sc:AnnotationList',
  resources: list.map(text => ({
    '@id': text.id,
    '@type': 'oa:Annotation',
    motivation: 'sc:painting',
    resource: {
      '@type': 'cnt:ContentAsText',
      format: 'text/plain',
      chars: text.text,
      ...some('language', text.language),
    },
    on: `${canvasId}#xywh=${text.box.x},${text.box.y},${text.box.width},${text.box.height}`,
  })),
})
