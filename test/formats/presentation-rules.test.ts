// A table of the rules that our manifests are checked by, each with what breaks it: a rule that nothing can break is no rule, and a rule
// without an entry here fails.
import type { Test } from 'tap'
import t from '../support/tap.ts'
import { annotationList2, collection2, manifest2 } from '../../src/formats/iiif-presentation/v2.ts'
import { collection3, manifest3 } from '../../src/formats/iiif-presentation/v3.ts'
import type { Canvas, Collection, Manifest, Resource } from '../../src/formats/iiif-presentation/model.ts'
import { presentation2Faults, presentation2Rules } from '../support/presentation-2-rules.ts'
import { type Json, presentationFaults, presentationRules, type Rule } from '../support/presentation-rules.ts'

const at = (path: string): string => `https://library.example/${path}`
const label = { none: ['Vom Buche'] }
const resource = (id: string): Resource => ({
  id,
  label,
  metadata: [{ label: { de: ['Titel'] }, value: label }],
  rights: 'http://creativecommons.org/publicdomain/mark/1.0/',
  requiredStatement: { label: { de: ['Von'] }, value: label },
  provider: { id: at('owner'), label, homepage: at('home'), logo: at('logo.png') },
  homepage: { id: at('id/1'), label, language: 'de' },
  thumbnail: { id: at('t.jpg'), width: 1, height: 2, service3: at('image/3/1'), service2: undefined },
  seeAlso: [
    { id: at('mets'), type: 'Dataset', format: 'application/xml', profile: 'http://www.loc.gov/METS/' },
  ],
  rendering: [{ id: at('pdf'), type: 'Text', format: 'application/pdf', label }],
  partOf: [{ id: at('collection/2'), label }],
  behavior: ['paged'],
  navDate: '1902-03-08T00:00:00Z',
})
const canvas = (n: number): Canvas => ({
  id: at(`canvas/${n}`),
  label,
  width: 1000,
  height: 1500,
  image: {
    id: at(`image/3/${n}/full/max/0/default.jpg`),
    service3: at(`image/3/${n}`),
    service2: at(`image/2/${n}`),
    thumbnail: { id: at(`t${n}.jpg`), width: 1, height: 2, service3: undefined, service2: undefined },
    auth: undefined,
  },
  annotations: at(`annotations/${n}`),
  seeAlso: [],
  rendering: [],
})
const manifest: Manifest = {
  ...resource(at('1/manifest')),
  viewingDirection: 'left-to-right',
  canvases: [canvas(1), canvas(2)],
  recordings: [
    { canvas: at('recording/1'), label, id: at('file/1'), type: 'Sound', format: 'audio/wav', duration: 1.5, size: undefined },
    { canvas: at('recording/2'), label, id: at('file/2'), type: 'Video', format: 'video/webm', duration: 2, size: { width: 4, height: 3 } },
  ], // prettier-ignore
  ranges: [{ id: at('range/1'), label, items: [at('canvas/1'), at('canvas/2')] }],
  start: at('canvas/1'),
  searchService: { id: at('search'), autocomplete: at('search/autocomplete'), version1: at('search/1') },
}
const collection: Collection = {
  ...resource(at('collection/2')),
  behavior: ['multi-part'],
  members: [{ id: at('1/manifest'), kind: 'Manifest', label, navDate: undefined, thumbnail: undefined }],
}
const annotations = (): Json => ({
  '@context': 'http://iiif.io/api/presentation/3/context.json',
  id: at('annotations/1'),
  type: 'AnnotationPage',
  items: [
    {
      id: at('annotations/1/1'),
      type: 'Annotation',
      motivation: 'supplementing',
      body: { type: 'TextualBody', value: 'Buch', format: 'text/plain' },
      target: at('canvas/1#xywh=0,0,1,1'),
    },
  ],
})

type Documents = { manifest: Json; collection: Json; annotations: Json }
const documents = (): Documents => ({
  manifest: structuredClone(manifest3(manifest)) as Json,
  collection: structuredClone(collection3(collection)) as Json,
  annotations: annotations(),
})
/** The resource at a path, as `items/0/body`. */
const within = (document: Json, path: string): Json =>
  path.split('/').reduce((value, name) => value[name] as Json, document)
const set =
  (of: keyof Documents, path: string, changes: Json) =>
  (all: Documents): void => {
    const target = path === '' ? all[of] : within(all[of], path)
    for (const [name, value] of Object.entries(changes))
      if (value === undefined) delete target[name]
      else target[name] = value
  }
const inManifest = (path: string, changes: Json) => set('manifest', path, changes)
const painted = 'items/0/items/0/items/0'

const emptied = ['metadata', 'provider', 'thumbnail', 'behavior', 'seeAlso', 'service', 'homepage', 'rendering', 'partOf', 'structures'] // prettier-ignore
const unlisted = [...emptied, 'items']
/** Rule → what breaks it. */
const gaps: Readonly<Record<string, (all: Documents) => void>> = {
  'the context comes first at the top': inManifest('', { '@context': undefined }),
  'what is embedded has no context of its own': inManifest('items/0', { '@context': 'x' }),
  'a resource has a type': inManifest('provider/0/logo/0', { type: undefined }),
  'a resource of IIIF has an http address': inManifest(painted, { id: 'urn:x' }),
  'content and agents have an http address': inManifest(`${painted}/body`, { id: 'image.jpg' }),
  'the address of a canvas has no fragment': all => {
    for (const path of ['items/0', 'start', 'structures/0/items/0'])
      within(all.manifest, path)['id'] = at('1#c')
    within(all.manifest, painted)['target'] = at('1#c')
  },
  'no two canvases have one address': all => {
    within(all.manifest, 'items/1')['id'] = at('canvas/1')
    within(all.manifest, 'items/1/items/0/items/0')['target'] = at('canvas/1')
    within(all.manifest, 'structures/0/items/1')['id'] = at('canvas/1')
  },
  'collections and manifests have a label': set('collection', 'items/0', { label: undefined }),
  'an agent has a label': inManifest('provider/0', { label: undefined }),
  'a label is a language map': inManifest('items/0', { label: 'Seite 1' }),
  'a summary is a language map': inManifest('', { summary: 'Ein Buch' }),
  'metadata has pairs of label and value': inManifest('metadata/0', { value: 'Vom Buche' }),
  'a required statement has a label and a value': inManifest('requiredStatement', { label: undefined }),
  'rights is an http:// address of Creative Commons or RightsStatements.org': inManifest('', {
    rights: 'https://creativecommons.org/publicdomain/mark/1.0/',
  }),
  'navDate is a time with its zone': inManifest('', { navDate: '1902-03-08T00:00:00' }),
  'navDate belongs to Collection, Manifest, Canvas, Range alone': inManifest(`${painted}/body`, {
    navDate: '1902-03-08T00:00:00Z',
  }),
  'provider belongs to Collection, Manifest, Canvas, Range alone': inManifest(painted, {
    provider: [{ id: at('owner'), type: 'Agent', label }],
  }),
  'requiredStatement belongs to Collection, Manifest, Canvas, Range, AnnotationPage, Annotation alone':
    inManifest('provider/0', { requiredStatement: { label, value: label } }),
  'placeholderCanvas belongs to Collection, Manifest, Canvas, Range alone': inManifest(painted, {
    placeholderCanvas: { id: at('canvas/9'), type: 'Canvas', width: 1, height: 1 },
  }),
  'a provider is an agent': inManifest('provider/0', { type: 'Text' }),
  'format belongs to Image, Sound, Video, Dataset, Text, TextualBody alone': inManifest('', {
    format: 'application/json',
  }),
  'language belongs to Image, Sound, Video, Dataset, Text, TextualBody alone': inManifest('', {
    language: ['de'],
  }),
  'height belongs to Canvas, Image, Video alone': inManifest('', { height: 1 }),
  'width belongs to Canvas, Image, Video alone': inManifest('', { width: 1 }),
  'duration belongs to Canvas, Sound, Video alone': inManifest('', { duration: 1 }),
  'a duration is a number of seconds above 0': all => {
    within(all.manifest, 'items/2')['duration'] = 0
    within(all.manifest, 'items/2/items/0/items/0/body')['duration'] = 0
  },
  'a canvas has a width and a height, whole numbers above 0': inManifest('items/0', { height: undefined }),
  'viewingDirection belongs to Collection, Manifest, Range alone': inManifest('items/0', {
    viewingDirection: 'left-to-right',
  }),
  'a viewing direction is one of four': inManifest('', { viewingDirection: 'rtl' }),
  'a behaviour is one that the type may have': inManifest('', { behavior: ['multi-part'] }),
  'behaviours that exclude each other do not stand together': inManifest('', {
    behavior: ['paged', 'continuous'],
  }),
  ...Object.fromEntries(
    unlisted.map(name => [
      `${name} is a list`,
      (all: Documents) => {
        const document = name === 'items' ? all.annotations : all.manifest
        document[name] = (document[name] as unknown[])[0]
      },
    ]),
  ),
  'services is a list': inManifest('', { services: { id: at('s'), type: 'X' } }),
  'logo is a list': inManifest('provider/0', { logo: { id: at('l.png'), type: 'Image' } }),
  'annotations is a list': inManifest('items/0', { annotations: { id: at('a'), type: 'AnnotationPage' } }),
  ...Object.fromEntries(
    emptied.map(name => [`${name} is left out rather than empty`, inManifest('', { [name]: [] })]),
  ),
  'services is left out rather than empty': inManifest('', { services: [] }),
  'logo is left out rather than empty': inManifest('provider/0', { logo: [] }),
  'annotations is left out rather than empty': inManifest('items/0', { annotations: [] }),
  'homepage has a label, a type and a format': inManifest('homepage/0', { label: undefined }),
  'rendering has a label, a type and a format': inManifest('rendering/0', { format: undefined }),
  'seeAlso has a type, a format and a profile': inManifest('seeAlso/0', { profile: undefined }),
  'a service has an address and a type': inManifest('service/0', { id: undefined }),
  'an image service says its profile': inManifest(`${painted}/body/service/0`, { profile: undefined }),
  'services belongs to Collection, Manifest alone': inManifest('items/0', {
    services: [{ id: at('s'), type: 'X' }],
  }),
  'structures belongs to Manifest alone': set('collection', '', {
    structures: [{ id: at('r'), type: 'Range', items: [{ id: at('s'), type: 'SpecificResource' }] }],
  }),
  'start belongs to Manifest, Range alone': inManifest('items/0', {
    start: { id: at('canvas/1'), type: 'Canvas' },
  }),
  'a manifest starts at one of its canvases': inManifest('start', { id: at('canvas/9') }),
  'a manifest has canvases': all => {
    for (const name of ['start', 'structures']) delete all.manifest[name]
    all.manifest['items'] = []
  },
  'collections and annotation pages have items': set('collection', '', { items: undefined }),
  'a range holds something': inManifest('structures/0', { items: [] }),
  'items are of the types that belong there': inManifest('structures/0/items/0', { type: 'Annotation', target: at('x'), motivation: 'painting' }), // prettier-ignore
  'structures are ranges': inManifest('structures/0', { type: 'Sequence', items: undefined }),
  'a range names canvases of its manifest': inManifest('structures/0/items/0', { id: at('canvas/9') }),
  'a collection names manifests and does not hold them': set('collection', 'items/0', { items: [] }),
  'annotations beside a canvas are named and not held': inManifest('items/0/annotations/0', { items: [] }),
  'an annotation has a motivation': set('annotations', 'items/0', { motivation: undefined }),
  'what stands on the canvas is painted there': inManifest(painted, { motivation: 'commenting' }),
  'text beside the canvas supplements it': set('annotations', 'items/0', { motivation: 'painting' }),
  'an annotation has a target': set('annotations', 'items/0', { target: undefined }),
  'what is painted stands on the canvas around it': inManifest(painted, { target: at('canvas/2') }),
  'what plays is painted on a canvas that lasts': inManifest('items/2/items/0/items/0/body', { duration: 9 }),
  'the body is an image and not its service': inManifest(`${painted}/body`, { id: at('image/3/1') }),
}
/** Rules that cannot be broken alone: what breaks the one breaks the other, too. */
const together: Readonly<Record<string, readonly string[]>> = {
  'an annotation has a motivation': ['text beside the canvas supplements it'],
}

const documents2 = (): Documents => ({
  manifest: structuredClone(manifest2({ ...manifest, behavior: ['paged'] })) as Json,
  collection: structuredClone(collection2(collection)) as Json,
  annotations: structuredClone(
    annotationList2(at('annotations/1'), at('canvas/1'), [
      { id: at('annotations/1/1'), text: 'Buch', language: 'de', box: { x: 0, y: 0, width: 1, height: 1 } },
    ]),
  ) as Json,
})
const canvas2 = 'sequences/0/canvases/0'
const gaps2: Readonly<Record<string, (all: Documents) => void>> = {
  'the context stands at the top alone': inManifest(canvas2, { '@context': 'x' }),
  'a resource has an http address': inManifest('', { '@id': 'urn:x' }),
  'a resource has a type': set('annotations', 'resources/0/resource', { '@type': undefined }),
  'a resource has a label': inManifest(canvas2, { label: undefined }),
  'a label is a text, or texts with their languages': inManifest(canvas2, { label: { none: ['1'] } }),
  'metadata has pairs of label and value': inManifest('metadata/0', { value: undefined }),
  'a licence is an address': inManifest('', { license: 'cc0' }),
  'navDate is a time with its zone': inManifest('', { navDate: '1902-03-08' }),
  'navDate belongs to sc:Collection, sc:Manifest, sc:Canvas, sc:Range alone': inManifest('sequences/0', {
    navDate: '1902-03-08T00:00:00Z',
  }),
  'viewingDirection belongs to sc:Manifest, sc:Sequence, sc:Range, sc:Canvas alone': set('collection', '', {
    viewingDirection: 'left-to-right',
  }),
  'a viewing hint is one that the type may have': set('collection', '', { viewingHint: 'paged' }),
  'a manifest has a sequence': all => {
    delete all.manifest['structures']
    all.manifest['sequences'] = []
  },
  'a collection names manifests and does not hold them': set('collection', 'members/0', { sequences: [] }),
  'a sequence has canvases': all => {
    delete all.manifest['structures']
    within(all.manifest, 'sequences/0')['canvases'] = []
    delete within(all.manifest, 'sequences/0')['startCanvas']
  },
  'a sequence starts at one of its canvases': inManifest('sequences/0', { startCanvas: at('canvas/9') }),
  'a canvas has a width and a height, whole numbers above 0': inManifest(canvas2, { width: 0 }),
  'the images of a canvas are annotations': inManifest(`${canvas2}/images/0`, { '@type': 'dctypes:Image' }),
  'an annotation is painted': inManifest(`${canvas2}/images/0`, { motivation: 'painting' }),
  'an annotation stands on a canvas': inManifest(`${canvas2}/images/0`, { on: at('canvas/9') }),
  'an annotation has a resource': inManifest(`${canvas2}/images/0`, { resource: undefined }),
  'the image of a canvas lies below its service': inManifest(`${canvas2}/images/0/resource`, {
    '@id': at('iiif/image/3/1/full/max/0/default.jpg'),
  }),
  'a service has a context, an address and a profile': inManifest('service', { profile: undefined }),
  'structures belongs to sc:Manifest alone': set('collection', '', { structures: [] }),
  'a range names canvases of its manifest': inManifest('structures/1', { canvases: [at('canvas/9')] }),
  'a range names ranges of its manifest': inManifest('structures/0', { ranges: [at('range/9')] }),
  'the members of a collection have an address, a type and a label': set('collection', 'members/0', {
    '@type': undefined,
  }),
}
const together2: Readonly<Record<string, readonly string[]>> = {
  'the members of a collection have an address, a type and a label': ['a resource has a type'],
}

t.test('each rule of version 3.0 is broken by its entry in the table, and alone', async t =>
  judge(t, presentationRules, presentationFaults, gaps, together, documents),
)
t.test('each rule of version 2.1 is broken by its entry in the table, and alone', async t =>
  judge(t, presentation2Rules, presentation2Faults, gaps2, together2, documents2),
)

/** A good document breaks no rule; each gap breaks its rule, and no other but those told. */
async function judge<D extends object>(
  t: Test,
  rules: readonly Rule[],
  faults: (document: Json) => string[],
  table: Readonly<Record<string, (all: D) => void>>,
  beside: Readonly<Record<string, readonly string[]>>,
  make: () => D,
): Promise<void> {
  const brokenIn = (all: D): string[] => [
    ...new Set(
      Object.values(all).flatMap(each => faults(each as Json).map(fault => fault.replace(/^\S+: /, ''))),
    ),
  ]
  t.same(brokenIn(make()), [], 'what we write breaks none')
  for (const { name, section } of rules)
    await t.test(`${section}: ${name}`, async t => {
      const breaks = table[name]
      if (!breaks) {
        t.fail('nothing in the table breaks this rule')
        return
      }
      const all = make()
      breaks(all)
      const broken = brokenIn(all).map(fault => fault.replace(/ \([\d.]+\)$/, ''))
      t.same(broken.sort(), [name, ...(beside[name] ?? [])].sort())
    })
  const names = new Set(rules.map(({ name }) => name))
  t.same(
    Object.keys(table).filter(name => !names.has(name)),
    [],
    'each entry is of a rule',
  )
}
