// What the clients share: the record that they post, and how they tell what they have seen.
export const mods = (id: string, title: string): string =>
  `<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>${title}</title></titleInfo><recordInfo><recordIdentifier source="client">${id}</recordIdentifier></recordInfo></mods>`

export interface Seen {
  readonly outcome: string | undefined
  /** Of the scan, in pixels */
  readonly width: number | null | undefined
  readonly signature: string | null | undefined
  /** Status of a change with an ETag that is not current */
  readonly stale: number | undefined
  readonly found: readonly (string | null)[]
}
export const written = (seen: Seen): void => {
  process.stdout.write(JSON.stringify(seen))
}
