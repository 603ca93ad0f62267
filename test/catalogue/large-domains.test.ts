// What a change of the tree costs does not depend on how many siblings there are: counted in pages that the database reads, not in time.
import t from '../support/tap.ts'
import { aDomain, asMods, modsOf, start } from '../support/start.ts'
import { needsServer } from '../support/database.ts'

const app = await start(t)
const domainId = await aDomain(app)
const run = (statement: string) =>
  app.services.database.withConnection(connection => connection.run(statement))

/** Pages fetched by all connections while `work` runs. */
async function fetches(work: () => Promise<unknown>): Promise<number> {
  const soFar = async () => {
    const { rows } = await app.services.database.inTransaction({}, (_, connection) =>
      connection.run(
        'select s.mon$page_fetches as "n" from mon$database d join mon$io_stats s on s.mon$stat_id = d.mon$stat_id',
      ),
    )
    return Number(rows[0]?.['n'])
  }
  await soFar()
  const before = await soFar()
  const looking = (await soFar()) - before
  await work()
  return (await soFar()) - before - 2 * looking
}

const grow = (count: number) =>
  run(`execute block as declare I integer = 0; begin
    while (I < ${count}) do begin
      insert into OPR_Tree (OT_ID, OT_OD_ID, OT_RCV_Datatype, OT_RCV_Type, OT_Sort, OT_Path)
        values (next value for OPR_Tree_SEQ, ${domainId}, 0, 2, :I, '');
      I = I + 1;
    end end`)

let posted = 0
const post = async () => {
  const answer = await app.call(
    'POST',
    '/api/v1/titles?domain=lib',
    modsOf(`r${++posted}`, `Title ${posted}`),
    asMods,
  )
  t.equal(answer.status, 201)
  return answer.body.items[0].id as number
}

t.test(
  'a record, a move to the top and a place beside another cost the same among 50,000',
  needsServer,
  async t => {
    const parent = await post()
    const volume = async () => {
      const answer = await app.call(
        'POST',
        `/api/v1/titles?parent=${parent}&type=volume`,
        modsOf(`v${++posted}`, `Volume ${posted}`),
        asMods,
      )
      return answer.body.items[0].id as number
    }
    const move = (id: number, body: object) => async () =>
      t.equal((await app.call('POST', `/api/v1/tree/${id}/move`, body, { 'if-match': '*' })).status, 200)
    const costs = async () => {
      await post() // statements are prepared, pages are in the cache
      const beside = await post()
      await move(await volume(), { parent: null, domain: domainId, position: { before: beside } })()
      return {
        record: await fetches(post),
        first: await fetches(move(await volume(), { parent: null, domain: domainId, position: 'first' })),
        last: await fetches(move(await volume(), { parent: null, domain: domainId, position: 'last' })),
        before: await fetches(
          move(await volume(), { parent: null, domain: domainId, position: { before: beside } }),
        ),
      }
    }
    await grow(200)
    const few = await costs()
    await grow(50_000)
    const many = await costs()
    t.comment(`fetches among 200: ${JSON.stringify(few)}, among 50,000: ${JSON.stringify(many)}`)
    for (const what of ['record', 'first', 'last', 'before'] as const)
      t.ok(
        many[what] < few[what] * 1.5 + 50,
        `${what}: ${few[what]} fetches among 200, ${many[what]} among 50,000`,
      )
  },
)
