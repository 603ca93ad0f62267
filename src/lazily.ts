import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)

/** A package of CommonJS that few processes need, with large tables: loaded when it is first asked for, because each process would pay for it at its start. */
export function lazily<Package extends object>(name: string): () => Package {
  let loaded: Package | undefined
  return () => (loaded ??= load(name) as Package)
}
