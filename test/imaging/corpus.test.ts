// Every master of the corpus: judged and made into a pack, its size and colours are those of what was put in, or it is refused by name.
import t from '../support/tap.ts'
import { some } from '../support/at-length.ts'
import { checkMaster } from '../corpus/masters/check.ts'
import { decodedElsewhere, masters } from '../corpus/masters/masters.ts'
import { aFolder } from '../support/images.ts'

const folder = aFolder(t)

t.test('masters that libvips reads', async t => {
  const all = await masters()
  t.ok(all.length > 40, `${all.length} masters`)
  for (const master of some(all, 24)) await checkMaster(t, folder, master)
})

t.test('JPEG 2000 and PDF by the decoders of the system', async t => {
  const all = await decodedElsewhere(folder)
  t.ok(all.length > 0, `${all.length} masters`)
  for (const master of some(all, 8)) await checkMaster(t, folder, master)
})
