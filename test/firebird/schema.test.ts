// What the database itself holds true, whoever writes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { renderHistories } from '../../src/firebird/histories.ts'
import { migrationFiles } from '../../src/firebird/migrate.ts'
import { root } from '../../src/root.ts'
import { openDatabase } from '../support/database.ts'

type Database = ReturnType<typeof openDatabase>

const node = (
  id: number,
  datatype: number,
  type: number,
  parent: number | null = null,
  link: number | null = null,
) =>
  `insert into OPR_Tree (OT_ID, OT_OD_ID, OT_OT_Parent, OT_OT_Link, OT_RCV_Datatype, OT_RCV_Type, OT_Path) values (${id}, 1, ${parent}, ${link}, ${datatype}, ${type}, '')`
const content = (id: number) => `insert into OPR_Content (OC_ID, OC_OT_ID) values (${id}, ${id})`
const page = (id: number) => `insert into OPR_Page (OP_ID, OP_OT_ID) values (${id}, ${id})`

/** All statements in one transaction. */
const together = (database: Database, ...statements: string[]) =>
  database.inTransaction({}, async (_, connection) => {
    for (const statement of statements) await connection.run(statement)
  })

async function withDomain(t: Parameters<typeof openDatabase>[0]): Promise<Database> {
  const database = openDatabase(t)
  await together(database, `insert into OPR_Domain (OD_ID, OD_Name, OD_Caption) values (1, 'one', 'One')`)
  return database
}

t.test('the histories in sql/ are those of their description', async t => {
  for (const [name, text] of renderHistories()) t.equal(readFileSync(join(root, 'sql', name), 'utf8'), text)
})

t.test('the map of triggers names each of them, in the order in which they fire', async t => {
  const fires =
    /create trigger (\w+)(?: for (\w+))? active (?:((?:before|after) [\w ]+?)|(on transaction commit)) position (\d+)/g
  const found = migrationFiles()
    .flatMap(file =>
      file.steps.flatMap(step =>
        [...step.matchAll(fires)].map(([, name, table, event, commit, position]) => ({
          table: table ?? '(any)',
          when: (event ?? commit) as string,
          row: `| ${table ?? '(any)'} | ${event ?? commit} | ${position} | ${name} | ${file.name.slice(0, 3)} |`,
          position: Number(position),
        })),
      ),
    )
    .sort(
      (a, b) =>
        (a.table < b.table ? -1 : a.table > b.table ? 1 : 0) ||
        Number(b.when.startsWith('before')) - Number(a.when.startsWith('before')) ||
        a.position - b.position,
    )
  const map = readFileSync(join(root, 'sql/README.md'), 'utf8')
    .split('## Which trigger fires when')[1]
    ?.match(/^\| [A-Z(].*$/gm)
    ?.map(line => line.split('|').slice(0, 6).join('|') + '|')
  t.same(
    map,
    found.map(trigger => trigger.row),
  )
})

t.test('there is no node of a type that does not exist, and no title becomes one', async t => {
  const database = await withDomain(t)
  await t.rejects(together(database, node(900, 1, 999), content(900)), /E_TREE_TYPE[\s\S]*no type \(1, 999\)/)
  await together(database, node(900, 1, 1), content(900))
  await t.rejects(
    together(database, 'update OPR_Tree set OT_RCV_Type = 999 where OT_ID = 900'),
    /E_TREE_TYPE/,
  )
})

t.test('a title without its record and a page without its scan data are refused on commit', async t => {
  const database = await withDomain(t)
  const torn = /E_TREE_TORN/
  await t.rejects(together(database, node(900, 1, 1)), torn, 'a title alone')
  await together(database, node(900, 1, 1), content(900))
  await t.rejects(together(database, node(901, 3, 1, 900)), torn, 'a page alone')
  await together(database, node(901, 3, 1, 900), page(901))
  await t.rejects(together(database, 'delete from OPR_Content where OC_OT_ID = 900'), torn)
  await t.rejects(together(database, 'delete from OPR_Page where OP_OT_ID = 901'), torn)
  await t.rejects(
    together(database, 'update OPR_Tree set OT_RCV_Datatype = 2, OT_RCV_Type = 131 where OT_ID = 901'),
    torn,
    'scan data of what is no page any more',
  )
  await together(database, node(902, 2, 131, 900), node(903, 3, 1, 902, 901))
  await together(database, 'delete from OPR_Page where OP_OT_ID = 901', page(901))
  await together(database, 'delete from OPR_Tree where OT_ID = 903', 'delete from OPR_Tree where OT_ID = 901')
  const { rows } = await database.withConnection(connection =>
    connection.run('select OT_ID as "id" from OPR_Tree where OT_ID >= 900 order by 1'),
  )
  t.same(rows, [{ id: 900 }, { id: 902 }], 'what was refused has left nothing')
  t.equal(database.metrics.open, database.metrics.idle, 'no connection is stuck with a refused commit')
})

t.test('what a savepoint takes back counts for nothing on commit', async t => {
  const database = await withDomain(t)
  await together(
    database,
    'savepoint S',
    node(900, 1, 1),
    'rollback to savepoint S',
    node(901, 1, 1),
    content(901),
  )
  await t.rejects(
    together(database, node(902, 1, 1), 'savepoint S', content(902), 'rollback to savepoint S'),
    /E_TREE_TORN/,
  )
})

t.test('parents and domains exist, and what holds nodes is not removed', async t => {
  const database = await withDomain(t)
  await t.rejects(together(database, node(900, 1, 1, 899), content(900)), /E_TREE_PARENT/)
  await t.rejects(
    together(database, node(900, 1, 1).replace('(900, 1,', '(900, 77,'), content(900)),
    /E_TREE_DOMAIN/,
  )
  await together(database, node(900, 1, 1), content(900), node(901, 2, 131, 900))
  await t.rejects(together(database, 'delete from OPR_Tree where OT_ID = 900'), /E_TREE_CHILDREN/)
  await t.rejects(together(database, 'delete from OPR_Domain where OD_ID = 1'), /E_DOMAIN_NODES/)
  await together(database, 'delete from OPR_Tree where OT_ID = 901', 'delete from OPR_Tree where OT_ID = 900')
  await together(database, 'delete from OPR_Domain where OD_ID = 1')
})

t.test('no index of the tree repeats the beginning of another', async t => {
  const database = openDatabase(t)
  const { rows } = await database.withConnection(connection =>
    connection.run(`select trim(i.rdb$index_name) as "name", coalesce(i.rdb$index_type, 0) as "descending",
        (select list(trim(s.rdb$field_name)) from (select rdb$field_name from rdb$index_segments
          where rdb$index_name = i.rdb$index_name order by rdb$field_position) s) as "columns"
      from rdb$indices i where i.rdb$relation_name = 'OPR_TREE'`),
  )
  const indexes = rows as unknown as { name: string; descending: number; columns: string }[]
  for (const one of indexes)
    for (const other of indexes)
      if (one.name !== other.name && one.descending === other.descending)
        t.notOk(`${other.columns},`.startsWith(`${one.columns},`), `${one.name} and ${other.name}`)
})
