// Writes what is generated from the sources, on a database made for the purpose.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '../app.ts'
import { readConfig } from '../config/read.ts'
import { renderDocument, renderSample } from '../config/sample.ts'
import { reasons } from '../errors.ts'
import { generate } from '../firebird/generate-schema.ts'
import { renderHistories } from '../firebird/histories.ts'
import { type Door, renderDoors, renderTopics } from '../people/access/index.ts'
import { root } from '../root.ts'
import { createLog, openServices } from '../services.ts'

/** docs/problems.md */
export function renderProblems(): string {
  const rows = Object.entries(reasons).map(
    ([reason, [status, title]]) => `| \`/problems/${reason}\` | ${status} | ${title} |`,
  )
  return `# Problems\n\nWritten by \`npm run docs\` from \`src/errors.ts\`. Errors are answered as \`application/problem+json\` (RFC 9457); the address in \`type\` is answered with an explanation.\n\n| type | status | title |\n|---|---|---|\n${rows.join('\n')}\n`
}

/** Every generated file by its path below the root. @param database options of one that is there; else one is made, with a server of its own */
export async function renderAll(database: Record<string, string> = {}): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'firefolio-docs-'))
  try {
    const { config } = readConfig(undefined, {
      FIREFOLIO_PATH_VAR: folder,
      FIREFOLIO_LOG_LEVEL: 'silent',
      ...database,
    })
    const services = await openServices(config, createLog(config))
    try {
      const { schema, document } = await generate(services.database)
      const app = await buildApp(services)
      await app.ready()
      const { doors } = app as unknown as { doors: Door[] }
      const rights = renderTopics(await readFile(join(root, 'docs/rights.md'), 'utf8'), doors)
      const openapi = `${JSON.stringify(app.swagger(), null, 2)}\n`
      await app.close()
      return new Map([
        ...[...renderHistories()].map(([name, text]) => [`sql/${name}`, text] as const),
        ['src/firebird/schema.generated.ts', schema],
        ['docs/schema.md', document],
        ['docs/options.md', renderDocument()],
        ['docs/problems.md', renderProblems()],
        ['docs/doors.md', renderDoors(doors)],
        ['docs/rights.md', rights],
        ['server.ini.sample', renderSample()],
        ['openapi.json', openapi],
      ])
    } finally {
      await services.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export async function writeDocuments(): Promise<void> {
  // before the database that the others are read from
  for (const [name, text] of renderHistories()) await writeFile(join(root, 'sql', name), text)
  for (const [path, text] of await renderAll()) {
    await writeFile(join(root, path), text)
    process.stdout.write(`${path}\n`)
  }
}
