// What titles of a delivery have in common and is read once for all of them: the folder that many records lie in, the list whose rows they are.
import { readFolder, RecordFolder } from './folder.ts'
import { type ListRow, rowsByNumber } from './list.ts'

/** Keeps the last folder and the last list for as long as an import runs: what comes into them meanwhile is of the next one. */
export class SharedReads {
  #folder: RecordFolder | undefined
  #list: { readonly path: string; readonly rows: ReadonlyMap<number, ListRow> } | undefined

  folder(path: string): RecordFolder {
    if (this.#folder?.folder.path !== path) this.#folder = new RecordFolder(readFolder(path))
    return this.#folder
  }

  /** Rows of a list by their numbers in the sheet. @throws Refusal too-large, not-processable */
  rows(path: string): ReadonlyMap<number, ListRow> {
    if (this.#list?.path !== path) this.#list = { path, rows: rowsByNumber(path) }
    return this.#list.rows
  }
}
