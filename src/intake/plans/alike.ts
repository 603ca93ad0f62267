// Names of one file as different systems write them: macOS takes umlauts apart, Windows separates folders by backslashes and does not tell case apart.

/** What names that are written alike have in common. */
export const folded = (name: string): string => name.normalize('NFC').replaceAll('\\', '/').toLowerCase()

/** In what two names that are alike differ; one of them may begin further up. */
export function difference(a: string, b: string): string {
  const [one, other] = [a, b].map(name => name.replaceAll('\\', '/').split('/')) as [string[], string[]]
  const parts = Math.min(one.length, other.length)
  const [x, y] = [one, other].map(path => path.slice(-parts).join('/')) as [string, string]
  return [
    ...(a.includes('\\') === b.includes('\\') ? [] : ['backslashes']),
    ...(x.toLowerCase() === y.toLowerCase() ? [] : ['composed letters']),
    ...(x.normalize('NFC') === y.normalize('NFC') ? [] : ['upper case']),
  ].join(' and ')
}

/** Things by their names: by the exact one, else by one that is written alike, if it is the only one. */
export class ByName<T> {
  readonly #exact = new Map<string, T>()
  readonly #alike = new Map<string, T[]>()

  constructor(things: Iterable<readonly [name: string, thing: T]>) {
    for (const [name, thing] of things) {
      this.#exact.set(name, thing)
      const key = folded(name)
      this.#alike.set(key, [...(this.#alike.get(key) ?? []), thing])
    }
  }

  get(name: string): T | undefined {
    const exact = this.#exact.get(name)
    if (exact !== undefined) return exact
    const alike = this.#alike.get(folded(name)) ?? []
    return alike.length === 1 ? alike[0] : undefined
  }
}
