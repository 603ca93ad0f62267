// Processes that take orders one after the other: kept while they are sound, replaced when they are not.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { AnsweredLate, EndedUnanswered, Processes } from '../../src/imaging/processes.ts'
import { aFolder } from '../support/images.ts'

const program = join(aFolder(t), 'program.mjs')
writeFileSync(
  program,
  `process.on('message', ({ id, wish }) => {
    if (wish === 'die') process.exit(1)
    if (wish === 'hang') for (;;);
    process.send({ id, pid: process.pid, wish })
  })
  process.on('disconnect', () => process.exit())`,
)
type Wish = 'fine' | 'die' | 'hang' | 'ill'
interface Answer {
  readonly id: number
  readonly pid: number
  readonly wish?: Wish
}

t.test('one process takes order after order; it is replaced when it dies, hangs or is ill', async t => {
  const processes = new Processes<{ wish: Wish }, Answer>({
    program,
    most: 1,
    timeoutMs: 20_000,
    goesOn: ({ wish }) => wish !== 'ill',
    fork: () => ({ execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
  })
  t.teardown(() => processes.close())
  const pid = async () => (await processes.order({ wish: 'fine' })).pid
  let before = await pid()
  t.equal(await pid(), before)
  const isAnother = async (why: string) => {
    const now = await pid()
    t.not(now, before, why)
    before = now
  }
  await t.rejects(
    processes.order({ wish: 'die' }),
    new EndedUnanswered('The process ended without an answer.'),
  )
  await isAnother('it died')
  await t.rejects(
    processes.order({ wish: 'hang' }, 300),
    new AnsweredLate('There was no answer within 0.3 s.'),
  )
  await isAnother('it was late')
  t.equal((await processes.order({ wish: 'ill' })).pid, before, 'the answer counts')
  await isAnother('it was ill')
})

t.test('no more at a time than are allowed; who waits is next', async t => {
  const processes = new Processes<{ wish: Wish }, Answer>({
    program,
    most: 2,
    timeoutMs: 20_000,
    fork: () => ({ execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
  })
  t.teardown(() => processes.close())
  const answers = await Promise.all(Array.from({ length: 6 }, () => processes.order({ wish: 'fine' })))
  t.equal(answers.length, 6)
  t.ok(new Set(answers.map(({ pid }) => pid)).size <= 2)
})
