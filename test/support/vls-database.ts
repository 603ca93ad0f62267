// A database of a Visual Library Server, made by SQL as its manual documents it, and backed up by gbak as an operator would.
import { rmSync } from 'node:fs'
import { isql } from '../../src/firebird/server/create-database.ts'
import { copyDatabase } from '../../src/firebird/server/gbak.ts'
import { testServer } from './database.ts'
import { modsOf } from './start.ts'

const tables = `
create table OPR_Domain (OD_ID integer not null primary key, OD_OD_Parent integer references OPR_Domain, OD_Name varchar(60), OD_Caption varchar(200));
create table OPR_Tree (OT_ID integer not null primary key, OT_OD_ID integer references OPR_Domain, OT_OT_Parent integer references OPR_Tree, OT_OT_Link integer references OPR_Tree,
  OT_RCV_Datatype smallint, OT_RCV_Type smallint, OT_Caption varchar(4000), OT_Sort integer, OT_DelState smallint, OT_Path varchar(1000), OT_State smallint, OT_InsertTS timestamp, OT_UpdateTS timestamp);
create table OPR_Content (OC_ID integer not null primary key, OC_OT_ID integer not null references OPR_Tree, OC_OT_MetaParent integer, OC_MpMode smallint, OC_OT_Deliverer integer, OC_OT_Titlepage integer,
  OC_OT_TitlepageMode smallint, OC_SourceIdent varchar(250), OC_Provider varchar(100), OC_Signature varchar(250), OC_PhysicalLocation varchar(250), OC_MediaNumber varchar(100), OC_Owner varchar(250) character set none,
  OC_PageCount integer, OC_PageCache integer, OC_Comment blob sub_type text, OC_OrgForm blob sub_type text, OC_WebInfo1 blob sub_type text, OC_XML blob sub_type text character set utf8, OC_XmlOrigin smallint,
  OC_SC_OrderDate timestamp, OC_SC_DeliveryDate timestamp, OC_ReleaseDate timestamp, OC_MaxAccessCount integer, OC_PresentationUrl varchar(500), OC_ReferenceUrl varchar(500), OC_OaiIdent varchar(250),
  OC_EMail varchar(250), OC_GenerateIdentifier smallint, OC_TextState smallint, OC_InsertTs timestamp, OC_UpdateTs timestamp, OC_Colour varchar(20));
create table OPR_Page (OP_ID integer not null primary key, OP_OT_ID integer not null references OPR_Tree, OP_Url varchar(500), OP_State smallint, OP_Comment varchar(500), OP_OIP_ID integer, OP_Ident varchar(250),
  OP_ImgWidth integer, OP_ImgHeight integer, OP_ImgDateTime timestamp, OP_ImgPageName varchar(100), OP_Filesize bigint, OP_ModificationTimestamp timestamp, OP_Webcache varchar(100), OP_WebcacheSize integer,
  OP_PaginationCaption varchar(100), OP_PaginationType smallint, OP_PaginationValue integer, OP_IccState smallint, OP_Hashsum varchar(100), OP_ChangeTS timestamp, OP_InsertTs timestamp, OP_UpdateTs timestamp);
create table OPR_ContentHistory (OCH_ID integer not null primary key, OCH_OT_ID integer, OCH_Signature varchar(250), OCH_InsertTS timestamp);
create table OPR_ContentXmlHistory (OCXH_ID integer not null primary key, OCXH_OT_ID integer, OCXH_XML blob sub_type text character set utf8, OCXH_XmlOrigin smallint, OCXH_InsertTS timestamp);
create table OPR_Comment (OCO_ID integer not null primary key, OCO_OT_ID integer, OCO_Comment blob sub_type text, OCO_InsertTS timestamp);
create table PRV_User (PU_ID integer not null primary key, PU_Name varchar(60));
create global temporary table TMP_ID (TI_OT_ID integer) on commit delete rows;
commit;`

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
const made = "'2011-03-04 05:06:07'"

/** Node, with its row of OPR_Content or OPR_Page. */
class Rows {
  readonly statements: string[] = []

  node(
    id: number,
    domain: number,
    path: readonly number[],
    datatype: number,
    type: number,
    caption: string,
    more: { sort?: number; state?: number; bin?: number; link?: number } = {},
  ): void {
    const full = [...path, id].map(each => `|${each}|`).join('')
    this.statements.push(
      `insert into OPR_Tree values (${id}, ${domain}, ${path.at(-1) ?? 'null'}, ${more.link ?? 'null'}, ${datatype}, ${type}, ${quote(caption)}, ${more.sort ?? id}, ${more.bin ?? 0}, '${full}', ${more.state ?? 1}, ${made}, '2012-01-01');`,
    )
  }

  title(
    id: number,
    domain: number,
    path: readonly number[],
    type: number,
    caption: string,
    more: { state?: number; bin?: number; columns?: Record<string, string> } = {},
  ): void {
    this.node(id, domain, path, 1, type, caption, more)
    const columns = {
      OC_ID: String(id),
      OC_OT_ID: String(id),
      OC_XML: quote(
        modsOf(`AC${id}`, caption, `<identifier type="urn">urn:nbn:de:example-${id}</identifier>`),
      ),
      OC_XmlOrigin: '2',
      OC_Owner: "x'42FC636865726569'",
      OC_InsertTs: made,
      OC_ReleaseDate: more.state === 0 ? 'null' : "'2011-05-01'",
      ...more.columns,
    }
    this.statements.push(
      `insert into OPR_Content (${Object.keys(columns).join(', ')}) values (${Object.values(columns).join(', ')});`,
    )
  }

  page(id: number, domain: number, path: readonly number[], label: string, value: number): void {
    this.node(id, domain, path, 3, 1, label)
    this.statements.push(
      `insert into OPR_Page (OP_ID, OP_OT_ID, OP_Url, OP_State, OP_Ident, OP_PaginationCaption, OP_PaginationType, OP_PaginationValue, OP_Hashsum, OP_InsertTs, OP_ChangeTS) values (${id}, ${id}, 'prints/${id}.jpg', 1, '${id}.tif', ${quote(label)}, 77, ${value}, 'md5:0', ${made}, ${made});`,
    )
  }
}

/** More titles than are stored at once. */
export const bulk = Array.from({ length: 60 }, (_, at) => 61_000 + at * 10)

function content(): string {
  const rows = new Rows()
  rows.statements.push(
    `insert into OPR_Domain values (7, null, 'alt', 'Alte Drucke');`,
    `insert into OPR_Domain values (8, 7, 'zeitung', 'Zeitungen');`,
    `insert into PRV_User values (1, 'vlm');`,
  )
  rows.node(3, 7, [], 10, 1, 'domain alt')
  rows.node(4, 8, [], 10, 1, 'domain zeitung')
  rows.title(60_500, 7, [], 1, 'Der Verlag')
  rows.title(60_100, 7, [], 1, 'Vom Größenwahn', {
    columns: {
      OC_OT_Deliverer: '60500',
      OC_Signature: "'Nd 12'",
      OC_Comment: "'Eilt, für Müller'",
      OC_SC_OrderDate: "'2010-02-03'",
      OC_OT_Titlepage: '60111',
      OC_OT_TitlepageMode: '1',
    },
  })
  rows.node(60_101, 7, [60_100], 2, 3, 'Erstes Kapitel')
  rows.page(60_110, 7, [60_100], '[Seite]', 0)
  rows.page(60_111, 7, [60_100, 60_101], 'Seite 1', 1)
  rows.page(60_112, 7, [60_100, 60_101], 'Seite 2', 2)
  rows.node(60_113, 7, [60_100, 60_101], 3, 1, '[Seite]', { link: 60_110 })
  rows.title(60_200, 8, [], 21, 'Die Zeitung', {
    columns: { OC_OT_Titlepage: '60211', OC_OT_TitlepageMode: '1' },
  })
  rows.title(60_210, 8, [60_200], 7, 'Nr. 1')
  rows.page(60_211, 8, [60_200, 60_210], 'Seite 1', 1)
  rows.title(60_300, 7, [], 1, 'Im Papierkorb', { state: 0, bin: 1 })
  for (const id of bulk) {
    rows.title(id, 7, [], 1, `Buch ${id}`)
    rows.page(id + 1, 7, [id], 'Seite 1', 1)
  }
  rows.statements.push(
    `insert into OPR_ContentHistory values (1, 60100, 'Nd 11', ${made});`,
    `insert into OPR_ContentXmlHistory values (5, 60100, ${quote(modsOf('AC60100', 'Erste Fassung'))}, 1, '2011-03-05');`,
    `insert into OPR_ContentXmlHistory values (6, 60100, ${quote(modsOf('AC60100', 'Zweite Fassung'))}, 10, '2011-03-06');`,
    `insert into OPR_Comment values (1, 60100, 'Früher', ${made});`,
    'commit;',
  )
  return rows.statements.join('\n')
}

/** @returns the path of the backup */
export async function makeVlsBackup(folder: string): Promise<string> {
  const server = testServer()
  const { host, port, password } = server
  const file = `${server.dataFolder}/vls-source-${process.pid}.fdb`
  const access = { host, port, file, user: 'SYSDBA', password }
  await isql(
    { ...access, charset: 'ISO8859_1' },
    `set names utf8;\ncreate database ${quote(`${host}/${port}:${file}`)} user 'SYSDBA' password ${quote(password)} page_size 8192 default character set ISO8859_1;\n${tables}\n${content()}\n`,
  )
  const backup = `${folder}/vls.fbk`
  await copyDatabase(access, backup)
  rmSync(file)
  return backup
}
