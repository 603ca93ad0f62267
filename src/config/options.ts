// Every option of server.ini, once: its type, default and sentence. Validation, the sample file, docs/options.md
// and `firefolio config show` all come from here. Names that the Visual Library Server documents are kept.
import { z } from 'zod'
import { capsuleSection } from './capsule-options.ts'
import { fixitySection } from './fixity-options.ts'
import { importSection } from './import-options.ts'
import { jobSection } from './job-options.ts'
import { mailSection } from './mail-options.ts'
import { poolSection } from './pool-options.ts'
import { webhookSection } from './webhook-options.ts'
import { accessSection } from './people-options.ts'
import { lendingSection } from './lending-options.ts'
import { type Provider, providerSection, shibbolethSection } from './provider-options.ts'
import { rateSection, robotsSection } from './rate-options.ts'
import {
  colour,
  flag,
  list,
  numbers,
  oneOf,
  type OptionMeta,
  path,
  secret,
  text,
  whole,
} from './option-kinds.ts'
import { catalogueSection } from './catalogue-options.ts'
import { recognitionSection } from './recognition-options.ts'
import { scheduleSection } from './schedule-options.ts'
import { statisticSection } from './statistic-options.ts'

export const documentedFile = '/this/is/not/a/valid/fdb/path'

/** Sections in the order of the sample file, each with its sentence. */
export const sections = {
  server: z
    .strictObject({
      portBase: whole(0, 0, 65_535, 'Added to every port number, so that one value moves all ports.'),
      bindHosts: list(['127.0.0.1'], 'Addresses to listen on; 0.0.0.0 and :: mean all.'),
      publicUrl: text(
        '',
        'Address under which the public reaches the service, for absolute links; empty means the address listened on.',
      ),
      trustProxy: list([], 'Addresses of proxies whose X-Forwarded headers count.'),
      corsOrigins: list(
        [],
        'Origins whose pages may use /api/v1 from a browser, with a key: https://tools.example.org. Sessions stay with pages of this service; IIIF, OAI and other public reads are open to all sites anyway.',
        z
          .string()
          .regex(
            /^https?:\/\/[a-z\d.-]+(?::\d{1,5})?$/,
            'expected origins like https://tools.example.org:8443',
          ),
      ),
      shutdownGrace: whole(20, 0, 600, 'Seconds that requests in flight are given to finish at shutdown.'),
    })
    .describe('Where the service listens and how it is reached.'),
  'server.http': z
    .strictObject({
      on: flag(true, 'Serve HTTP.'),
      port: whole(8080, 0, 65_535, 'Port; 0 takes a free one.'),
      requestTimeout: whole(
        300,
        1,
        86_400,
        'Seconds within which a request must have arrived, its body included.',
      ),
      headersTimeout: whole(15, 1, 600, 'Seconds within which the headers of a request must have arrived.'),
      keepAliveTimeout: whole(72, 1, 3600, 'Seconds that an idle connection is kept.'),
      maxConnections: whole(2000, 1, 100_000, 'Connections at the same time.'),
    })
    .describe('The HTTP server.'),
  database: z
    .strictObject({
      on: flag(true, 'Use the database. false: only health and configuration commands work.'),
      direct: flag(
        false,
        'Open the database file without a server, by the engine inside this process; needs the package that `npm run direct:install` adds.',
      ),
      host: text('127.0.0.1', 'Host or address of the Firebird server, or host/port.'),
      file: path(
        documentedFile,
        'The .fdb file as the server sees it. The documented default means: use a private server below [path] var.',
      ),
      role: text('vlServer', 'Role of the database user.'),
      user: text('sysdba', 'Database user.'),
      password: secret('masterkey', 'Password of the database user.'),
      charset: text(
        'AUTO',
        "Character set of new databases and of columns without one; AUTO means the database's own.",
      ),
      isLocal: text(
        '',
        'Create the database if it is missing. Empty: yes when the host is this machine and the folder of the file exists.',
      ),
      minVersion: text('3.5.6', 'An older schema is brought up to date at start.'),
      ping: flag(false, 'Ask the server periodically and reconnect when the connection has a problem.'),
      poolSize: whole(10, 1, 200, 'Connections in the pool.'),
      behaviors: list(
        [],
        'dirtyInsertTS allows changes of OPR_Content.OC_InsertTS.',
        z.enum(['dirtyInsertTS'], { error: 'expected dirtyInsertTS' }),
      ),
    })
    .describe('Connection to the Firebird database.'),
  firebird: z
    .strictObject({
      queryTimeout: whole(60, 1, 3600, 'Seconds after which a statement is cancelled.'),
      connectTimeout: whole(10, 1, 300, 'Seconds within which the server must have accepted a connection.'),
      acquireTimeout: whole(10, 1, 300, 'Seconds that a request waits for a free connection.'),
      lockTimeout: whole(10, 1, 255, 'Seconds that a change waits for records which another change holds.'),
      maxLifetime: whole(3600, 10, 86_400, 'Seconds after which a connection is replaced.'),
      pingInterval: whole(15, 1, 3600, 'Seconds between two pings when [database] ping is on.'),
      wireCrypt: oneOf(
        ['auto', 'on', 'off'],
        'auto',
        'Encrypt the connection; auto: unless the server is on this machine.',
      ),
    })
    .describe('How the connections to Firebird behave.'),
  path: z
    .strictObject({
      var: path('var', 'Folder for everything that the service writes; relative to the installation.'),
      varLarge: path('', 'Folder for masters (large); empty means var.'),
      varFast: path('', 'Folder for caches and temporary files (low latency); empty means var.'),
      import: path('', 'Folder below which imports may name files on this server; empty means var/import.'),
      domain: path(
        '',
        'Folder with one sub-folder a domain, each with config/config.ini; empty means var/domain.',
      ),
    })
    .describe('Folders.'),
  webcache: z
    .strictObject({
      widths: numbers([128, 304, 600, 1000], 'Widths in pixels that are offered for page images.'),
      quality: whole(85, 40, 89, 'JPEG quality; from 90 on files grow threefold.'),
      footerSizes: whole(
        504,
        0,
        100_000,
        "Smallest width of delivered images under which a domain's footer is glued; 0: none.",
      ),
      cacheMegabytes: whole(1024, 0, 10_000_000, 'Largest size of the cache of rendered images.'),
      renderLanes: whole(
        0,
        0,
        64,
        'Images rendered at the same time; 0: one fewer than there are processors, which leaves one for tiles.',
      ),
      renderQueue: whole(
        64,
        0,
        10_000,
        'Images waiting to be rendered before further ones are refused with 503.',
      ),
    })
    .describe('Derivatives of page images.'),
  images: z
    .strictObject({
      ingestProcesses: whole(1, 1, 64, 'Processes that make access packs of masters.'),
      judgeProcesses: whole(2, 1, 64, 'Processes that decode masters before they are archived.'),
      ingestTimeout: whole(300, 5, 86_400, 'Seconds within which a master must be decoded.'),
      ingestMemory: whole(512, 64, 65_536, 'Megabytes that such a process may take for its own objects.'),
      codecMemory: whole(
        3072,
        64,
        65_536,
        'Megabytes that writing JPEG 2000, or reading it or PDF without the programs of the system, may take; larger images are refused.',
      ),
      openPacks: whole(256, 8, 10_000, 'Access packs that are kept open.'),
      maxWidth: whole(0, 0, 1_000_000, 'Widest image that is rendered; 0: no limit.'),
      maxHeight: whole(0, 0, 1_000_000, 'Highest image that is rendered; 0: as maxWidth.'),
      maxArea: whole(64_000_000, 0, 2_000_000_000, 'Most pixels of a rendered image; 0: no limit.'),
      upscaling: flag(false, 'Render images larger than the master (^ in the IIIF Image API 3).'),
    })
    .describe('Access packs of page images and what is rendered from them.'),
  import: importSection,
  limits: z
    .strictObject({
      metadataBytes: whole(16 * 1024 * 1024, 1024, 1024 ** 3, 'Largest MODS, METS, ALTO or JSON body.'),
      uploadBytes: whole(4 * 1024 ** 3, 1024, 1024 ** 5, 'Largest upload of a master or of an import.'),
      freeMegabytes: whole(
        500,
        0,
        10_000_000,
        'Free space below which /ready says that it runs low, in megabytes; 0 never does.',
      ),
      pixels: whole(1_000_000_000, 1_000_000, 10_000_000_000, 'Most pixels of a master.'),
      xmlDepth: whole(256, 16, 10_000, 'Deepest nesting of an XML document.'),
      xmlAttributes: whole(
        200,
        16,
        10_000,
        'Most attributes of an element, declarations of namespaces included.',
      ),
      xmlElements: whole(2_000_000, 1000, 100_000_000, 'Most elements of an XML document.'),
      recordElements: whole(20_000, 100, 10_000_000, 'Most elements of one record of metadata.'),
      identifiers: whole(1000, 1, 100_000, 'Most identifiers of a title.'),
      names: whole(5000, 1, 100_000, 'Most names (persons, corporate bodies) of a record.'),
      documentTime: whole(60, 1, 3600, 'Seconds that the work on one large document may take.'),
      documentMemory: whole(1024, 64, 1_000_000, 'Megabytes that the work on one large document may take.'),
      documentThreads: whole(0, 0, 64, 'Threads that work on large documents; 0: one fewer than processors.'),
      batchIds: whole(100_000, 1, 10_000_000, 'Most ids in one batch request.'),
      syncBatch: whole(
        20_000,
        0,
        10_000_000,
        'Batches up to so many nodes are answered at once; larger ones become a job.',
      ),
      pageSize: whole(1000, 1, 10_000, 'Most entries of one page of a list.'),
    })
    .describe('Limits; exceeding one is answered with a problem document that names it.'),
  'limits.rate': rateSection,
  robots: robotsSection,
  lending: lendingSection,
  jobs: jobSection,
  schedule: scheduleSection,
  fixity: fixitySection,
  ocr: recognitionSection,
  capsules: capsuleSection,
  oai: z
    .strictObject({
      repositoryName: text('Firefolio', 'Name of the repository in the answers of OAI-PMH and SRU.'),
      adminEmail: text('', 'Address of who answers for it; empty: postmaster at the host of publicUrl.'),
      repositoryIdentifier: text(
        '',
        'Name that record identifiers begin with, oai:<this>:<id>, and the source of records that bring no identifier; empty: the host of publicUrl.',
      ),
      pageSize: whole(100, 1, 1000, 'Records of one answer.'),
      metsPageSize: whole(20, 1, 500, 'Records of one answer with whole METS documents.'),
      tokenHours: whole(48, 1, 8760, 'Hours that a resumption token is accepted.'),
    })
    .describe('OAI-PMH, and what identifies the repository.'),
  catalogue: catalogueSection,
  harvest: z
    .strictObject({
      privateNetworks: flag(
        false,
        'Harvest repositories in private networks, too: 10.x, 192.168.x, this machine and the like. false keeps importers from reaching what only this server can reach.',
      ),
      answerBytes: whole(256 * 1024 * 1024, 1024, 1024 ** 3, 'Largest answer of a foreign repository.'),
      timeout: whole(120, 1, 3600, 'Seconds within which a foreign repository must have answered.'),
    })
    .describe('Harvests of foreign repositories.'),
  search: z
    .strictObject({
      on: flag(true, 'Keep a search index of titles and texts below [path] varFast/index.'),
      stemming: oneOf(['none', 'german'], 'none', 'Whether words are found by their stems.'),
      maxHits: whole(10_000, 100, 1_000_000, 'Hits up to which a search counts and sorts exactly.'),
    })
    .describe('The search index.'),
  pdf: z
    .strictObject({
      width: whole(
        1000,
        100,
        10_000,
        'Width in pixels of the page images of PDF files, of those that are stored.',
      ),
      maxPages: whole(5000, 1, 100_000, 'Most pages of one PDF file.'),
      concurrent: whole(
        4,
        1,
        100,
        'PDF files written at the same time before further ones are refused with 503.',
      ),
    })
    .describe('PDF files of titles and parts of titles.'),
  web: z
    .strictObject({
      name: text('Firefolio', 'Name of the installation at the head of every page.'),
      accent: colour(
        '#8a2b1f',
        'Colour of links and buttons on light paper, #rrggbb; on dark paper it is lightened.',
      ),
      logo: text(
        '',
        'Address of the logo at the head of every page, e.g. /static/logo.svg; empty: the name alone.',
      ),
      embed: list(
        ['*'],
        'Sites that may show works in frames of theirs (/id/{id}/embed), e.g. https://blog.example.org, https://*.example.org; *: all; empty: none.',
        z
          .string()
          .regex(
            /^(?:\*|https?:\/\/(?:\*\.)?[\w.-]+(?::\d+)?)$/,
            'expected addresses like https://blog.example.org, or *',
          ),
      ),
      imprint: text('', 'Address of the imprint, linked from the foot of every page.'),
      privacy: text('', 'Address of the privacy statement, linked from the foot of every page.'),
      contact: text(
        '',
        'Address for questions of readers, https: or mailto:, linked from the foot of every page.',
      ),
    })
    .describe('The face of the web application.'),
  access: accessSection,
  shibboleth: shibbolethSection,
  statistics: statisticSection,
  mail: mailSection,
  webhook: webhookSection,
  pools: poolSection,
  log: z
    .strictObject({
      level: oneOf(
        ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
        'info',
        'Least severity that is logged.',
      ),
      slowStatement: whole(
        1000,
        1,
        3_600_000,
        'Milliseconds from which a statement is logged, without its parameters.',
      ),
      slowLoop: whole(
        200,
        20,
        3_600_000,
        'Milliseconds from which a held event loop is logged, with the requests that were being answered.',
      ),
      clientAddress: flag(
        false,
        'Log the address that a request came from; where it counts as personal data, say so in your privacy notice.',
      ),
    })
    .describe('The log, as JSON lines on standard output.'),
  sample: z
    .strictObject({
      on: flag(true, 'Load a small sample collection into an empty database at start.'),
    })
    .describe('The sample collection.'),
} as const

/** Sections of which there may be several, each with a name of its own behind the dot: [auth.university]. */
export const namedSections = { auth: providerSection } as const

export type SectionName = keyof typeof sections
type Section<Name extends SectionName> = z.output<(typeof sections)[Name]>

/** The whole configuration, validated; passed down in parts, never imported. */
export interface Config {
  readonly server: Section<'server'>
  readonly http: Section<'server.http'>
  readonly database: Section<'database'>
  readonly firebird: Section<'firebird'>
  readonly path: Section<'path'>
  readonly webcache: Section<'webcache'>
  readonly images: Section<'images'>
  readonly import: Section<'import'>
  readonly limits: Section<'limits'>
  readonly rate: Section<'limits.rate'>
  readonly robots: Section<'robots'>
  readonly lending: Section<'lending'>
  readonly jobs: Section<'jobs'>
  readonly schedule: Section<'schedule'>
  readonly fixity: Section<'fixity'>
  readonly ocr: Section<'ocr'>
  readonly capsules: Section<'capsules'>
  readonly oai: Section<'oai'>
  readonly catalogue: Section<'catalogue'>
  readonly harvest: Section<'harvest'>
  readonly search: Section<'search'>
  readonly pdf: Section<'pdf'>
  readonly web: Section<'web'>
  readonly access: Section<'access'>
  readonly providers: ReadonlyMap<string, Provider>
  readonly shibboleth: Section<'shibboleth'>
  readonly statistics: Section<'statistics'>
  readonly mail: Section<'mail'>
  readonly webhook: Section<'webhook'>
  readonly pools: Section<'pools'>
  readonly log: Section<'log'>
  readonly sample: Section<'sample'>
}

export interface DeclaredOption {
  readonly section: string
  readonly name: string
  readonly schema: z.ZodType
  readonly fallback: unknown
  readonly kind: string
  readonly description: string
  readonly isSecret: boolean
}

/** Options of a section in the order of declaration. */
export const optionsOf = (section: string, schema: z.ZodObject): DeclaredOption[] =>
  Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, option]) => {
    const { kind, description, secret: isSecret } = option.meta() as unknown as OptionMeta
    return {
      section,
      name,
      schema: option,
      fallback: option.parse(undefined),
      kind,
      description,
      isSecret: isSecret === true,
    }
  })

/** Every option of the sections that are there once. */
export const declaredOptions: readonly DeclaredOption[] = Object.entries(sections).flatMap(
  ([section, schema]) => optionsOf(section, schema),
)

/** Environment variable of an option: FIREFOLIO_DATABASE_PASSWORD. */
export const environmentName = (section: string, name: string): string =>
  `FIREFOLIO_${section.replaceAll('.', '_')}_${name}`.toUpperCase()
