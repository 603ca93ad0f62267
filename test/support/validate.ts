import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedData } from './shared.ts'

export const schemas = join(sharedData, '../reference/xsd')

/** What xmllint has against a document by a schema of ../shared/reference/xsd; empty where it is valid. */
export function invalidities(xml: string, schema: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'firefolio-xml-'))
  const file = join(folder, 'document.xml')
  writeFileSync(file, xml)
  try {
    execFileSync('xmllint', ['--noout', '--nonet', '--schema', join(schemas, schema), file], {
      env: { ...process.env, XML_CATALOG_FILES: join(schemas, 'catalog.xml') },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    return ''
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error).slice(0, 3000)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
