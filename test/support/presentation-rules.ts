// The rules of IIIF Presentation 3.0 that a document can be checked against by itself, each a name and a check of one resource.
// @see https://iiif.io/api/presentation/3.0/
type Json = Record<string, unknown>
const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : [])
const isUri = (value: unknown): boolean => typeof value === 'string' && /^https?:\/\/[^\s]+$/.test(value)
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
const arrays = [
  'items',
  'thumbnail',
  'metadata',
  'provider',
  'homepage',
  'logo',
  'rendering',
  'service',
  'services',
  'seeAlso',
  'partOf',
  'structures',
  'annotations',
  'behavior',
]
const only: Readonly<Record<string, readonly string[]>> = {
  structures: ['Manifest'],
  navDate: ['Collection', 'Manifest', 'Canvas'],
  viewingDirection: ['Collection', 'Manifest', 'Range'],
  start: ['Manifest', 'Range'],
  placeholderCanvas: ['Collection', 'Manifest', 'Canvas', 'Range'],
  services: ['Collection', 'Manifest'],
  height: ['Canvas', 'Image'],
  width: ['Canvas', 'Image'],
}
const labelled = ['Collection', 'Manifest']

/** What is wrong with a resource and everything in it, as `path: rule`. */
export function presentationFaults(resource: Json, path = '', isTop = true): string[] {
  const faults: string[] = []
  const claim = (holds: boolean, rule: string) => {
    if (!holds) faults.push(`${path || '/'}: ${rule}`)
  }
  const type = String(resource['type'] ?? resource['@type'])
  if (!('@id' in resource))
    claim(isUri(resource['id']) || type === 'TextualBody', `id of ${type} is an http address`)
  claim(type !== 'undefined', 'has a type')
  claim(isTop === '@context' in resource, '@context stands at the top alone')
  if (isTop)
    claim(
      resource['@context'] === 'http://iiif.io/api/presentation/3/context.json' &&
        Object.keys(resource)[0] === '@context',
      '@context comes first',
    )
  if (labelled.includes(type)) claim(isLanguageMap(resource['label']), `${type} has a label`)
  if ('label' in resource) claim(isLanguageMap(resource['label']), 'label is a language map')
  if ('summary' in resource) claim(isLanguageMap(resource['summary']), 'summary is a language map')
  for (const name of arrays)
    if (name in resource)
      claim(
        Array.isArray(resource[name]) && (list(resource[name]).length > 0 || name === 'items'),
        `${name} is a list that is not empty`,
      )
  for (const [name, types] of Object.entries(only))
    if (name in resource) claim(types.includes(type), `${name} does not belong to ${type}`)
  for (const entry of [
    ...list(resource['metadata']),
    ...('requiredStatement' in resource ? [resource['requiredStatement'] as Json] : []),
  ])
    claim(isLanguageMap(entry['label']) && isLanguageMap(entry['value']), 'metadata has label and value')
  if ('rights' in resource)
    claim(
      /^http:\/\/(creativecommons\.org|rightsstatements\.org)\//.test(String(resource['rights'])),
      'rights is an http:// address of Creative Commons or RightsStatements.org',
    )
  if ('navDate' in resource)
    claim(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(String(resource['navDate'])),
      'navDate has a time zone',
    )
  if (type === 'Canvas' && 'items' in resource) {
    claim(!String(resource['id']).includes('#'), 'a canvas has an address without fragment')
    for (const name of ['width', 'height'])
      claim(Number.isInteger(resource[name]) && Number(resource[name]) > 0, `a canvas has a ${name}`)
  }
  if (['Manifest', 'Collection', 'Range', 'AnnotationPage'].includes(type) && isTop)
    claim(Array.isArray(resource['items']), `${type} has items`)
  if (type === 'Manifest' && isTop) claim(list(resource['items']).length > 0, 'a manifest has canvases')
  if (type === 'Annotation') {
    claim(typeof resource['motivation'] === 'string', 'an annotation has a motivation')
    claim(isUri(resource['target']), 'an annotation has a target')
    const body = resource['body'] as Json | undefined
    if (body && body['type'] === 'Image')
      claim(
        list(body['service']).every(service => (service['id'] ?? service['@id']) !== body['id']),
        'the body is an image, not its service',
      )
    if (body) faults.push(...presentationFaults(body, `${path}/body`, false))
  }
  if (type === 'Agent') claim(isLanguageMap(resource['label']), 'an agent has a label')
  for (const name of ['seeAlso', 'rendering', 'homepage'])
    for (const each of list(resource[name]))
      claim(
        isUri(each['id']) && typeof each['type'] === 'string' && typeof each['format'] === 'string',
        `${name} has id, type and format`,
      )
  for (const name of ['items', 'structures', 'provider', 'thumbnail', 'partOf', 'logo', 'annotations'])
    list(resource[name]).forEach((each, at) =>
      faults.push(...presentationFaults(each, `${path}/${name}/${at}`, false)),
    )
  return faults
}
