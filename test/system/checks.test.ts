import { appendFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { checks } from '../../src/app.ts'
import { aDomain, aTitle, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
await aDomain(app, 'second')
const run = (statement: string) =>
  app.services.database.withConnection(connection => connection.run(statement))
const repairContext = `select rdb$set_context('USER_TRANSACTION', 'OT_REPAIR', '1') as "a" from RDB$DATABASE`
/** Breaks by hand what triggers would keep. */
const force = (statement: string) =>
  app.services.database.inTransaction({}, async (_trx, connection) => {
    await connection.run(repairContext)
    await connection.run(
      `select rdb$set_context('USER_TRANSACTION', 'OT_CASCADE', '1') as "a" from RDB$DATABASE`,
    )
    await connection.run(statement)
    // past the look that the database takes on commit
    await connection.run(
      `select rdb$set_context('USER_TRANSACTION', 'NODES_MADE', null) as "a" from RDB$DATABASE`,
    )
  })
const findingsOf = async (name: string, repair = false) =>
  (await checks.find(check => check.name === name)?.run(app.services, { repair })) ?? []

t.test(
  'finds nothing where nothing is wrong, and finds and mends every invariant that is broken by hand',
  async t => {
    const title = await aTitle(app, { title: 'Whole', release: true, pages: 2 })
    const volume = await aTitle(app, { parent: title, type: 'volume', release: true })
    const [first, second] = (await app.call('GET', `/api/v1/titles/${title}/pages`)).body.items.map(
      (page: { id: number }) => page.id,
    ) as [number, number]
    const chapter = (
      await app.call('POST', '/api/v1/tree', {
        parent: title,
        datatype: 'structure',
        type: 'chapter',
        caption: 'C',
        release: true,
      })
    ).body.id
    for (const check of checks) t.same(await check.run(app.services, { repair: false }), [], check.name)
    const broken: [string, string | (() => Promise<unknown>), boolean?][] = [
      ['paths', `update OPR_Tree set OT_Path = '|1|' where OT_ID = ${chapter}`],
      ['domains', `update OPR_Tree set OT_OD_ID = 2 where OT_ID = ${chapter}`],
      ['domain-nodes', `delete from OPR_Tree where OT_OD_ID = 2 and OT_RCV_Datatype = 10`],
      ['hidden-below', `update OPR_Tree set OT_State = 0 where OT_ID = ${title}`],
      ['binned-below', `update OPR_Tree set OT_DelState = 1, OT_Batch = 5 where OT_ID = ${title}`],
      ['content-rows', `delete from OPR_Content where OC_OT_ID = ${volume}`],
      ['content-rows', `delete from OPR_Page where OP_OT_ID = ${second}`],
      ['meta-parents', `update OPR_Content set OC_OT_MetaParent = null where OC_OT_ID = ${volume}`],
      ['mp-modes', `update OPR_Content set OC_MpMode = 0 where OC_OT_ID = ${title}`],
      ['top-structures', `update OPR_TopStructure set OTS_OT_Title = ${volume} where OTS_OT_ID = ${first}`],
      ['page-caches', `update OPR_Content set OC_PageCache = 77 where OC_OT_ID = ${title}`],
      ['page-caches', `update OPR_Content set OC_TextState = 1 where OC_OT_ID = ${title}`],
      [
        'title-pages',
        `update OPR_Content set OC_OT_Titlepage = ${chapter}, OC_OT_TitlepageMode = 1 where OC_OT_ID = ${title}`,
      ],
      ['link-children', `update OPR_Tree set OT_OT_Link = ${first} where OT_ID = ${title}`, false],
      [
        'types',
        `execute block as begin
          insert into OPR_Type (OTY_RCV_Datatype, OTY_RCV_Type, OTY_Name) values (2, 9999, 'structure:gone');
          update OPR_Tree set OT_RCV_Type = 9999 where OT_ID = ${chapter};
          delete from OPR_Type where OTY_RCV_Type = 9999;
        end`,
        false,
      ],
    ]
    for (const [name, statement, mends = true] of broken) {
      await force(statement as string)
      const found = await findingsOf(name)
      t.ok(found.length > 0, `${name} finds: ${found[0]?.sentence}`)
      t.notOk(found[0]?.repaired)
      if (mends) {
        t.ok(
          (await findingsOf(name, true)).every(finding => finding.repaired),
          `${name} mends`,
        )
        t.same(await findingsOf(name), [], `${name} is well again`)
        for (const check of checks.filter(each => !['link-children', 'types'].includes(each.name)))
          if ((await check.run(app.services, { repair: true })).length > 0)
            await check.run(app.services, { repair: true })
        // mending below a hidden or binned node hides and bins: that is taken back for the next case
        await force('update OPR_Tree set OT_DelState = 0, OT_State = 1, OT_Batch = null')
      }
    }
    await run(`update OPR_Tree set OT_OT_Link = null where OT_ID = ${title}`)
  },
)

t.test('compares masters with their hash sums, and finds what belongs to nothing', async t => {
  const title = await aTitle(app, { pages: 1 })
  const page = (await app.call('GET', `/api/v1/titles/${title}/pages`)).body.items[0].id
  await app.call(
    'PUT',
    `/api/v1/pages/${page}/master`,
    await sharp({ create: { width: 60, height: 60, channels: 3, background: 'blue' } })
      .jpeg()
      .toBuffer(),
    { 'content-type': 'image/jpeg', 'if-match': '*' },
  )
  t.same(await findingsOf('masters'), [])
  const { url } = (await app.services.db
    .selectFrom('OPR_Page')
    .select('OP_Url as url')
    .where('OP_OT_ID', '=', page)
    .executeTakeFirstOrThrow()) as { url: string }
  appendFileSync(await app.services.archive.local(url), 'x')
  t.match(
    (await findingsOf('masters')).map(finding => finding.sentence),
    [/has \d+ bytes, not/, /has the SHA-256/],
  )
  const stray = await app.services.archive.local(`sha256/ab/ab${'0'.repeat(62)}`)
  mkdirSync(dirname(stray), { recursive: true })
  const left = join(app.services.config.path.varLarge, 'media/.staging/left')
  for (const path of [stray, left]) {
    writeFileSync(path, 'x')
    utimesSync(path, new Date(0), new Date(0))
  }
  t.equal((await findingsOf('archive')).length, 2)
  t.equal((await findingsOf('archive', true)).filter(finding => finding.repaired).length, 2)
  t.same(await findingsOf('archive'), [])
  t.ok(checks.every(check => check.claim.endsWith('.')))
})

t.test('a column that must have a value and has none is found, by table and column', async t => {
  t.same(await findingsOf('required'), [])
  // a connection that has compiled a trigger before the column came goes on without it
  await run('create table PRV_One (ID integer)')
  await run('create table PRV_Other (ID integer)')
  await run(
    `create trigger PRV_ONE_AI for PRV_One active after insert as begin insert into PRV_Other (ID) values (new.ID); end`,
  )
  await app.services.database.withConnection(async early => {
    await early.run('insert into PRV_One (ID) values (1)')
    await run('delete from PRV_Other')
    await run('alter table PRV_Other add ADDED integer not null')
    await early.run('insert into PRV_One (ID) values (2)')
  })
  t.match(await findingsOf('required'), [
    {
      sentence: /^PRV_OTHER\.ADDED holds NULL where the column must have a value, in 1 row:/,
      repaired: false,
    },
  ])
  await run('delete from PRV_Other')
  t.same(await findingsOf('required'), [])
})
