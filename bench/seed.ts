// A tree of any size, made inside the server: titles with chapters of pages.
import type { Database } from '../src/firebird/database.ts'

/** One domain with titles of 1 + 10 + 100 nodes until there are so many. @returns some ids of each kind */
export async function seedTree(
  database: Database,
  nodes: number,
): Promise<{ domainId: number; titleId: number; pageId: number }> {
  const run = (statement: string) =>
    database.withConnection(connection => connection.run(statement, [], 900_000))
  await run(
    `insert into OPR_Domain (OD_ID, OD_Name, OD_Caption) values (next value for OPR_Domain_SEQ, 'bench', 'Bench')`,
  )
  const { rows } = await run(`select max(OD_ID) as "id" from OPR_Domain`)
  const domainId = rows[0]?.['id'] as number
  const titles = Math.ceil(nodes / 111)
  for (let done = 0; done < titles; done += 500) {
    await run(`execute block as
      declare T integer;
      declare C integer;
      declare P integer;
      declare I integer;
      declare J integer;
      declare K integer = 0;
    begin
      while (K < ${Math.min(500, titles - done)}) do begin
        T = next value for OPR_Tree_SEQ;
        insert into OPR_Tree (OT_ID, OT_OD_ID, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_Path) values (:T, ${domainId}, 1, 1, 'Title ' || :T, :T, '');
        insert into OPR_Content (OC_ID, OC_OT_ID) values (next value for OPR_Content_SEQ, :T);
        I = 0;
        while (I < 10) do begin
          C = next value for OPR_Tree_SEQ;
          insert into OPR_Tree (OT_ID, OT_OD_ID, OT_OT_Parent, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_Path) values (:C, ${domainId}, :T, 2, 131, 'Chapter', :I * 256, '');
          J = 0;
          while (J < 10) do begin
            P = next value for OPR_Tree_SEQ;
            insert into OPR_Tree (OT_ID, OT_OD_ID, OT_OT_Parent, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_Path)
              values (:P, ${domainId}, :C, 3, 1, '[Seite ' || :J || ']', :J * 256, '');
            insert into OPR_Page (OP_ID, OP_OT_ID) values (next value for OPR_Page_SEQ, :P);
            J = J + 1;
          end
          I = I + 1;
        end
        K = K + 1;
      end
    end`)
  }
  const middle = await run(
    `select first 1 skip ${Math.floor(titles / 2)} OT_ID as "id" from OPR_Tree where OT_RCV_Datatype = 1 order by OT_ID`,
  )
  const titleId = middle.rows[0]?.['id'] as number
  const page = await run(
    `select max(OT_ID) as "id" from OPR_Tree where OT_Path starting with '|${titleId}|' and OT_RCV_Datatype = 3`,
  )
  return { domainId, titleId, pageId: page.rows[0]?.['id'] as number }
}

/** One title with so many pages directly below a chapter each of 100. */
export async function seedLargeTitle(database: Database, domainId: number, pages: number): Promise<number> {
  await database.withConnection(connection =>
    connection.run(
      `execute block as
      declare T integer;
      declare C integer;
      declare P integer;
      declare I integer = 0;
    begin
      T = next value for OPR_Tree_SEQ;
      insert into OPR_Tree (OT_ID, OT_OD_ID, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_Path) values (:T, ${domainId}, 1, 1, 'Large', 2000000000, '');
      insert into OPR_Content (OC_ID, OC_OT_ID) values (next value for OPR_Content_SEQ, :T);
      while (I < ${pages}) do begin
        if (mod(I, 100) = 0) then begin
          C = next value for OPR_Tree_SEQ;
          insert into OPR_Tree (OT_ID, OT_OD_ID, OT_OT_Parent, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_Path) values (:C, ${domainId}, :T, 2, 131, 'Chapter', :I, '');
        end
        P = next value for OPR_Tree_SEQ;
        insert into OPR_Tree (OT_ID, OT_OD_ID, OT_OT_Parent, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_Path) values (:P, ${domainId}, :C, 3, 1, '[Seite]', :I, '');
        insert into OPR_Page (OP_ID, OP_OT_ID) values (next value for OPR_Page_SEQ, :P);
        I = I + 1;
      end
    end`,
      [],
      300_000,
    ),
  )
  const { rows } = await database.withConnection(connection =>
    connection.run(`select max(OT_ID) as "id" from OPR_Tree where OT_Caption = 'Large'`),
  )
  return rows[0]?.['id'] as number
}
