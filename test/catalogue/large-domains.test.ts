// What a change of the tree costs does not depend on how many siblings there are: counted in pages that the database reads, not in time.
import t from '../support/tap.ts'
import { isAtLength } from '../support/at-length.ts'
import { aDomain, asMods, modsOf, start } from '../support/start.ts'
import { needsServer } from '../support/database.ts'

const app = await start(t)
const domainId = await aDomain(app)
const run = (statement: string) =>
  app.services.database.withConnection(connection => connection.run(statement))

/** Pages fetched by all connections so far. */
async function fetched(): Promise<number> {
  const { rows } = await app.services.database.inTransaction({}, (_, connection) =>
    connection.run(
      'select s.mon$page_fetches as "n" from mon$database d join mon$io_stats s on s.mon$stat_id = d.mon$stat_id',
    ),
  )
  return Number(rows[0]?.['n'])
}

/** Rows that were read in two parts, by all connections so far. */
async function torn(): Promise<number> {
  const { rows } = await app.services.database.inTransaction({}, (_, connection) =>
    connection.run(
      'select s.mon$fragment_reads as "n" from mon$database d join mon$record_stats s on s.mon$stat_id = d.mon$stat_id',
    ),
  )
  return Number(rows[0]?.['n'])
}

/** Pages fetched while a piece of work runs and is looked at, the least of three times: the server counts what it does by itself, too. */
async function leastFetched(prepare: () => Promise<() => Promise<unknown>>): Promise<number> {
  const counted: number[] = []
  for (let time = 0; time < 3; time++) {
    const work = await prepare()
    const before = await fetched()
    await work()
    counted.push((await fetched()) - before)
  }
  return Math.min(...counted)
}

/**
 * Pages fetched by a piece of work.
 * @param prepare makes it
 */
const fetches = async (prepare: () => Promise<() => Promise<unknown>>): Promise<number> =>
  (await leastFetched(prepare)) - (await leastFetched(async () => async () => {}))

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
  'a record, a move to the top and a place beside another cost the same among thousands',
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
    const to = (position: string | object) => ({ parent: null, domain: domainId, position })
    const costs = async () => {
      await post() // statements are prepared, pages are in the cache
      const beside = await post()
      await move(await volume(), to({ before: beside }))()
      return {
        record: await fetches(async () => post),
        first: await fetches(async () => move(await volume(), to('first'))),
        last: await fetches(async () => move(await volume(), to('last'))),
        before: await fetches(async () => move(await volume(), to({ before: beside }))),
      }
    }
    await grow(200)
    const few = await costs()
    const number = isAtLength ? 50_000 : 15_000
    await grow(number)
    const many = await costs()
    t.comment(`fetches among 200: ${JSON.stringify(few)}, among ${number}: ${JSON.stringify(many)}`)
    for (const what of ['record', 'first', 'last', 'before'] as const)
      t.ok(
        many[what] < few[what] * 1.5 + 50,
        `${what}: ${few[what]} fetches among 200, ${many[what]} among ${number}`,
      )
  },
)

t.test(
  'the states of many nodes change without a row that is longer than its place',
  needsServer,
  async t => {
    const title = await post()
    await run(`execute block as declare I integer = 0; declare P integer; begin
    while (I < 900) do begin
      P = next value for OPR_Tree_SEQ;
      insert into OPR_Tree (OT_ID, OT_OD_ID, OT_OT_Parent, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_Path)
        values (:P, ${domainId}, ${title}, 3, 1, '[Seite]', :I, '');
      insert into OPR_Page (OP_ID, OP_OT_ID) values (next value for OPR_Page_SEQ, :P);
      I = I + 1;
    end end`)
    const before = await torn()
    for (const action of ['release', 'bin']) {
      const { status, body } = await app.call('POST', '/api/v1/tree/batch', { action, ids: [title] })
      t.equal(status, 200)
      t.ok(body.changed >= 900, `${action} changes ${body.changed} nodes`)
    }
    t.equal((await torn()) - before, 0)
  },
)
