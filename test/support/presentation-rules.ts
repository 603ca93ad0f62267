// The rules of IIIF Presentation 3.0 that a document can be checked against by itself: one entry a rule, with the section that it stands in.
// That each of them is needed is tested: test/formats/presentation-rules.test.ts breaks a good document once for every one.
// @see https://iiif.io/api/presentation/3.0/
export type Json = Record<string, unknown>

/** Where a resource stands: the property that holds it, and the manifest or collection around it. */
export interface Place {
  readonly path: string
  readonly role: string
  readonly isTop: boolean
  readonly top: Json
  readonly parent: Json | undefined
}
export interface Rule {
  readonly name: string
  readonly section: string
  /** Undefined where the rule says nothing of such a resource */
  readonly holds: (resource: Json, place: Place) => boolean | undefined
}

export const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : [])
const strings = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : [])
export const isHttp = (value: unknown): boolean =>
  typeof value === 'string' && /^https?:\/\/[^\s]+$/.test(value)
/** Of version 3.0, or of 2.1 */
export const typeOf = (resource: Json): string => String(resource['type'] ?? resource['@type'])
const isLanguageMap = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length > 0 &&
  Object.entries(value).every(
    ([language, texts]) =>
      /^(none|[a-z]{2,3}(-[A-Za-z0-9]+)*)$/.test(language) &&
      Array.isArray(texts) &&
      texts.length > 0 &&
      texts.every(text => typeof text === 'string'),
  )
const isEntry = (value: unknown): boolean =>
  isLanguageMap((value as Json)['label']) && isLanguageMap((value as Json)['value'])

/** A rule of the resources of some types. */
export const of = (
  types: readonly string[],
  section: string,
  name: string,
  holds: (resource: Json, place: Place) => boolean | undefined,
): Rule => ({
  name,
  section,
  holds: (resource, place) => (types.includes(typeOf(resource)) ? holds(resource, place) : undefined),
})
/** A rule of what a property says, where it stands. */
export const said = (
  property: string,
  section: string,
  name: string,
  holds: (value: unknown) => boolean,
): Rule => ({
  name,
  section,
  holds: resource => (property in resource ? holds(resource[property]) : undefined),
})
/** Properties that belong to some types alone. */
export const only = (property: string, types: readonly string[], section: string): Rule => ({
  name: `${property} belongs to ${types.join(', ')} alone`,
  section,
  holds: resource => (property in resource ? types.includes(typeOf(resource)) : undefined),
})
const structural = ['Collection', 'Manifest', 'Canvas', 'Range', 'AnnotationPage', 'Annotation']
const arrays = [
  'metadata',
  'provider',
  'thumbnail',
  'behavior',
  'seeAlso',
  'service',
  'services',
  'homepage',
  'logo',
  'rendering',
  'partOf',
  'items',
  'structures',
  'annotations',
] as const
const behaviours: Readonly<Record<string, readonly string[]>> = {
  'auto-advance': ['Collection', 'Manifest', 'Canvas', 'Range'],
  'no-auto-advance': ['Collection', 'Manifest', 'Canvas', 'Range'],
  repeat: ['Collection', 'Manifest'],
  'no-repeat': ['Collection', 'Manifest'],
  unordered: ['Collection', 'Manifest', 'Range'],
  individuals: ['Collection', 'Manifest', 'Range'],
  continuous: ['Collection', 'Manifest', 'Range'],
  paged: ['Collection', 'Manifest', 'Range'],
  'facing-pages': ['Canvas'],
  'non-paged': ['Canvas'],
  'multi-part': ['Collection'],
  together: ['Collection'],
  sequence: ['Range'],
  'thumbnail-nav': ['Range'],
  'no-nav': ['Range'],
}
const disjoint = [
  ['unordered', 'individuals', 'continuous', 'paged'],
  ['facing-pages', 'non-paged'],
  ['multi-part', 'together'],
  ['auto-advance', 'no-auto-advance'],
  ['repeat', 'no-repeat'],
  ['sequence', 'thumbnail-nav', 'no-nav'],
]
/** What may stand in `items`. */
const items: Readonly<Record<string, readonly string[]>> = {
  Collection: ['Collection', 'Manifest'],
  Manifest: ['Canvas'],
  Canvas: ['AnnotationPage'],
  Range: ['Range', 'Canvas', 'SpecificResource'],
  AnnotationPage: ['Annotation'],
}
const context = 'http://iiif.io/api/presentation/3/context.json'
const canvasIds = (top: Json): Set<unknown> => new Set(list(top['items']).map(item => item['id']))
const isReference = (place: Place, resource: Json): boolean =>
  ['partOf', 'start', 'annotations'].includes(place.role) ||
  place.parent?.['type'] === 'Range' ||
  (place.parent?.['type'] === 'Collection' && place.role === 'items') ||
  (typeOf(resource) === 'Canvas' && place.role === 'target')

export const presentationRules: readonly Rule[] = [
  {
    name: 'the context comes first at the top',
    section: '4.6',
    holds: (resource, { isTop }) =>
      isTop ? resource['@context'] === context && Object.keys(resource)[0] === '@context' : undefined,
  },
  {
    name: 'what is embedded has no context of its own',
    section: '4.6',
    // other services bring their own
    holds: (resource, { isTop, role }) =>
      isTop || role === 'service' ? undefined : !('@context' in resource),
  },
  {
    name: 'a resource has a type',
    section: '3.2',
    holds: resource => typeof resource['type'] === 'string',
  },
  of(structural, '3.2', 'a resource of IIIF has an http address', resource => isHttp(resource['id'])),
  of(
    ['Image', 'Sound', 'Video', 'Dataset', 'Text', 'Agent'],
    '3.2',
    'content and agents have an http address',
    resource => isHttp(resource['id']),
  ),
  of(
    ['Canvas'],
    '3.2',
    'the address of a canvas has no fragment',
    resource => !String(resource['id']).includes('#'),
  ),
  of(['Manifest'], '3.2', 'no two canvases have one address', (resource, { isTop }) =>
    isTop ? canvasIds(resource).size === list(resource['items']).length : undefined,
  ),
  of(
    ['Collection', 'Manifest'],
    '3.1',
    'collections and manifests have a label',
    resource => 'label' in resource,
  ),
  of(['Agent'], '3.1', 'an agent has a label', resource => 'label' in resource),
  said('label', '3.1', 'a label is a language map', isLanguageMap),
  said('summary', '3.1', 'a summary is a language map', isLanguageMap),
  said('metadata', '3.1', 'metadata has pairs of label and value', value => list(value).every(isEntry)),
  said('requiredStatement', '3.1', 'a required statement has a label and a value', isEntry),
  said('rights', '3.1', 'rights is an http:// address of Creative Commons or RightsStatements.org', value =>
    /^http:\/\/(creativecommons\.org|rightsstatements\.org)\//.test(String(value)),
  ),
  said('navDate', '3.1', 'navDate is a time with its zone', value =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(String(value)),
  ),
  only('navDate', ['Collection', 'Manifest', 'Canvas', 'Range'], '3.1'),
  only('provider', ['Collection', 'Manifest', 'Canvas', 'Range'], '3.1'),
  only('requiredStatement', [...structural], '3.1'),
  only('placeholderCanvas', ['Collection', 'Manifest', 'Canvas', 'Range'], '3.1'),
  said('provider', '3.1', 'a provider is an agent', value =>
    list(value).every(each => typeOf(each) === 'Agent'),
  ),
  only('format', ['Image', 'Sound', 'Video', 'Dataset', 'Text', 'TextualBody'], '3.2'),
  only('language', ['Image', 'Sound', 'Video', 'Dataset', 'Text', 'TextualBody'], '3.2'),
  only('height', ['Canvas', 'Image', 'Video'], '3.2'),
  only('width', ['Canvas', 'Image', 'Video'], '3.2'),
  only('duration', ['Canvas', 'Sound', 'Video'], '3.2'),
  said('duration', '3.2', 'a duration is a number of seconds above 0', value => Number(value) > 0),
  of(['Canvas'], '3.2', 'a canvas has a width and a height, whole numbers above 0', (resource, place) =>
    isReference(place, resource) ||
    // what is heard alone has no size
    ('duration' in resource && !('width' in resource) && !('height' in resource))
      ? undefined
      : [resource['width'], resource['height']].every(size => Number.isInteger(size) && Number(size) > 0),
  ),
  only('viewingDirection', ['Collection', 'Manifest', 'Range'], '3.2'),
  said('viewingDirection', '3.2', 'a viewing direction is one of four', value =>
    ['left-to-right', 'right-to-left', 'top-to-bottom', 'bottom-to-top'].includes(String(value)),
  ),
  {
    name: 'a behaviour is one that the type may have',
    section: '3.2',
    holds: resource =>
      'behavior' in resource
        ? strings(resource['behavior']).every(each => behaviours[each]?.includes(typeOf(resource)))
        : undefined,
  },
  said('behavior', '3.2', 'behaviours that exclude each other do not stand together', value =>
    disjoint.every(set => set.filter(each => list(value).includes(each as never)).length <= 1),
  ),
  ...arrays.map(name => said(name, '4.1', `${name} is a list`, value => Array.isArray(value))),
  ...arrays
    .filter(name => name !== 'items')
    .map(name =>
      said(
        name,
        '4.1',
        `${name} is left out rather than empty`,
        value => !Array.isArray(value) || value.length > 0,
      ),
    ),
  ...(['homepage', 'rendering'] as const).map(name =>
    said(name, '3.3', `${name} has a label, a type and a format`, value =>
      list(value).every(each => 'label' in each && 'type' in each && 'format' in each),
    ),
  ),
  said('seeAlso', '3.3', 'seeAlso has a type, a format and a profile', value =>
    list(value).every(each => 'type' in each && 'format' in each && 'profile' in each),
  ),
  said('service', '3.3', 'a service has an address and a type', value =>
    list(value).every(each => isHttp(each['id'] ?? each['@id']) && ('type' in each || '@type' in each)),
  ),
  {
    name: 'an image service says its profile',
    section: '3.2',
    holds: resource => (typeOf(resource).startsWith('ImageService') ? 'profile' in resource : undefined),
  },
  only('services', ['Collection', 'Manifest'], '3.3'),
  only('structures', ['Manifest'], '3.4'),
  only('start', ['Manifest', 'Range'], '3.3'),
  of(['Manifest'], '3.3', 'a manifest starts at one of its canvases', resource =>
    'start' in resource ? canvasIds(resource).has((resource['start'] as Json)['id']) : undefined,
  ),
  of(['Manifest'], '3.4', 'a manifest has canvases', (resource, { isTop }) =>
    isTop ? list(resource['items']).length > 0 : undefined,
  ),
  of(
    ['Collection', 'AnnotationPage'],
    '3.4',
    'collections and annotation pages have items',
    (resource, { isTop }) => (isTop ? 'items' in resource : undefined),
  ),
  of(['Range'], '3.4', 'a range holds something', resource => list(resource['items']).length > 0),
  {
    name: 'items are of the types that belong there',
    section: '3.4',
    holds: resource =>
      'items' in resource
        ? list(resource['items']).every(item => items[typeOf(resource)]?.includes(typeOf(item)))
        : undefined,
  },
  said('structures', '3.4', 'structures are ranges', value =>
    list(value).every(each => typeOf(each) === 'Range'),
  ),
  of(['Canvas'], '5.4', 'a range names canvases of its manifest', (resource, { parent, top }) =>
    parent?.['type'] === 'Range' ? canvasIds(top).has(resource['id']) : undefined,
  ),
  of(['Manifest'], '5.1', 'a collection names manifests and does not hold them', (resource, { isTop }) =>
    isTop ? undefined : !('items' in resource),
  ),
  of(['AnnotationPage'], '5.5', 'annotations beside a canvas are named and not held', (resource, { role }) =>
    role === 'annotations' ? !('items' in resource) : undefined,
  ),
  of(
    ['Annotation'],
    '5.6',
    'an annotation has a motivation',
    resource => typeof resource['motivation'] === 'string',
  ),
  of(['Annotation'], '5.6', 'what stands on the canvas is painted there', (resource, { top }) =>
    top['type'] === 'Manifest' ? resource['motivation'] === 'painting' : undefined,
  ),
  of(['Annotation'], '5.6', 'text beside the canvas supplements it', (resource, { top }) =>
    top['type'] === 'AnnotationPage' ? resource['motivation'] === 'supplementing' : undefined,
  ),
  of(['Annotation'], '5.6', 'an annotation has a target', resource => isHttp(resource['target'])),
  of(['Annotation'], '5.6', 'what is painted stands on the canvas around it', (resource, { path, top }) => {
    const canvas = /^\/items\/(\d+)\/items\//.exec(path)?.[1]
    return canvas === undefined || top['type'] !== 'Manifest'
      ? undefined
      : resource['target'] === list(top['items'])[Number(canvas)]?.['id']
  }),
  of(
    ['Annotation'],
    '5.6',
    'what plays is painted on a canvas that lasts',
    (resource, { parent, path, top }) => {
      const canvas = /^\/items\/(\d+)\/items\//.exec(path)?.[1]
      const body = resource['body'] as Json | undefined
      return canvas === undefined ||
        parent === undefined ||
        !body ||
        !['Sound', 'Video'].includes(typeOf(body))
        ? undefined
        : list(top['items'])[Number(canvas)]?.['duration'] === body['duration']
    },
  ),
  of(['Image'], '5.7', 'the body is an image and not its service', resource =>
    list(resource['service']).every(service => (service['id'] ?? service['@id']) !== resource['id']),
  ),
]

const held = ['items', 'structures', 'provider', 'thumbnail', 'homepage', 'seeAlso', 'rendering', 'partOf', 'logo', 'annotations', 'service', 'start', 'body', 'placeholderCanvas'] // prettier-ignore

/** What is wrong with a resource of version 3.0 and everything in it, as `path: rule (section)`. */
export const presentationFaults = (top: Json): string[] => faultsBy(presentationRules, held, top)

/** @param within properties whose resources are looked at, too */
export function faultsBy(rules: readonly Rule[], within: readonly string[], top: Json): string[] {
  const faults: string[] = []
  const visit = (resource: Json, place: Place): void => {
    for (const { name, section, holds } of rules)
      if (holds(resource, place) === false) faults.push(`${place.path || '/'}: ${name} (${section})`)
    for (const role of within) {
      const value = resource[role]
      if (typeof value !== 'object' || value === null) continue
      const each = Array.isArray(value) ? (value as Json[]) : [value as Json]
      each.forEach((child, at) => {
        // services of other norms speak as those do; what is a text is an address
        if ((role === 'service' && '@type' in child) || typeof child === 'string') return
        const path = `${place.path}/${role}${Array.isArray(value) ? `/${at}` : ''}`
        visit(child, { path, role, isTop: false, top, parent: resource })
      })
    }
  }
  visit(top, { path: '', role: '', isTop: true, top, parent: undefined })
  return faults
}
