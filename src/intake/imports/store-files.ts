// Files of a title from a delivery: those that it has are found again by their bytes, by their name where the bytes are others, or by what
// they are to the title where the name is another one, too.
import type { Db } from '../../firebird/database.ts'
import {
  deliveredFiles,
  type FileKind,
  fileKindOf,
  filesOfTitle,
  insertFile,
  replaceBytes,
  type TitleFile,
  wasTakenOff,
} from '../../catalogue/attachments/index.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import type { PlannedFile } from '../plans/index.ts'
import type { StagedFile } from './stage-files.ts'

/** What a file is to its title, where that can be told of one alone: the whole of it, or what its label says. */
const roleOf = (kind: FileKind, label: string | null | undefined): string | undefined =>
  kind === 'whole' ? kind : label ? `${kind} ${label}` : undefined

/**
 * What an earlier delivery brought and this one brings anew under another name: both are alone in their role.
 * @param there files of the title that came by imports and are not in this delivery
 */
function successors(
  there: readonly TitleFile[],
  fresh: readonly { readonly plan: PlannedFile; readonly kind: FileKind }[],
): Map<PlannedFile, TitleFile> {
  const found = new Map<PlannedFile, TitleFile>()
  for (const { plan, kind } of fresh) {
    const role = roleOf(kind, plan.label)
    if (role === undefined) continue
    const old = there.filter(file => roleOf(file.kind, file.label) === role)
    const same = fresh.filter(other => roleOf(other.kind, other.plan.label) === role)
    if (old.length === 1 && same.length === 1) found.set(plan, old[0] as TitleFile)
  }
  return found
}

export async function storeFiles(
  trx: Db,
  titleId: number,
  planned: readonly PlannedFile[],
  staged: ReadonlyMap<PlannedFile, StagedFile>,
): Promise<{ messages: Message[]; files: number; changed: boolean }> {
  const messages: Message[] = []
  const there = await filesOfTitle(trx, titleId)
  const byImports = there.length === 0 ? new Set<number>() : await deliveredFiles(trx, titleId)
  let sort = there.at(-1)?.sort ?? 0
  const arrived = planned.flatMap(plan => {
    const file = staged.get(plan)
    return file ? [{ plan, file }] : []
  })
  const known = new Set(there.map(({ hashsum }) => hashsum))
  const [hashes, names] = [
    new Set(arrived.map(({ file }) => file.hashsum)),
    new Set(arrived.map(({ file }) => file.name)),
  ]
  const missing = there.filter(
    ({ id, hashsum, name }) => byImports.has(id) && !hashes.has(hashsum) && !names.has(name),
  )
  let hasWhole = there.some(file => file.kind === 'whole' && !missing.includes(file))
  const byHand = there.find(({ id, kind }) => kind === 'whole' && !byImports.has(id))
  const fresh: { plan: PlannedFile; file: StagedFile; kind: FileKind }[] = []
  let changed = false
  for (const { plan, file } of arrived) {
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
    const wanted = plan.kind ?? fileKindOf(file.media, !hasWhole)
    const kind = wanted === 'whole' && byHand ? 'attachment' : wanted
    if (kind !== wanted)
      messages.push({
        level: 'info',
        code: 'whole-kept',
        sentence: `The file ${byHand?.name} was put there as the whole of title ${titleId} by hand and stays that; ${file.name} was added as an attachment.`,
      })
    if (kind === 'whole') hasWhole = true
    fresh.push({ plan, file, kind })
  }
  const replaced = successors(missing, fresh)
  for (const { plan, file, kind } of fresh) {
    const before = replaced.get(plan)
    if (before) {
      await replaceBytes(trx, before.id, file)
      messages.push({
        level: 'info',
        code: 'file-replaced',
        sentence: `The file ${file.name} replaces ${before.name}, which an earlier delivery brought ${kind === 'whole' ? 'as the whole' : `as ‘${before.label}’`} of title ${titleId}.`,
      })
    } else
      await insertFile(trx, titleId, {
        ...file,
        kind,
        sort: ++sort,
        label: plan.label?.slice(0, 2000) ?? null,
      })
    changed = true
  }
  return { messages, files: arrived.length, changed }
}
