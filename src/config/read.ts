// server.ini and the environment as a Config. Precedence: environment over file over default. All faults are
// reported at once, each with file, line, section, option and value.
import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { Refusal } from '../errors.ts'
import { root } from '../root.ts'
import { type IniFile, lineKey, parseIni, readIni } from './ini-file.ts'
import {
  type Config,
  declaredOptions,
  type DeclaredOption,
  environmentName,
  namedSections,
  optionsOf,
  type SectionName,
  sections,
} from './options.ts'
import { faultsOfProvider, faultsOfShibboleth, isProviderName, type Provider } from './provider-options.ts'
import { similar } from './similar.ts'

export type Origin = 'default' | 'environment' | `${string}, line ${number}`

export interface EffectiveOption extends DeclaredOption {
  readonly value: unknown
  readonly origin: Origin
}

export interface ReadConfig {
  readonly config: Config
  readonly effective: readonly EffectiveOption[]
  /** The file that was read, if there was one. */
  readonly file: string | undefined
}

/** The name of the provider that a section is about. */
const providerOf = (section: string): string | undefined => /^auth\.(.+)$/.exec(section)?.[1]

/** Providers that the file or the environment names, FIREFOLIO_AUTH_UNIVERSITY_ISSUER. */
function providersIn(ini: IniFile, environment: NodeJS.ProcessEnv): string[] {
  const ofFile = [...ini.sections.keys()].map(providerOf)
  const ofEnvironment = Object.keys(environment).map(name =>
    /^FIREFOLIO_AUTH_([A-Z0-9]+)_[A-Z]+$/.exec(name)?.[1]?.toLowerCase(),
  )
  return [...new Set([...ofFile, ...ofEnvironment])].filter(
    name => name !== undefined && isProviderName(name),
  ) as string[]
}

function unknownNames(ini: IniFile, file: string): string[] {
  const sentences: string[] = []
  for (const [section, options] of ini.sections) {
    const place = (name: string) =>
      `${file}, line ${ini.lines.get(lineKey(section, name)) ?? 1}, [${section}]`
    const provider = providerOf(section)
    if (provider !== undefined && !isProviderName(provider))
      sentences.push(
        `${place('')}: a provider cannot be called ‘${provider}’; names are of small letters and digits, and not those of other ways in.`,
      )
    if (provider === undefined && !Object.hasOwn(sections, section)) {
      // server is the parent of server.http and may stand empty
      if (
        options.size === 0 &&
        (section === 'auth' || Object.keys(sections).some(name => name.startsWith(`${section}.`)))
      )
        continue
      const meant = similar(section, Object.keys(sections))
      sentences.push(`${place('')}: there is no such section${meant ? `; did you mean [${meant}]?` : '.'}`)
      continue
    }
    const known = Object.keys(
      provider === undefined ? sections[section as SectionName].shape : namedSections.auth.shape,
    )
    for (const name of options.keys()) {
      if (known.includes(name)) continue
      const meant = similar(name, known)
      sentences.push(
        `${place(name)} ${name}: there is no such option${meant ? `; did you mean ${meant}?` : '.'}`,
      )
    }
  }
  return sentences
}

/** Variables of tests and benches; everything else that begins like an option is one, or a mistake. */
const ofTests = /^FIREFOLIO_(TEST_\w+|SEED|CASES|KILLS|KILL_PAGES|MUTANTS)$/

function unknownVariables(environment: NodeJS.ProcessEnv, declared: readonly DeclaredOption[]): string[] {
  const known = declared.map(option => environmentName(option.section, option.name))
  return Object.keys(environment)
    .filter(name => name.startsWith('FIREFOLIO_') && !ofTests.test(name) && !known.includes(name))
    .map(name => {
      const meant = similar(name, known)
      return `${name} in the environment: there is no such option${meant ? `; did you mean ${meant}?` : '.'}`
    })
}

function shown(option: DeclaredOption, value: unknown): string {
  return option.isSecret
    ? 'a value that is not shown'
    : `‘${Array.isArray(value) ? value.join(',') : String(value)}’`
}

/**
 * @param file path of server.ini; undefined looks for it in the installation's folder
 * @throws Refusal bad-request with every fault
 */
export function readConfig(file?: string, environment: NodeJS.ProcessEnv = process.env): ReadConfig {
  const path = file ?? join(root, 'server.ini')
  if (file !== undefined && !existsSync(file))
    throw new Refusal('bad-request', `There is no configuration file ${file}.`)
  const exists = existsSync(path)
  const ini = exists ? readIni(path) : parseIni('')
  const name = file ?? 'server.ini'
  const faults = ini.faults.map(f => `${name}, line ${f.line}, [${f.section}] ${f.name}: ${f.sentence}.`)
  const providers = providersIn(ini, environment)
  const declared = [
    ...declaredOptions,
    ...providers.flatMap(provider => optionsOf(`auth.${provider}`, namedSections.auth)),
  ]
  faults.push(...unknownNames(ini, name), ...unknownVariables(environment, declared))
  const effective: EffectiveOption[] = []
  for (const option of declared) {
    const fromEnvironment = environment[environmentName(option.section, option.name)]
    const options = ini.sections.get(option.section)
    const line = ini.lines.get(lineKey(option.section, option.name)) ?? 1
    const isSet = options?.has(option.name) ?? false
    const origin: Origin =
      fromEnvironment !== undefined ? 'environment' : isSet ? `${name}, line ${line}` : 'default'
    const raw = fromEnvironment ?? options?.get(option.name)
    const parsed = option.schema.safeParse(raw)
    if (!parsed.success) {
      const where =
        origin === 'environment'
          ? environmentName(option.section, option.name)
          : `${name}, line ${line}, [${option.section}] ${option.name}`
      faults.push(
        `${where}: ${parsed.error.issues[0]?.message ?? 'is not understood'}, got ${shown(option, raw)}.`,
      )
      continue
    }
    effective.push({ ...option, value: parsed.data, origin })
  }
  const config = faults.length > 0 ? undefined : assemble(effective, providers)
  if (config) faults.push(...faultsTogether(config, name))
  if (!config || faults.length > 0)
    throw new Refusal(
      'bad-request',
      `The configuration has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}:\n  ${faults.join('\n  ')}`,
    )
  return { config, effective, file: exists ? path : undefined }
}

/** What only shows when options are seen beside each other. */
function faultsTogether(config: Config, file: string): string[] {
  const { providers, shibboleth, server } = config
  return [
    ...[...providers].flatMap(([name, provider]) =>
      faultsOfProvider(provider).map(fault => `${file}, [auth.${name}] ${fault}`),
    ),
    ...faultsOfShibboleth(shibboleth, server.trustProxy).map(fault => `${file}, [shibboleth] ${fault}`),
  ]
}

function assemble(effective: readonly EffectiveOption[], providers: readonly string[]): Config {
  const of = (section: string) =>
    Object.fromEntries(
      effective.filter(option => option.section === section).map(option => [option.name, option.value]),
    )
  const paths = of('path') as Record<string, string>
  const absolute = (path: string) => (isAbsolute(path) ? path : join(root, path))
  const hotFolder = of('import')['hotFolder'] as string
  const catalogueFile = of('catalogue')['file'] as string
  const large = absolute(paths['varLarge'] || (paths['var'] as string))
  const fast = absolute(paths['varFast'] || (paths['var'] as string))
  const resolved = {
    var: absolute(paths['var'] as string),
    varLarge: large,
    varFast: fast,
    import: absolute(paths['import'] || join(paths['var'] as string, 'import')),
    domain: absolute(paths['domain'] || join(paths['var'] as string, 'domain')),
  }
  return {
    server: of('server'),
    http: of('server.http'),
    database: of('database'),
    firebird: of('firebird'),
    path: resolved,
    webcache: of('webcache'),
    images: of('images'),
    import: { ...of('import'), hotFolder: hotFolder === '' ? '' : absolute(hotFolder) },
    limits: of('limits'),
    rate: of('limits.rate'),
    robots: of('robots'),
    lending: of('lending'),
    notes: of('notes'),
    jobs: of('jobs'),
    schedule: of('schedule'),
    fixity: of('fixity'),
    ocr: of('ocr'),
    capsules: of('capsules'),
    access: of('access'),
    shibboleth: of('shibboleth'),
    providers: new Map(
      providers.map(name => {
        const provider = of(`auth.${name}`) as Provider
        const secretFile = provider.clientSecretFile && absolute(provider.clientSecretFile)
        return [name, { ...provider, label: provider.label || name, clientSecretFile: secretFile }]
      }),
    ),
    statistics: of('statistics'),
    mail: of('mail'),
    webhook: of('webhook'),
    identifiers: of('identifiers'),
    pools: of('pools'),
    log: of('log'),
    oai: of('oai'),
    catalogue: { ...of('catalogue'), file: catalogueFile === '' ? '' : absolute(catalogueFile) },
    harvest: of('harvest'),
    search: of('search'),
    pdf: of('pdf'),
    web: of('web'),
    sample: of('sample'),
  } as unknown as Config
}
