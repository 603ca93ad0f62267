// The masters of the corpus that libvips does not read, on a machine that has no decoders for them: the answer is the same.
import t from '../support/tap.ts'
import { atLength, some } from '../support/at-length.ts'
import { checkMaster } from '../corpus/masters/check.ts'
import { decodedElsewhere } from '../corpus/masters/masters.ts'
import { aFolder } from '../support/images.ts'

const folder = aFolder(t)

t.test('JPEG 2000 and PDF by the decoders that we bring', atLength, async t => {
  const all = await decodedElsewhere(folder)
  t.ok(all.length > 0, `${all.length} masters`)
  const path = process.env['PATH']
  process.env['PATH'] = '/nonexistent'
  t.teardown(() => (process.env['PATH'] = path))
  for (const master of some(all, 7)) await checkMaster(t, folder, master)
})
