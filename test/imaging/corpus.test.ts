// Every master of the corpus: judged and made into a pack, its size and colours are those of what was put in, or it is refused by name.
import t from 'tap'
import { checkMaster } from '../corpus/masters/check.ts'
import { decodedElsewhere, masters } from '../corpus/masters/masters.ts'
import { aFolder } from '../support/images.ts'

const folder = aFolder(t)

t.test('masters that libvips reads', async t => {
  for (const master of await masters()) await checkMaster(t, folder, master)
})

t.test('JPEG 2000 and PDF by the decoders of the system', async t => {
  for (const master of await decodedElsewhere(folder)) await checkMaster(t, folder, master)
})
