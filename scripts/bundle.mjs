// Bundles the service, the tests and the benchmarks into dist: each program and each file of tests is a file of its name there; what they
// share lies in a few files. A process would otherwise load a thousand modules one by one before its first line: a command of the
// command line begins in three quarters of the time. Types are checked before, by tsc.
//
//     node scripts/bundle.mjs [--watch]
import { existsSync, readdirSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown, watch } from 'rolldown'

const root = fileURLToPath(new URL('../', import.meta.url))

/** What does its work as it is loaded, and is loaded by nothing else. */
const programs = ['cli', 'main', 'sample/make', 'imaging/decode-process', 'imaging/ingest-process'].map(
  name => `src/${name}.ts`,
)
/** Processes and threads of one task; what they need lies apart, so that they load no more: the one that draws the sample not what keeps
 * sharp from reading SVG, and no thread sharp, which begins to keep what it has read, for the whole process, wherever it is loaded. A module
 * that several need lies with the first of them. */
const workers = {
  sample: ['src/sample/make.ts'],
  jp2: ['src/imaging/encode-jp2.ts'],
  imaging: ['decode-process', 'ingest-process'].map(name => `src/imaging/${name}.ts`),
  threads: ['src/offload/tasks.ts', 'src/search-index/sqlite-thread.ts'],
}

/** What a command loads, in layers: one that does little loads the first of them, and only what serves requests all. Each takes along what it loads. */
const layers = {
  command: ['src/cli/working.ts', 'src/cli/session.ts', 'src/root.ts', 'src/start-faults.ts'],
  base: ['config', 'open-quietly', 'remote'].map(name => `src/cli/${name}.ts`),
  kept: ['fixity', 'stores', 'capsule', 'capsule-masters', 'identifiers', 'user', 'backup'].map(
    name => `src/cli/${name}.ts`,
  ),
  intake: ['import', 'harvest', 'catalogue', 'recognise', 'search'].map(name => `src/cli/${name}.ts`),
}

const everyWorker = Object.values(workers).flat()
const shortCommands = [...layers.command, ...layers.base, ...layers.kept]

/** Packages that come along: those that each process loads, in many small modules. All others are loaded from node_modules: they have files
 * or processes of their own beside them, are native, or are loaded by few. */
const bundled = [
  ...['kysely', 'zod', 'fastify', 'fastify-type-provider-zod', 'fastify-plugin', 'node-firebird'],
  ...['@fastify/error', '@fastify/multipart', '@fastify/static', '@fastify/swagger'],
  ...['cookie', 'croner', 'commander', 'diff', 'htmlparser2', 'ini', 'ipaddr.js', 'isbot', 'openid-client'],
  ...['rate-limiter-flexible', 'sanitize-html', 'saxes', 'slimdom', 'yauzl', 'yazl'],
]
const packageOf = id => /^(@[^/]+\/)?[^/]+/.exec(id)?.[0]
/** What a package of those loads comes with it, but for the log, which starts threads of files of its own. */
const isApart = (id, importer = '') =>
  !/^[./]/.test(id) &&
  (isBuiltin(id) ||
    packageOf(id) === 'pino' ||
    !(importer.includes('/node_modules/') || bundled.includes(packageOf(id))))

const testsAndBenches = () =>
  ['test', 'bench'].flatMap(folder =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
          .filter(
            name =>
              name.endsWith('.ts') &&
              !name.endsWith('.d.ts') &&
              !/^(fixtures|client|generators)\//.test(name),
          )
          .map(name => posix.join(folder, name))
      : [],
  )

/** A module's address stays that of its own place below dist, wherever its code goes: files beside it are found by it. */
function ownAddresses() {
  const marker = '__address_of__'
  return {
    name: 'own-addresses',
    transform: {
      filter: { code: 'import.meta.url' },
      handler(code, id) {
        if (id.includes('/node_modules/')) return null
        const place = relative(root, id).replace(/\.ts$/, '.js')
        return { code: code.replaceAll('import.meta.url', `${marker}(${JSON.stringify(place)})`), map: null }
      },
    },
    renderChunk(code, chunk) {
      if (!code.includes(marker)) return null
      const up = relative(dirname(chunk.fileName), '.') || '.'
      return {
        code: code.replace(
          /__address_of__\("([^"]+)"\)/g,
          (_, place) => `new URL("${up}/${place}", import.meta.url).href`,
        ),
        map: null,
      }
    },
  }
}

/** All modules that the files load, one after the other; the graph is known once all are parsed. */
const known = new Map()
function reachable(files, modules) {
  const found = known.get(files) ?? new Set()
  if (known.has(files)) return found
  known.set(files, found)
  const waiting = files.map(file => join(root, file))
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue
    found.add(id)
    waiting.push(...(modules.getModuleInfo(id)?.importedIds ?? []))
  }
  return found
}

/** Options of rolldown: input and output. */
function bundle() {
  const entries = new Set([...programs, ...everyWorker, ...testsAndBenches()])
  const sources = join(root, 'src/')
  const isProgram = new Set(programs.map(file => join(root, file)))
  const isOwn = id => id.startsWith(sources) && !isProgram.has(id)
  const isPackage = id => id.includes('/node_modules/')
  // what lies with a group takes along all that it loads, so the smallest come first
  const isCommon = (id, modules) =>
    reachable(everyWorker, modules).has(id) && reachable(shortCommands, modules).has(id)
  const groups = [
    // else a command would load sharp and SQLite with what it shares with those that draw and search
    { debugName: 'common', name: (id, modules) => (isCommon(id, modules) ? 'common' : null) },
    ...Object.entries({ ...workers, ...layers }).map(([name, files]) => ({
      debugName: name,
      name: (id, modules) =>
        (isOwn(id) || isPackage(id)) && reachable(files, modules).has(id) ? name : null,
    })),
    { name: 'packages', test: isPackage },
    { name: 'service', test: isOwn },
  ].map((group, at, all) => ({ ...group, priority: all.length - at }))
  return {
    cwd: root,
    platform: 'node',
    input: Object.fromEntries([...entries].map(file => [file.replace(/\.ts$/, ''), file])),
    external: isApart,
    // the layers say what lies where, not who loads it how
    checks: { ineffectiveDynamicImport: false },
    plugins: [ownAddresses(), { name: 'graph-anew', buildStart: () => known.clear() }],
    output: {
      dir: 'dist',
      // else tests of deleted sources would keep running
      cleanDir: true,
      format: 'esm',
      sourcemap: true,
      // the sources lie beside; each process reads the maps as it begins
      sourcemapExcludeSources: true,
      // half of a file is comments and blanks, which each process would read as well; names stay, for what errors tell
      minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      entryFileNames: '[name].js',
      chunkFileNames: 'shared/[name].js',
      codeSplitting: { groups },
    },
  }
}

const { output, ...input } = bundle()
if (process.argv.includes('--watch')) watch({ ...input, output })
else {
  const built = await rolldown(input)
  await built.write(output)
  await built.close()
}
