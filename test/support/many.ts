// More than a delivery brings, made inside the database: books of thousands of pages, levels of thousands of titles.
import { readTypes } from '../../src/config/types.ts'
import type { TestApp } from './start.ts'

const types = readTypes()
const datatype = (name: 'title' | 'page') => types.code(name)
const numberOf = (type: string): number => types.find('title', type)?.number as number

/** Pages below a title that look like those of another one, with scans that are there already. */
export async function manyPages(
  app: TestApp,
  title: number,
  count: number,
  models: readonly number[],
): Promise<void> {
  const { database } = app.services
  const columns =
    'OP_Url, OP_State, OP_Ident, OP_ImgWidth, OP_ImgHeight, OP_Filesize, OP_Hashsum, OP_OIP_ID, OP_PaginationType'
  await database.withConnection(connection =>
    connection.run(
      `execute block as
        declare I integer = 0;
        declare P integer;
        declare M integer;
        declare D integer;
      begin
        select OT_OD_ID from OPR_Tree where OT_ID = ${title} into D;
        while (I < ${count}) do begin
          P = next value for OPR_Tree_SEQ;
          M = decode(mod(I, ${models.length}), ${models.map((id, at) => `${at}, ${id}`).join(', ')});
          insert into OPR_Tree (OT_ID, OT_OD_ID, OT_OT_Parent, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_Path, OT_State)
            values (:P, :D, ${title}, ${datatype('page')}, 1, null, :I * 256, '', 1);
          insert into OPR_Page (OP_ID, OP_OT_ID, ${columns}, OP_PaginationValue, OP_PaginationCaption)
            select next value for OPR_Page_SEQ, :P, ${columns}, :I + 1, :I + 1 from OPR_Page where OP_OT_ID = :M;
          merge into OPR_Pack using (select * from OPR_Pack where OPK_OT_ID = :M) MODEL on OPR_Pack.OPK_OT_ID = :P
            when matched then update set OPK_State = MODEL.OPK_State, OPK_Recipe = MODEL.OPK_Recipe, OPK_Width = MODEL.OPK_Width, OPK_Height = MODEL.OPK_Height, OPK_Bytes = MODEL.OPK_Bytes;
          I = I + 1;
        end
        execute procedure REFRESH_TITLE(${title}, 0);
      end`,
      [],
      600_000,
    ),
  )
}

/** Released titles without a record, numbered: a level that is only long. */
export async function longLevel(app: TestApp, parent: number, type: string, count: number): Promise<void> {
  const size = 10_000
  for (let from = 0; from < count; from += size)
    await app.services.database.withConnection(connection =>
      connection.run(
        `execute block as
          declare I integer = ${from};
          declare T integer;
          declare D integer;
        begin
          select OT_OD_ID from OPR_Tree where OT_ID = ${parent} into D;
          while (I < ${Math.min(count, from + size)}) do begin
            T = next value for OPR_Tree_SEQ;
            insert into OPR_Tree (OT_ID, OT_OD_ID, OT_OT_Parent, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_Path, OT_State)
              values (:T, :D, ${parent}, ${datatype('title')}, ${numberOf(type)}, 'Nr. ' || (:I + 1), :I * 256, '', 1);
            insert into OPR_Content (OC_ID, OC_OT_ID) values (next value for OPR_Content_SEQ, :T);
            I = I + 1;
          end
        end`,
        [],
        600_000,
      ),
    )
}
