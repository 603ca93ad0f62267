import { domainOptionKeys, effectiveDomainConfig, type EffectiveValue } from '../../config/domain-options.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import * as repository from './repository.ts'

/** Every option of a domain with its effective value and origin. */
export async function configuration(
  services: Services,
  db: Db,
  domain: { readonly path: string | null },
): Promise<EffectiveValue[]> {
  const lineage = await repository.lineage(db, domain)
  const overlays = await repository.overlays(
    db,
    lineage.map(level => level.id),
  )
  return effectiveDomainConfig(
    lineage.map(level => ({
      name: level.name,
      type: level.type,
      overlay: overlays.get(level.id) ?? new Map(),
    })),
    services.config.path.domain,
  )
}

/** One effective option as text, '' where it is empty. */
export async function option(
  services: Services,
  db: Db,
  domain: { readonly path: string | null },
  key: string,
): Promise<string> {
  const found = (await configuration(services, db, domain)).find(candidate => candidate.key === key)
  if (!found) throw new Error(`There is no domain option ${key}; known are ${domainOptionKeys().join(', ')}.`)
  return Array.isArray(found.value) ? found.value.join(', ') : String(found.value)
}
