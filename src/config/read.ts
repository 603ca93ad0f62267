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
  type SectionName,
  sections,
} from './options.ts'
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

function unknownNames(ini: IniFile, file: string): string[] {
  const sentences: string[] = []
  for (const [section, options] of ini.sections) {
    const place = (name: string) =>
      `${file}, line ${ini.lines.get(lineKey(section, name)) ?? 1}, [${section}]`
    if (!Object.hasOwn(sections, section)) {
      // server is the parent of server.http and may stand empty
      if (options.size === 0 && Object.keys(sections).some(name => name.startsWith(`${section}.`))) continue
      const meant = similar(section, Object.keys(sections))
      sentences.push(`${place('')}: there is no such section${meant ? `; did you mean [${meant}]?` : '.'}`)
      continue
    }
    const known = Object.keys(sections[section as SectionName].shape)
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

function unknownVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = declaredOptions.map(option => environmentName(option.section, option.name))
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
  faults.push(...unknownNames(ini, name), ...unknownVariables(environment))
  const effective: EffectiveOption[] = []
  for (const option of declaredOptions) {
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
  if (faults.length > 0)
    throw new Refusal(
      'bad-request',
      `The configuration has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}:\n  ${faults.join('\n  ')}`,
    )
  return { config: assemble(effective), effective, file: exists ? path : undefined }
}

function assemble(effective: readonly EffectiveOption[]): Config {
  const of = (section: SectionName) =>
    Object.fromEntries(
      effective.filter(option => option.section === section).map(option => [option.name, option.value]),
    )
  const paths = of('path') as Record<string, string>
  const absolute = (path: string) => (isAbsolute(path) ? path : join(root, path))
  const hotFolder = of('import')['hotFolder'] as string
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
    jobs: of('jobs'),
    schedule: of('schedule'),
    fixity: of('fixity'),
    capsules: of('capsules'),
    access: of('access'),
    mail: of('mail'),
    log: of('log'),
    oai: of('oai'),
    harvest: of('harvest'),
    search: of('search'),
    pdf: of('pdf'),
    web: of('web'),
    sample: of('sample'),
  } as unknown as Config
}
