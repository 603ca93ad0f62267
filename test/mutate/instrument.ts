// A copy of the program with all changes of meaning in it, each behind a switch. What makes them is a package of its own that is fetched when it is
// wanted, below ./var: nobody else needs it.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../../src/root.ts'

const packages = ['@stryker-mutator/instrumenter@9.6.1']

export interface Mutant {
  readonly id: string
  readonly file: string
  /** Line and column as editors count them */
  readonly place: string
  readonly mutator: string
  readonly original: string
  readonly replacement: string
}

interface Instrumented {
  readonly files: readonly { readonly name: string; readonly content: string }[]
  readonly mutants: readonly {
    readonly id: string
    readonly mutatorName: string
    readonly replacement: string
    readonly fileName: string
    readonly location: {
      readonly start: { readonly line: number; readonly column: number }
      readonly end: { readonly line: number; readonly column: number }
    }
  }[]
}

/** Changes of words and of empty values are seldom changes of a rule. */
const excludedMutations = ['StringLiteral', 'ObjectLiteral', 'ArrayDeclaration']

async function instrument(folder: string, names: readonly string[]): Promise<Instrumented> {
  if (!existsSync(join(folder, 'node_modules/@stryker-mutator'))) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
    process.stdout.write(`installing ${packages.join(', ')} …\n`)
    const npm = ['install', '--prefix', folder, '--no-fund', '--no-audit', '--loglevel=error', ...packages]
    execFileSync('npm', npm, { stdio: 'inherit' })
  }
  const { resolve } = createRequire(join(folder, 'package.json'))
  const load = async (name: string) =>
    (await import(pathToFileURL(resolve(name)).href)) as Record<string, never>
  const { createInstrumenter } = await load('@stryker-mutator/instrumenter')
  const { commonTokens } = await load('@stryker-mutator/api/plugin')
  const { createInjector } = await load('typed-inject')
  const silent = new Proxy({}, { get: () => () => false })
  interface Injector {
    provideValue(token: unknown, value: unknown): Injector
    injectFunction(make: unknown): { instrument(files: unknown, options: unknown): Promise<Instrumented> }
  }
  const { getLogger, logger } = commonTokens as unknown as { getLogger: string; logger: string }
  const injector = (createInjector as unknown as () => Injector)()
    .provideValue(getLogger, () => silent)
    .provideValue(logger, silent)
  return await injector.injectFunction(createInstrumenter).instrument(
    names.map(name => ({ name, content: readFileSync(join(root, name), 'utf8'), mutate: true })),
    { plugins: null, mutatorPlugins: [], ignorers: [], excludedMutations },
  )
}

/** The text between two places, in one line. */
function textAt(source: string, { start, end }: Instrumented['mutants'][number]['location']): string {
  const lines = source.split('\n').slice(start.line, end.line + 1)
  const last = lines.length - 1
  lines[last] = (lines[last] ?? '').slice(0, end.column)
  lines[0] = (lines[0] ?? '').slice(start.column)
  return lines.join(' ').replaceAll(/\s+/g, ' ')
}

/**
 * Makes the copy and builds it.
 * @param home where it is to be; what is there goes
 */
export async function mutatedTree(home: string, sources: readonly string[]): Promise<Mutant[]> {
  rmSync(home, { recursive: true, force: true })
  mkdirSync(home, { recursive: true })
  for (const name of ['src', 'test', 'sql', 'config', 'scripts', 'docs', 'package.json', 'package-lock.json', 'tsconfig.json', 'openapi.json', 'server.ini.sample'])
    cpSync(join(root, name), join(home, name), { recursive: true }) // prettier-ignore
  for (const name of ['node_modules', 'web']) symlinkSync(join(root, name), join(home, name))
  const { files, mutants } = await instrument(join(root, 'var/mutate/tools'), sources)
  for (const { name, content } of files) writeFileSync(join(home, name), content)
  execFileSync(process.execPath, [join(home, 'scripts/bundle.mjs')], { cwd: home, stdio: 'inherit' })
  return mutants
    .filter(({ mutatorName }) => !excludedMutations.includes(mutatorName))
    .map(({ id, fileName, mutatorName, replacement, location }) => ({
      id,
      file: fileName,
      place: `${fileName}:${location.start.line + 1}:${location.start.column + 1}`,
      mutator: mutatorName,
      original: textAt(readFileSync(join(root, fileName), 'utf8'), location),
      replacement: replacement.replaceAll(/\s+/g, ' '),
    }))
}
