// Options of [fixity].
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { flag, list, whole } from './option-kinds.ts'

export const fixitySection = z
  .strictObject({
    days: whole(
      30,
      1,
      3650,
      'Days within which the scheduled job has compared the whole archive once, a portion each time.',
    ),
    bytesPerSecond: whole(
      50_000_000,
      0,
      100_000_000_000,
      'Bytes that a second of comparing may read, so that readers do not notice it; 0: as many as there are.',
    ),
    copies: list(
      [],
      'Folders with copies of [path] varLarge/media, by which damaged files are repaired: a second disk, a mounted backup.',
      z.string().refine(isAbsolute, 'expected absolute paths of folders'),
    ),
    repair: flag(
      true,
      'Repair what is found at once where a copy with the right hash is at hand. What was found stays listed.',
    ),
  })
  .describe('Comparing masters, texts and capsules with their hashes.')
