// A row of a table that somebody keeps in a spreadsheet program.

export interface TableRow {
  /** In the sheet, from 1 */
  readonly number: number
  readonly fields: readonly string[]
  /** Why it is not what whoever made it sees: such a row is to be refused, not read as far as it goes */
  readonly fault?: string | undefined
}
