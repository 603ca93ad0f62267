/** Turns a numeric column into a named union, both ways: `codes({ hidden: 0, released: 1 })`. */
export interface Codes<Name extends string> {
  readonly names: readonly [Name, ...Name[]]
  /** The number stored for a name. */
  of(name: Name): number
  /** The name of a stored number; a number that the table does not know is a bug in the data. */
  name(code: number): Name
}

export function codes<Name extends string>(table: Readonly<Record<Name, number>>): Codes<Name> {
  const names = Object.keys(table) as [Name, ...Name[]]
  const byCode = new Map(names.map(name => [table[name], name]))
  return {
    names,
    of: name => table[name],
    name: code => {
      const name = byCode.get(code)
      if (name === undefined) throw new Error(`Code ${code} is none of ${names.join(', ')}.`)
      return name
    },
  }
}

/**
 * A table that is asked with words from outside: it has no prototype, so that ‘constructor’ and ‘__proto__’ are words like others, and not there.
 * test/architecture.test.ts holds that such tables are made by it.
 */
export const tableOf = <Value>(entries: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> =>
  Object.freeze(Object.assign(Object.create(null) as Record<string, Value>, entries))

/** The greatest key there is: keys are INTEGER, and have up to ten digits. */
export const mostId = 2_147_483_647

/** The key that a text is; undefined where it can be none. */
export function idIn(text: string | undefined): number | undefined {
  const id = text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : 0
  return id > 0 && id <= mostId ? id : undefined
}
