// Options of [capsules].
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { text } from './option-kinds.ts'

export const capsuleSection = z
  .strictObject({
    folder: text(
      '',
      'Folder that capsules are delivered to, on another disk than the masters; where store names another place, those that lie in it are found there. Without both none are made.',
    ).refine(folder => folder === '' || isAbsolute(folder), 'expected the absolute path of a folder'),
    store: text(
      '',
      'Store that capsules are delivered to: the name of a [store.NAME], best another one than that of the masters.',
    ),
    organisation: text('', 'Source-Organization of the capsules, the name of the library.'),
    contact: text('', 'Contact-Email of the capsules.'),
  })
  .describe('Capsules: packages of titles for the long term (BagIt with METS, MODS, PREMIS, masters, texts).')
