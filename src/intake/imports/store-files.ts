// Files of a title from a delivery: those that it has are found again by their bytes, or by their name where the bytes are others.
import type { Db } from '../../firebird/database.ts'
import {
  fileKindOf,
  filesOfTitle,
  insertFile,
  replaceBytes,
  wasTakenOff,
} from '../../catalogue/attachments/index.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import type { PlannedFile } from '../plans/index.ts'
import type { StagedFile } from './stage-files.ts'

export async function storeFiles(
  trx: Db,
  titleId: number,
  planned: readonly PlannedFile[],
  staged: ReadonlyMap<PlannedFile, StagedFile>,
): Promise<{ messages: Message[]; files: number; changed: boolean }> {
  const messages: Message[] = []
  const there = await filesOfTitle(trx, titleId)
  let sort = there.at(-1)?.sort ?? 0
  let hasWhole = there.some(({ kind }) => kind === 'whole')
  const known = new Set(there.map(({ hashsum }) => hashsum))
  let [files, changed] = [0, false]
  for (const plan of planned) {
    const file = staged.get(plan)
    if (!file) continue
    files++
    if (known.has(file.hashsum)) continue
    known.add(file.hashsum)
    const before = there.find(({ name }) => name === file.name)
    if (before) {
      await replaceBytes(trx, before.id, file)
      changed = true
      continue
    }
    if (await wasTakenOff(trx, titleId, file.hashsum)) {
      messages.push({
        level: 'info',
        code: 'file-taken-off',
        sentence: `The file ${file.name} was taken off title ${titleId} by hand; it was not added again.`,
      })
      continue
    }
    const kind = plan.kind ?? fileKindOf(file.media, !hasWhole)
    if (kind === 'whole') hasWhole = true
    await insertFile(trx, titleId, { ...file, kind, sort: ++sort, label: plan.label?.slice(0, 2000) ?? null })
    changed = true
  }
  return { messages, files, changed }
}
