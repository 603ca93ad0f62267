import { rmSync } from 'node:fs'
import t from '../support/tap.ts'
import { createServiceUser } from '../../src/firebird/server/create-database.ts'
import { Attachment, probe } from '../../src/firebird/wire.ts'
import { atLength, some } from '../support/at-length.ts'
import { copyTemplate, databaseOptions, fault, testServer } from '../support/database.ts'

const server = testServer()
const file = copyTemplate(server)
t.teardown(() => rmSync(file, { force: true }))
const { attach } = databaseOptions(server, file)

t.test(
  'every user that is made can log in, though the driver misreads one salt in sixteen',
  atLength,
  async t => {
    const sysdba = { ...attach, file, charset: 'AUTO' }
    const users = Array.from({ length: 24 }, (_, at) => at + 1)
    for (const n of some(users, 5)) {
      const service = { user: `login_${n}`, password: `a ' word ${n}`, role: 'login_role' }
      await createServiceUser(sysdba, service)
      const attachment = await Attachment.open({ ...attach, ...service })
      t.notOk(attachment.isDead, service.user)
      await attachment.close()
    }
  },
)

t.test('a wrong password is a fault of the log-in, soon', async t => {
  await t.rejects(Attachment.open({ ...attach, password: 'wrong' }), fault('login'))
  await t.rejects(Attachment.open({ ...attach, user: 'nobody' }), fault('login'))
})

t.test('a server is asked again and again, and no socket stays open', async t => {
  const sockets = () => process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length
  const before = sockets()
  for (let n = 0; n < 10; n++) await probe(attach)
  // a destroyed socket is gone with the next turn of the loop
  await new Promise(resolve => setImmediate(resolve))
  t.equal(sockets(), before)
  await t.rejects(probe({ ...attach, port: 1 }), fault('lost'))
})
