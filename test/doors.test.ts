// Whatever is asked at a door, the answer is one that its norm knows: well-formed, with the right kind of status, never a fault of ours.
import fc from 'fast-check'
import t from './support/tap.ts'
import { some } from './support/at-length.ts'
import { readXml } from '../src/formats/xml/read.ts'
import { randomCases, wordsOfObjects } from './support/cases.ts'
import { publicAddress, startWithSample } from './support/collection.ts'
import { type Answer } from './support/start.ts'

const { app, ids } = await startWithSample(t, { ...publicAddress, FIREFOLIO_OAI_PAGESIZE: '2' })
const [page] = (await app.read(`/api/v1/titles/${ids.issue}/pages`)).body.items as { id: number }[]

const anything = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  fc.constantFrom(...wordsOfObjects),
)
const oneOf = (...values: string[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...values) }, anything)
const number = oneOf('0', '1', '-1', '5', '1e3', '2147483648', '99999999999999999999', '1.5', '')
const words = fc
  .array(
    oneOf('a', 'licht', 'dc.title', '=', 'and', 'or', 'not', 'prox', '(', ')', '"', '*', '-', 'vl.fulltext', 'any', 'within', 'sortBy', '/', 'NEAR', '^', ':', '\\'), // prettier-ignore
    { maxLength: 8 },
  )
  .map(parts => parts.join(' '))

/** Random arguments of a query, repeated and unknown ones among them. */
const query = (path: string, values: Readonly<Record<string, fc.Arbitrary<string>>>): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc
          .constantFrom(...Object.keys(values))
          .chain(name => fc.tuple(fc.constant(name), values[name] ?? anything)),
        fc.tuple(fc.constantFrom('x', 'verb', 'q'), anything),
      ),
      { maxLength: 6 },
    )
    .map(pairs => `${path}?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`)
/** Random pieces of a path. */
const path = (root: string, ...pieces: string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...pieces) },
        fc.constantFrom('0', '-1', '2147483648', '1e3', '..', '%2e', '%', '%00', ''),
        anything.map(encodeURIComponent),
      ),
      { maxLength: 5 },
    )
    .map(parts => [root, ...parts].join('/'))

const asXml = (answer: Answer): void => {
  if (answer.status !== 200) throw new Error(`status ${answer.status}`)
  readXml(answer.body as string)
}
/** Found, led on, or refused with a problem document. */
const asHttp = ({ status, headers, body }: Answer): void => {
  if (
    ![200, 301, 302, 303, 304].includes(status) &&
    ![400, 403, 404, 405, 406, 414, 422, 501].includes(status)
  )
    throw new Error(`status ${status}: ${JSON.stringify(body).slice(0, 500)}`)
  if (status >= 400 && !headers['content-type']?.startsWith('application/problem+json'))
    throw new Error(`${status} as ${headers['content-type']}`)
}

const pieces = [String(ids.monograph), String(ids.work), String(page?.id), 'sample', 'top']
const doors: Readonly<Record<string, [fc.Arbitrary<string>, (answer: Answer) => void]>> = {
  'OAI-PMH': [
    query('/oai', {
      verb: oneOf(
        'Identify',
        'ListRecords',
        'ListIdentifiers',
        'GetRecord',
        'ListSets',
        'ListMetadataFormats',
      ),
      metadataPrefix: oneOf('oai_dc', 'mods', 'rawmods', 'mets', 'epicur', 'zmets', 'marcxml'),
      identifier: oneOf(`oai:library.example:${ids.monograph}`, String(ids.work), 'oai:library.example:5'),
      set: oneOf('sample', 'genre:monograph', 'genre'),
      from: oneOf('2024-01-01', '2024-01-01T00:00:00Z', '2024-02-30'),
      until: oneOf('2034-01-01', '2001-01-01', '2034-01-01T00:00:00Z'),
      resumptionToken: anything,
    }),
    asXml,
  ],
  SRU: [
    query('/sru', {
      operation: oneOf('explain', 'searchRetrieve', 'scan'),
      version: oneOf('1.1', '1.2', '2.0', '3.0'),
      query: words,
      scanClause: words,
      queryType: oneOf('cql', 'searchTerms'),
      startRecord: number,
      maximumRecords: number,
      maximumTerms: number,
      responsePosition: number,
      recordSchema: oneOf('mods', 'dc', 'info:srw/schema/1/mods-v3.6'),
      recordPacking: oneOf('xml', 'string', 'packed'),
      recordXMLEscaping: oneOf('xml', 'string'),
      sortKeys: oneOf('title', 'dc.title,,0'),
      facetLimit: number,
      stylesheet: anything,
    }),
    asXml,
  ],
  'the search': [
    query('/api/v1/search', {
      q: words,
      syntax: oneOf('cql', 'words'),
      domain: oneOf('sample', 'other'),
      within: oneOf(String(ids.work), '1'),
      start: number,
      limit: number,
      field: oneOf('title', 'fulltext'),
      type: oneOf('monograph', 'nothing'),
      language: oneOf('ger', 'xxx'),
      from: oneOf('1890', '1890-13-01'),
      to: oneOf('1900'),
      sort: oneOf('title', '-date', 'relevance'),
      facets: oneOf('true', 'false'),
      pages: number,
    }),
    asHttp,
  ],
  'the search in pages': [
    query('/api/v1/search/pages', {
      q: words,
      domain: oneOf('sample'),
      within: oneOf(String(ids.issue)),
      start: number,
      limit: number,
    }),
    asHttp,
  ],
  'the marks of a search': [
    query('/api/v1/search/marks', {
      q: words,
      syntax: oneOf('words', 'cql'),
      field: oneOf('all', 'fulltext', 'title'),
      pages: oneOf(String(ids.issue), '1,2,3'),
    }),
    asHttp,
  ],
  ...Object.fromEntries(
    ['2', '2/autocomplete', '1/3', '1/3/autocomplete', '1/2'].map(door => {
      const [version, ...rest] = door.split('/')
      const place = version === '2' ? [ids.issue, ...rest] : [rest[0], ids.issue, ...rest.slice(1)]
      return [
        `Content Search, /${door}`,
        [
          query(`/iiif/search/${version}/${place.join('/')}`, {
            q: words,
            motivation: oneOf('painting', 'highlighting'),
            date: anything,
            user: anything,
            startIndex: number,
            min: number,
          }),
          asHttp,
        ],
      ]
    }),
  ),
  'lists of titles': [
    query('/api/v1/titles', {
      cursor: anything,
      limit: number,
      domain: oneOf('sample', '1'),
      path: oneOf(`|${ids.work}|`),
      identifier: oneOf('urn:nbn:de:example-sample-1', 'zdb:1', ':'),
      type: oneOf('monograph'),
      state: oneOf('released', 'hidden'),
      deleted: oneOf('true', 'all'),
      releasedFrom: oneOf('2020-01-01'),
      dateFrom: oneOf('1900-01-01', '1900'),
      pages: oneOf('missing', 'none'),
      hasText: oneOf('true'),
      q: words,
      sort: oneOf('title', 'id'),
    }),
    asHttp,
  ],
  'IIIF Presentation 3': [
    path('/iiif/presentation/3', ...pieces, 'manifest', 'collection', 'canvas', 'range', 'annotations'),
    asHttp,
  ],
  'IIIF Presentation 2': [
    path('/iiif/presentation/2', ...pieces, 'manifest', 'collection', 'canvas', 'range', 'annotations'),
    asHttp,
  ],
  'IIIF Change Discovery': [path('/iiif/activity', 'all-changes', 'page', '1'), asHttp],
  ...Object.fromEntries(
    ['3', '2'].map(version => [
      `IIIF Image ${version}`,
      [
        fc.oneof(
          path(
            `/iiif/image/${version}`,
            String(page?.id),
            'full',
            'square',
            'max',
            'info.json',
            '0',
            'default.jpg',
          ),
          fc
            .tuple(
              oneOf('full', 'square', '0,0,9,9', 'pct:1,1,9,9', '9,9,0,0', '99999,0,1,1', 'pct:-1,0,1,1'),
              oneOf('max', 'full', '9,', ',9', '!9,9', '^9,', 'pct:1', '9,9', '0,', '999999,'),
              oneOf('0', '90', '!180', '22.5', '361', '-1'),
              oneOf('default.jpg', 'gray.png', 'bitonal.gif', 'color.webp', 'default.tif', 'default.pdf', 'default.jp2', 'native.jpg'), // prettier-ignore
            )
            .map(parts => `/iiif/image/${version}/${page?.id}/${parts.map(encodeURIComponent).join('/')}`),
        ),
        asHttp,
      ],
    ]),
  ),
  'Deep Zoom': [path('/dzi', `${page?.id}.dzi`, `${page?.id}_files`, '0', '9', '0_0.jpg'), asHttp],
  'tiles and pictures of older addresses': [
    fc.oneof(
      path('/image/tiler/square', String(page?.id), '0', '1'),
      path('/image/tile/wc', '0', '1000', '1.0.0', String(page?.id)),
      path('/download/webcache', '128', '0', '304', String(page?.id)),
      path('/titlepage', 'urn', '128', ...pieces),
    ),
    asHttp,
  ],
  'permalinks and records': [
    fc.oneof(
      path('/id', ...pieces),
      path('/mets', ...pieces),
      path('/urn', 'urn:nbn:de:example-sample-1'),
      query(`/id/${ids.monograph}`, { format: oneOf('mets', 'mods', 'manifest', 'ris', 'bibtex', 'html') }),
    ),
    asHttp,
  ],
  'texts and feeds': [
    fc.oneof(
      path('/download/fulltext', 'plain', 'alto3', ...pieces),
      path('/rss', 'sample'),
      path('/atom', 'sample'),
      path('/opds', 'new', 'domain', 'sample'),
      path('/sitemap', '1.xml', '2.xml'),
      query('/opds/new', { before: anything }),
    ),
    asHttp,
  ],
  'addresses of Visual Library Servers': [
    fc.oneof(
      path('/sample', 'id', 'content', 'periodical', 'titleinfo', 'download', 'i3f', 'v20', 'nav', 'index', 'title', 'search', 'domainresource', 'static', ...pieces), // prettier-ignore
      path('/nav', 'index', 'classification', 'person', ...pieces),
      path('/static', 'a.png'),
      query('/search', {
        query: words,
        operation: oneOf('searchRetrieve'),
        startRecord: number,
        searchDomain: oneOf('sample'),
      }),
    ),
    asHttp,
  ],
}

for (const [name, [addresses, check]] of Object.entries(doors))
  t.test(`${name}: whatever is asked, the answer is in order`, async t => {
    const cases = randomCases(t, Math.max(...some([30, 200], 1)))
    await fc.assert(
      fc.asyncProperty(addresses, async url => {
        const answer = await app.read(url)
        try {
          check(answer)
        } catch (error) {
          throw new Error(`${url}: ${String(error)}`, { cause: error })
        }
      }),
      cases,
    )
    t.pass(`${cases.numRuns} requests`)
  })
