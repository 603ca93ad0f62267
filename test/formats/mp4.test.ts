import t from '../support/tap.ts'
import { boxAt, movieOf } from '../../src/formats/media/mp4.ts'
import { mp4 } from '../support/recordings.ts'

/** What the box ‘moov’ of a file holds. */
function movieIn(bytes: Buffer): Buffer {
  for (let at = 0; ;) {
    const box = boxAt(bytes, at, bytes.length - at)
    if (!box) throw new Error('no moov')
    if (box.name === 'moov') return bytes.subarray(box.body, box.end)
    at = box.end
  }
}
const whole = movieIn(mp4(3.25, { width: 320, height: 180 }))

t.test('a movie says how long it plays and how large it is shown', async t => {
  t.same(movieOf(whole), { duration: 3.25, size: { width: 320, height: 180 } })
  t.same(movieOf(movieIn(mp4(2, { width: 320, height: 180 }, { isTurned: true }))).size, { width: 180, height: 320 }) // prettier-ignore
  t.same(movieOf(movieIn(mp4(2, { width: 0, height: 0 }))).size, undefined, 'a track of sound has no size')
  t.same(movieOf(movieIn(mp4(0, { width: 4, height: 3 }))).duration, undefined, 'a stream in fragments')
})

t.test('a film in fragments says behind its head how long they are together', async t => {
  const [mehd, mvex] = [Buffer.alloc(16), Buffer.alloc(8)]
  mehd.writeUInt32BE(16)
  mehd.write('mehd', 4)
  mehd.writeUInt32BE(5500, 12)
  mvex.writeUInt32BE(24)
  mvex.write('mvex', 4)
  const head = movieIn(mp4(0, { width: 4, height: 3 }))
  t.equal(movieOf(Buffer.concat([head, mvex, mehd])).duration, 5.5)
  t.equal(movieOf(Buffer.concat([whole, mvex, mehd])).duration, 3.25, 'a head that knows is asked first')
})

t.test('times of 64 bits are read', async t => {
  const head = Buffer.alloc(8 + 108)
  head.writeUInt32BE(head.length)
  head.write('mvhd', 4)
  head[8] = 1
  head.writeUInt32BE(600, 8 + 20)
  head.writeBigUInt64BE(600n * 90n, 8 + 24)
  t.equal(movieOf(head).duration, 90)
  head.writeBigUInt64BE(0xffffffffffffffffn, 8 + 24)
  t.equal(movieOf(head).duration, undefined, 'all bits set: unknown')
})

t.test('a movie that is cut off or altered anywhere says less, and never fails', async t => {
  for (let length = 0; length < whole.length; length++) {
    const { duration, size } = movieOf(whole.subarray(0, length))
    t.ok(duration === undefined || duration === 3.25, `${length} bytes`)
    t.ok(size === undefined || size.width === 320)
  }
  for (let at = 0; at < whole.length; at++)
    for (const value of [0, 1, 255]) {
      const altered = Buffer.from(whole)
      altered[at] = value
      t.doesNotThrow(() => movieOf(altered))
    }
})
