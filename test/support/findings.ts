import { checks } from '../../src/app.ts'
import type { OpenServices } from '../../src/services.ts'

/** Findings of all checks but those about files that an interrupted import may leave for an hour. */
export async function findings(services: OpenServices): Promise<string[]> {
  const found: string[] = []
  for (const check of checks)
    if (check.name !== 'archive')
      for (const finding of await check.run(services, { repair: false })) found.push(finding.sentence)
  return found
}
