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
  optionsOf,
  type SectionName,
  sections,
} from './options.ts'
import { fileOption, readSecret } from './secret-files.ts'
import { namedBy, namesIn, namings, shapeOf } from './named-sections.ts'
import { readLetters } from './order-letters.ts'
import { faultsOfProvider, faultsOfShibboleth, type Provider } from './provider-options.ts'
import { faultsOfStore, faultsOfCapsuleStore, faultsOfStores, prefixOf, type Store } from './store-options.ts'
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

/** What may be set: options, and files of those that are secret. */
const namesOf = (options: readonly DeclaredOption[]): string[] =>
  options.flatMap(({ name, isSecret }) => (isSecret ? [name, fileOption(name)] : [name]))

function unknownNames(ini: IniFile, file: string): string[] {
  const sentences: string[] = []
  for (const [section, options] of ini.sections) {
    const place = (name: string) =>
      `${file}, line ${ini.lines.get(lineKey(section, name)) ?? 1}, [${section}]`
    const named = namedBy(section)
    if (named && !namings[named.kind].isName(named.name))
      sentences.push(`${place('')}: ${namings[named.kind].fault(named.name)}`)
    if (!named && !Object.hasOwn(sections, section)) {
      // server is the parent of server.http and may stand empty
      if (
        options.size === 0 &&
        (['auth', 'store'].includes(section) ||
          Object.keys(sections).some(name => name.startsWith(`${section}.`)))
      )
        continue
      const meant = similar(section, Object.keys(sections))
      sentences.push(`${place('')}: there is no such section${meant ? `; did you mean [${meant}]?` : '.'}`)
      continue
    }
    const known = namesOf(optionsOf(section, named ? shapeOf(named.kind) : sections[section as SectionName]))
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
const ofTests = /^FIREFOLIO_(TEST_\w+|SEED|CASES|KILLS|KILL_PAGES|MUTANTS|AT_LENGTH|STORM_S)$/

function unknownVariables(environment: NodeJS.ProcessEnv, declared: readonly DeclaredOption[]): string[] {
  const known = declared.flatMap(option =>
    namesOf([option]).map(name => environmentName(option.section, name)),
  )
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

interface Setting {
  readonly raw: unknown
  readonly origin: Origin
  /** Its place, as faults name it */
  readonly where: string
  /** What is wrong before its value is looked at, as the end of a sentence */
  readonly fault?: string
}
interface Sources {
  readonly ini: IniFile
  /** Of the file, as faults name it */
  readonly name: string
  readonly environment: NodeJS.ProcessEnv
}

/** What is set for an option: in the environment or else the file, there by itself or, where it is secret, by the file that holds it. */
function settingOf(option: DeclaredOption, { ini, name, environment }: Sources): Setting {
  const { section } = option
  const names = namesOf([option])
  const variables = names.filter(each => environment[environmentName(section, each)] !== undefined)
  const options = ini.sections.get(section)
  const used = variables.length > 0 ? variables : names.filter(each => options?.has(each))
  const [first = option.name, second] = used
  const line = ini.lines.get(lineKey(section, first)) ?? 1
  const { origin, where, raw }: Setting =
    variables.length > 0
      ? {
          origin: 'environment',
          where: environmentName(section, first),
          raw: environment[environmentName(section, first)],
        }
      : {
          origin: used.length > 0 ? `${name}, line ${line}` : 'default',
          where: `${name}, line ${line}, [${section}] ${first}`,
          raw: options?.get(first),
        }
  if (second !== undefined)
    return { raw, origin, where, fault: `${second} is set as well; one of them is enough` }
  if (first === option.name) return { raw, origin, where }
  if (raw === '') return { raw: undefined, origin: 'default', where }
  const file = absolute(String(raw))
  const read = readSecret(file)
  return 'secret' in read
    ? { raw: read.secret, origin, where }
    : { raw, origin, where, fault: `the file ${file} ${read.fault}` }
}

/** What is wrong with a value, as the end of a sentence. */
function faultOf(option: DeclaredOption, { raw }: Setting): string | undefined {
  const { error } = option.schema.safeParse(raw)
  if (error === undefined) return undefined
  return `${error.issues[0]?.message ?? 'is not understood'}, got ${shown(option, raw)}`
}

/** Relative paths are those of the installation's folder. */
const absolute = (path: string): string => (isAbsolute(path) ? path : join(root, path))
const absoluteIfSet = (path: string): string => (path === '' ? '' : absolute(path))

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
  const names = { auth: namesIn('auth', ini, environment), store: namesIn('store', ini, environment) }
  const declared = [
    ...declaredOptions,
    ...(['auth', 'store'] as const).flatMap(kind =>
      names[kind].flatMap(each => optionsOf(`${kind}.${each}`, shapeOf(kind))),
    ),
  ]
  faults.push(...unknownNames(ini, name), ...unknownVariables(environment, declared))
  const effective: EffectiveOption[] = []
  for (const option of declared) {
    const found = settingOf(option, { ini, name, environment })
    const fault = found.fault ?? faultOf(option, found)
    if (fault === undefined)
      effective.push({ ...option, value: option.schema.parse(found.raw), origin: found.origin })
    else faults.push(`${found.where}: ${fault}.`)
  }
  const config = faults.length > 0 ? undefined : assemble(effective, names)
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
  const { providers, shibboleth, server, stores, storesByName, capsules, orders } = config
  return [
    ...[...storesByName].flatMap(([name, store]) =>
      faultsOfStore(store).map(fault => `${file}, [store.${name}] ${fault}`),
    ),
    ...faultsOfStores(stores, [...storesByName.keys()]).map(fault => `${file}, [stores] ${fault}`),
    ...faultsOfCapsuleStore(capsules.store, [...storesByName.keys()]).map(
      fault => `${file}, [capsules] ${fault}`,
    ),
    ...[...providers].flatMap(([name, provider]) =>
      faultsOfProvider(provider).map(fault => `${file}, [auth.${name}] ${fault}`),
    ),
    ...readLetters(orders.templates).faults.map(fault => `${file}, [orders] templates: ${fault}.`),
    ...faultsOfShibboleth(shibboleth, server.trustProxy).map(fault => `${file}, [shibboleth] ${fault}`),
  ]
}

function assemble(
  effective: readonly EffectiveOption[],
  names: { readonly auth: readonly string[]; readonly store: readonly string[] },
): Config {
  const of = (section: string) =>
    Object.fromEntries(
      effective.filter(option => option.section === section).map(option => [option.name, option.value]),
    )
  const paths = of('path') as Record<string, string>
  const hotFolder = of('import')['hotFolder'] as string
  const templates = absoluteIfSet(of('orders')['templates'] as string)
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
    stores: of('stores'),
    storesByName: new Map(
      names.store.map(name => {
        const store = of(`store.${name}`) as Store
        return [name, { ...store, name, prefix: prefixOf(store) }]
      }),
    ),
    webcache: of('webcache'),
    images: of('images'),
    import: { ...of('import'), hotFolder: absoluteIfSet(hotFolder) },
    files: of('files'),
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
      names.auth.map(name => {
        const provider = of(`auth.${name}`) as Provider
        return [name, { ...provider, label: provider.label || name }]
      }),
    ),
    statistics: of('statistics'),
    orders: { ...of('orders'), templates, letters: readLetters(templates).letters },
    mail: of('mail'),
    webhook: of('webhook'),
    identifiers: of('identifiers'),
    pools: of('pools'),
    log: of('log'),
    oai: of('oai'),
    catalogue: { ...of('catalogue'), file: absoluteIfSet(catalogueFile) },
    authority: of('authority'),
    harvest: of('harvest'),
    search: of('search'),
    pdf: of('pdf'),
    web: of('web'),
    sample: of('sample'),
  } as unknown as Config
}
