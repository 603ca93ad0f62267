// Every option of server.ini, once: its type, default and sentence. Validation, the sample file, docs/options.md
// and `firefolio config show` all come from here. Names that the Visual Library Server documents are kept.
import type { z } from 'zod'
import { capsuleSection } from './capsule-options.ts'
import { authoritySection } from './authority-options.ts'
import { catalogueSection } from './catalogue-options.ts'
import { databaseSection, firebirdSection, pathSection } from './database-options.ts'
import {
  harvestSection,
  oaiSection,
  pdfSection,
  sampleSection,
  searchSection,
} from './dissemination-options.ts'
import { fixitySection } from './fixity-options.ts'
import { imageSection, webcacheSection } from './image-options.ts'
import { importSection } from './import-options.ts'
import { jobSection } from './job-options.ts'
import { identifierSection } from './identifier-options.ts'
import { lendingSection } from './lending-options.ts'
import { mailSection } from './mail-options.ts'
import { fileSection } from './file-options.ts'
import { noteSection } from './note-options.ts'
import type { OptionMeta } from './option-kinds.ts'
import { accessSection } from './people-options.ts'
import { poolSection } from './pool-options.ts'
import { type Provider, shibbolethSection } from './provider-options.ts'
import { rateSection, robotsSection } from './rate-options.ts'
import { recognitionSection } from './recognition-options.ts'
import { scheduleSection } from './schedule-options.ts'
import { httpSection, limitSection, logSection, serverSection } from './server-options.ts'
import { type Store, storesSection } from './store-options.ts'
import { statisticSection } from './statistic-options.ts'
import { webSection } from './web-options.ts'
import type { Letters } from './order-letters.ts'
import { orderSection } from './order-options.ts'
import { webhookSection } from './webhook-options.ts'

/** Sections in the order of the sample file, each with its sentence. */
export const sections = {
  server: serverSection,
  'server.http': httpSection,
  database: databaseSection,
  firebird: firebirdSection,
  path: pathSection,
  stores: storesSection,
  webcache: webcacheSection,
  images: imageSection,
  import: importSection,
  files: fileSection,
  limits: limitSection,
  'limits.rate': rateSection,
  robots: robotsSection,
  lending: lendingSection,
  notes: noteSection,
  jobs: jobSection,
  schedule: scheduleSection,
  fixity: fixitySection,
  ocr: recognitionSection,
  capsules: capsuleSection,
  oai: oaiSection,
  catalogue: catalogueSection,
  authority: authoritySection,
  harvest: harvestSection,
  search: searchSection,
  pdf: pdfSection,
  web: webSection,
  access: accessSection,
  shibboleth: shibbolethSection,
  statistics: statisticSection,
  orders: orderSection,
  mail: mailSection,
  webhook: webhookSection,
  identifiers: identifierSection,
  pools: poolSection,
  log: logSection,
  sample: sampleSection,
} as const

export type SectionName = keyof typeof sections
type Section<Name extends SectionName> = z.output<(typeof sections)[Name]>

/** The whole configuration, validated; passed down in parts, never imported. */
export interface Config {
  readonly server: Section<'server'>
  readonly http: Section<'server.http'>
  readonly database: Section<'database'>
  readonly firebird: Section<'firebird'>
  readonly path: Section<'path'>
  readonly stores: Section<'stores'>
  /** By their names; local is none of them */
  readonly storesByName: ReadonlyMap<string, Store & { readonly name: string }>
  readonly webcache: Section<'webcache'>
  readonly images: Section<'images'>
  readonly import: Section<'import'>
  readonly files: Section<'files'>
  readonly limits: Section<'limits'>
  readonly rate: Section<'limits.rate'>
  readonly robots: Section<'robots'>
  readonly lending: Section<'lending'>
  readonly notes: Section<'notes'>
  readonly jobs: Section<'jobs'>
  readonly schedule: Section<'schedule'>
  readonly fixity: Section<'fixity'>
  readonly ocr: Section<'ocr'>
  readonly capsules: Section<'capsules'>
  readonly oai: Section<'oai'>
  readonly catalogue: Section<'catalogue'>
  readonly authority: Section<'authority'>
  readonly harvest: Section<'harvest'>
  readonly search: Section<'search'>
  readonly pdf: Section<'pdf'>
  readonly web: Section<'web'>
  readonly access: Section<'access'>
  readonly providers: ReadonlyMap<string, Provider>
  readonly shibboleth: Section<'shibboleth'>
  readonly statistics: Section<'statistics'>
  readonly orders: Section<'orders'> & { readonly letters: Letters }
  readonly mail: Section<'mail'>
  readonly webhook: Section<'webhook'>
  readonly identifiers: Section<'identifiers'>
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
