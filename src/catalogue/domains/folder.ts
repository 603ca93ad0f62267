// The folder of a domain, with its config.ini and its pictures, has the domain's name: it goes with it.
import { rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Refusal } from '../../errors.ts'
import { inPlace, syncFolder } from '../../whole-files.ts'

const isThere = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined

/**
 * Renames the folder of a domain while its transaction is open, so that a folder that cannot be renamed refuses the change.
 * @returns what takes it back, for a transaction that fails
 * @throws Refusal conflict where another folder has that name
 */
export async function renameFolder(
  root: string,
  before: string,
  after: string,
): Promise<() => Promise<void>> {
  const [from, to] = [join(root, before), join(root, after)]
  if (before === after || !(await isThere(from))) return async () => {}
  if (await isThere(to))
    throw new Refusal(
      'conflict',
      `There is a folder ‘${after}’ in [path] domain already; the folder of ‘${before}’ cannot take its name.`,
    )
  const place = { option: '[path] domain', folder: root }
  const move = (a: string, b: string) =>
    inPlace(place, async () => {
      await rename(a, b)
      await syncFolder(dirname(b))
    })
  await move(from, to)
  let isMoved = true
  return async () => {
    if (!isMoved) return
    isMoved = false
    await move(to, from)
  }
}
