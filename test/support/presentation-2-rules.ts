// The rules of IIIF Presentation 2.1 that a document can be checked against by itself, as those of version 3.0 beside it.
// @see https://iiif.io/api/presentation/2.1/
import { faultsBy, isHttp, type Json, list, of, only, type Rule, said, typeOf } from './presentation-rules.ts'

const isText = (value: unknown): boolean =>
  typeof value === 'string' ||
  (Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      each => typeof each === 'string' || (typeof each['@value'] === 'string' && '@language' in each),
    ))
const canvasIds = (top: Json): Set<unknown> =>
  new Set(list(top['sequences']).flatMap(sequence => list(sequence['canvases']).map(canvas => canvas['@id'])))
const rangeIds = (top: Json): Set<unknown> => new Set(list(top['structures']).map(range => range['@id']))
const hints: Readonly<Record<string, readonly string[]>> = {
  individuals: ['sc:Collection', 'sc:Manifest', 'sc:Sequence', 'sc:Range'],
  paged: ['sc:Manifest', 'sc:Sequence', 'sc:Range'],
  continuous: ['sc:Manifest', 'sc:Sequence', 'sc:Range'],
  'multi-part': ['sc:Collection'],
  'non-paged': ['sc:Canvas'],
  'facing-pages': ['sc:Canvas'],
  top: ['sc:Range'],
}

export const presentation2Rules: readonly Rule[] = [
  {
    name: 'the context stands at the top alone',
    section: '4.6',
    holds: (resource, { isTop }) =>
      isTop
        ? resource['@context'] === 'http://iiif.io/api/presentation/2/context.json'
        : !('@context' in resource),
  },
  of(['sc:Collection', 'sc:Manifest', 'sc:Canvas', 'sc:Range', 'sc:AnnotationList', 'dctypes:Image'], '3.2', 'a resource has an http address', resource => isHttp(resource['@id'])), // prettier-ignore
  {
    name: 'a resource has a type',
    section: '3.2',
    holds: (resource, { role }) =>
      ['seeAlso', 'rendering', 'related'].includes(role) ? undefined : '@type' in resource,
  },
  of(['sc:Collection', 'sc:Manifest', 'sc:Canvas', 'sc:Range'], '3.1', 'a resource has a label', resource => 'label' in resource), // prettier-ignore
  said('label', '4.3', 'a label is a text, or texts with their languages', isText),
  said('metadata', '3.1', 'metadata has pairs of label and value', value =>
    list(value).every(entry => isText(entry['label']) && isText(entry['value'])),
  ),
  said('license', '3.1', 'a licence is an address', isHttp),
  said('navDate', '3.1', 'navDate is a time with its zone', value =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(String(value)),
  ),
  only('navDate', ['sc:Collection', 'sc:Manifest', 'sc:Canvas', 'sc:Range'], '3.1'),
  only('viewingDirection', ['sc:Manifest', 'sc:Sequence', 'sc:Range', 'sc:Canvas'], '3.2'),
  {
    name: 'a viewing hint is one that the type may have',
    section: '3.2',
    holds: resource =>
      'viewingHint' in resource
        ? (hints[String(resource['viewingHint'])]?.includes(typeOf(resource)) ?? false)
        : undefined,
  },
  of(['sc:Manifest'], '5.1', 'a manifest has a sequence', (resource, { isTop }) =>
    isTop ? list(resource['sequences']).length > 0 : undefined,
  ),
  of(['sc:Manifest'], '5.9', 'a collection names manifests and does not hold them', (resource, { isTop }) =>
    isTop ? undefined : !('sequences' in resource),
  ),
  of(['sc:Sequence'], '5.2', 'a sequence has canvases', resource => list(resource['canvases']).length > 0),
  of(['sc:Sequence'], '5.2', 'a sequence starts at one of its canvases', (resource, { top }) =>
    'startCanvas' in resource ? canvasIds(top).has(resource['startCanvas']) : undefined,
  ),
  of(['sc:Canvas'], '5.3', 'a canvas has a width and a height, whole numbers above 0', resource =>
    [resource['width'], resource['height']].every(size => Number.isInteger(size) && Number(size) > 0),
  ),
  of(['sc:Canvas'], '5.3', 'the images of a canvas are annotations', resource =>
    list(resource['images']).every(image => image['@type'] === 'oa:Annotation'),
  ),
  of(
    ['oa:Annotation'],
    '5.4',
    'an annotation is painted',
    resource => resource['motivation'] === 'sc:painting',
  ),
  of(['oa:Annotation'], '5.4', 'an annotation stands on a canvas', (resource, { top }) =>
    typeOf(top) === 'sc:Manifest' ? canvasIds(top).has(resource['on']) : isHttp(resource['on']),
  ),
  of(
    ['oa:Annotation'],
    '5.4',
    'an annotation has a resource',
    resource => typeof resource['resource'] === 'object',
  ),
  of(['dctypes:Image'], '5.4', 'the image of a canvas lies below its service', (resource, { role }) => {
    // thumbnails are stored widths
    if (role === 'thumbnail') return undefined
    const [service] = [resource['service']].flat() as (Json | undefined)[]
    return service ? String(resource['@id']).startsWith(`${String(service['@id'])}/`) : undefined
  }),
  said('service', '5.4', 'a service has a context, an address and a profile', value =>
    (Array.isArray(value) ? list(value) : [value as Json]).every(
      each => '@context' in each && isHttp(each['@id']) && 'profile' in each,
    ),
  ),
  only('structures', ['sc:Manifest'], '5.6'),
  of(['sc:Range'], '5.6', 'a range names canvases of its manifest', (resource, { top }) =>
    list(resource['canvases']).every(id => canvasIds(top).has(id)),
  ),
  of(['sc:Range'], '5.6', 'a range names ranges of its manifest', (resource, { top }) =>
    list(resource['ranges']).every(id => rangeIds(top).has(id)),
  ),
  of(['sc:Collection'], '5.9', 'the members of a collection have an address, a type and a label', resource =>
    list(resource['members']).every(each => isHttp(each['@id']) && '@type' in each && 'label' in each),
  ),
]

const held = ['sequences', 'canvases', 'images', 'resource', 'structures', 'members', 'resources', 'thumbnail', 'seeAlso', 'rendering', 'related', 'otherContent'] // prettier-ignore

/** What is wrong with a resource of version 2.1 and everything in it, as `path: rule (section)`. */
export const presentation2Faults = (top: Json): string[] => faultsBy(presentation2Rules, held, top)
