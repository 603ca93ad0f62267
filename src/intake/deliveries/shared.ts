// What titles of a delivery have in common and is read once for all of them: the folder that many records lie in, the list whose rows they are.
import { readFolder, RecordFolder } from './folder.ts'
import { readList, type TitleList } from './list.ts'

/** Keeps the last folder and the last list for as long as an import runs: what comes into them meanwhile is of the next one. */
export class SharedReads {
  #folder: RecordFolder | undefined
  #list: { readonly path: string; readonly read: TitleList } | undefined

  folder(path: string): RecordFolder {
    if (this.#folder?.folder.path !== path) this.#folder = new RecordFolder(readFolder(path))
    return this.#folder
  }

  /** A list with its rows by their numbers in the sheet. @throws Refusal too-large, not-processable */
  list(path: string): TitleList {
    if (this.#list?.path !== path) this.#list = { path, read: readList(path) }
    return this.#list.read
  }
}
