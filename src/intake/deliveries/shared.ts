// What titles of a delivery have in common and is read once for all of them: the folder that many records lie in, the list whose rows they are.
import { readFolder, RecordFolder } from './folder.ts'
import { type Columns, readList, type TitleList } from './list.ts'

/** Keeps the last folder and the last list for as long as an import runs: what comes into them meanwhile is of the next one. */
export class SharedReads {
  #folder: RecordFolder | undefined
  #list: { readonly path: string; readonly columns: string; readonly read: TitleList } | undefined

  folder(path: string): RecordFolder {
    if (this.#folder?.folder.path !== path) this.#folder = new RecordFolder(readFolder(path))
    return this.#folder
  }

  /** A list as the columns of the import have it read. @throws Refusal bad-request, too-large, not-processable */
  list(path: string, columns: Columns): TitleList {
    const key = JSON.stringify(columns)
    if (this.#list?.path !== path || this.#list.columns !== key)
      this.#list = { path, columns: key, read: readList(path, columns) }
    return this.#list.read
  }
}
