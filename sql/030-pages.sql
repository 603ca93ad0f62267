-- Pages, the scan data they share, their texts, and for every page the nearest title and the topmost structure element.

create exception E_PAGE_DATATYPE 'Only a node of datatype 3 is a page.';

create sequence OPR_ImageProfile_SEQ;
create sequence OPR_Page_SEQ;
create sequence OPR_PageHistory_SEQ;
create sequence OPR_Fulltext_SEQ;

create table OPR_ImageProfile (
  OIP_ID integer not null constraint PK_OPR_IMAGEPROFILE primary key,
  OIP_Digest varchar(64) character set ascii not null constraint UK_OIP_DIGEST unique,
  OIP_Format varchar(20) character set ascii not null,
  OIP_Compression varchar(40) character set ascii,
  OIP_ColourSpace varchar(40) character set ascii,
  OIP_BitDepth smallint,
  OIP_Samples smallint,
  OIP_Density double precision,
  OIP_IccName varchar(250) character set utf8,
  OIP_IccDigest varchar(64) character set ascii,
  OIP_ScannerMake varchar(250) character set utf8,
  OIP_ScannerModel varchar(250) character set utf8,
  OIP_Software varchar(250) character set utf8,
  OIP_InsertTS timestamp default current_timestamp not null
);
comment on table OPR_ImageProfile is 'Scan data that pages of one scanning process share.';
comment on column OPR_ImageProfile.OIP_Digest is 'SHA-256 over all other columns: equal scan data is one row';
comment on column OPR_ImageProfile.OIP_Density is 'Pixels per inch';

create table OPR_Page (
  OP_ID integer not null constraint PK_OPR_PAGE primary key,
  OP_OT_ID integer not null constraint UK_OP_OT unique constraint FK_OP_OT references OPR_Tree (OT_ID) on delete cascade,
  OP_Url varchar(500) character set ascii,
  OP_State smallint default 0 not null constraint CK_OP_STATE check (OP_State between 0 and 4),
  OP_Comment blob sub_type text character set utf8,
  OP_OIP_ID integer constraint FK_OP_OIP references OPR_ImageProfile (OIP_ID),
  OP_Ident varchar(250) character set utf8,
  OP_ImgWidth integer,
  OP_ImgHeight integer,
  OP_ImgDateTime timestamp,
  OP_ImgPageName varchar(250) character set utf8,
  OP_Filesize bigint,
  OP_ModificationTimestamp timestamp,
  OP_Webcache varchar(200) character set ascii,
  OP_WebcacheSize bigint,
  OP_PaginationCaption varchar(250) character set utf8,
  OP_PaginationType smallint,
  OP_PaginationValue integer,
  OP_IccState smallint default 0 not null constraint CK_OP_ICCSTATE check (OP_IccState in (0, 1)),
  OP_Hashsum varchar(140) character set ascii,
  OP_ChangeTS timestamp default current_timestamp not null,
  OP_InsertTs timestamp default current_timestamp not null,
  OP_UpdateTs timestamp default current_timestamp not null
);
create index OPR_PAGE_URL on OPR_Page (OP_Url);
create index OPR_PAGE_HASHSUM on OPR_Page (OP_Hashsum);
create index OPR_PAGE_CHANGE on OPR_Page (OP_ChangeTS);
comment on table OPR_Page is 'Digitised pages (datatype 3).';
comment on column OPR_Page.OP_Url is 'Place of the master in the archive: sha256/aa/<sha256>[#page=n]';
comment on column OPR_Page.OP_State is '0 no master, 1 master in the archive, 2 deleted after capsule export, 3 mirrored, 4 extracted PDF page';
comment on column OPR_Page.OP_Comment is 'Confidential remark';
comment on column OPR_Page.OP_Ident is 'Import identifier: METS div id or file name';
comment on column OPR_Page.OP_ImgWidth is 'Pixels';
comment on column OPR_Page.OP_ImgHeight is 'Pixels';
comment on column OPR_Page.OP_ImgDateTime is 'When it was scanned, from the image';
comment on column OPR_Page.OP_Filesize is 'Bytes of the master; kept when it is deleted after capsule export';
comment on column OPR_Page.OP_Webcache is 'Widths of the stored derivatives, comma-separated';
comment on column OPR_Page.OP_WebcacheSize is 'Bytes of all stored derivatives';
comment on column OPR_Page.OP_PaginationType is 'See config/paginate.xml';
comment on column OPR_Page.OP_PaginationValue is 'Counter, independent of how it is written';
comment on column OPR_Page.OP_IccState is '1 when the derivatives are in sRGB';
comment on column OPR_Page.OP_Hashsum is 'sha256:<hex> of the master';
comment on column OPR_Page.OP_ChangeTS is 'Last change of Ident, Comment, ModificationTimestamp, Pagination*, Hashsum';

create table OPR_PageHistory (
  OPH_ID integer not null constraint PK_OPR_PAGEHISTORY primary key,
  OPH_OT_ID integer not null,
  OPH_Ident varchar(250) character set utf8,
  OPH_Comment blob sub_type text character set utf8,
  OPH_ModificationTimestamp timestamp,
  OPH_PaginationCaption varchar(250) character set utf8,
  OPH_PaginationType smallint,
  OPH_PaginationValue integer,
  OPH_Hashsum varchar(140) character set ascii,
  OPH_Url varchar(500) character set ascii,
  OPH_Batch integer,
  OPH_Actor varchar(250) character set utf8,
  OPH_Application varchar(250) character set utf8,
  OPH_Reason varchar(250) character set utf8,
  OPH_InsertTS timestamp default current_timestamp not null
);
create index OPR_PAGEHISTORY_NODE on OPR_PageHistory (OPH_OT_ID, OPH_ID);
create index OPR_PAGEHISTORY_BATCH on OPR_PageHistory (OPH_Batch);
comment on table OPR_PageHistory is 'What a page was before each change that moves OP_ChangeTS.';

create table OPR_TopStructure (
  OTS_OT_ID integer not null constraint PK_OPR_TOPSTRUCTURE primary key constraint FK_OTS_OT references OPR_Tree (OT_ID) on delete cascade,
  OTS_OT_Title integer constraint FK_OTS_TITLE references OPR_Tree (OT_ID) on delete set null,
  OTS_OT_Structure integer constraint FK_OTS_STRUCTURE references OPR_Tree (OT_ID) on delete set null
);
comment on table OPR_TopStructure is 'For every page: the nearest title and, below it, the topmost structure element.';

create table OPR_Fulltext (
  OF_ID integer not null constraint PK_OPR_FULLTEXT primary key,
  OF_OT_ID integer not null constraint FK_OF_OT references OPR_Tree (OT_ID) on delete cascade,
  OF_Kind smallint not null constraint CK_OF_KIND check (OF_Kind between 0 and 2),
  OF_Language varchar(20) character set ascii,
  OF_Url varchar(500) character set ascii,
  OF_Hashsum varchar(140) character set ascii,
  OF_Text blob sub_type text character set utf8,
  OF_Confidence double precision,
  OF_Engine varchar(250) character set utf8,
  OF_Width integer,
  OF_Height integer,
  OF_BoxState smallint default 0 not null constraint CK_OF_BOXSTATE check (OF_BoxState in (0, 1, 2)),
  OF_InsertTS timestamp default current_timestamp not null,
  OF_UpdateTS timestamp default current_timestamp not null,
  constraint UK_OF unique (OF_OT_ID, OF_Kind)
);
comment on table OPR_Fulltext is 'Texts of pages.';
comment on column OPR_Fulltext.OF_Kind is '0 OCR, 1 wiki text, 2 born digital';
comment on column OPR_Fulltext.OF_Url is 'Place of the ALTO file in the archive';
comment on column OPR_Fulltext.OF_Text is 'Plain text, hyphenated words joined';
comment on column OPR_Fulltext.OF_Confidence is 'Mean word confidence, 0 to 1';
comment on column OPR_Fulltext.OF_Width is 'Pixels of the image that the text was read from';
comment on column OPR_Fulltext.OF_BoxState is '0 no boxes, 1 boxes fit the master, 2 boxes cannot be used: another image size';

set term ^;
create procedure ABOVE_PAGE (NODE integer) returns (TITLE integer, TOP_STRUCTURE integer) as
  declare P integer;
  declare I integer;
  declare D smallint;
begin
  TITLE = null;
  TOP_STRUCTURE = null;
  select OT_OT_Parent from OPR_Tree where OT_ID = :NODE into P;
  while (P is not null and TITLE is null) do begin
    I = null;
    select OT_ID, OT_RCV_Datatype, OT_OT_Parent from OPR_Tree where OT_ID = :P into I, D, P;
    if (I is null) then P = null;
    else if (D = 1) then TITLE = I;
    else if (D = 2) then TOP_STRUCTURE = I;
  end
  suspend;
end^

create trigger OPR_PAGE_BI for OPR_Page active before insert position 0 as
  declare D smallint;
begin
  select OT_RCV_Datatype from OPR_Tree where OT_ID = new.OP_OT_ID into D;
  if (D is distinct from 3) then exception E_PAGE_DATATYPE;
end^

create trigger OPR_PAGE_AI for OPR_Page active after insert position 0 as
begin
  insert into OPR_TopStructure (OTS_OT_ID, OTS_OT_Title, OTS_OT_Structure)
    select new.OP_OT_ID, a.TITLE, a.TOP_STRUCTURE from ABOVE_PAGE(new.OP_OT_ID) a;
end^

create trigger OPR_PAGE_AD for OPR_Page active after delete position 0 as
begin
  delete from OPR_TopStructure where OTS_OT_ID = old.OP_OT_ID;
end^

create trigger OPR_PAGE_BU for OPR_Page active before update position 0 as
begin
  new.OP_UpdateTs = current_timestamp;
  if (new.OP_Ident is distinct from old.OP_Ident or new.OP_Comment is distinct from old.OP_Comment
      or new.OP_ModificationTimestamp is distinct from old.OP_ModificationTimestamp
      or new.OP_PaginationCaption is distinct from old.OP_PaginationCaption
      or new.OP_PaginationType is distinct from old.OP_PaginationType
      or new.OP_PaginationValue is distinct from old.OP_PaginationValue
      or new.OP_Hashsum is distinct from old.OP_Hashsum) then new.OP_ChangeTS = current_timestamp;
  else new.OP_ChangeTS = old.OP_ChangeTS;
end^

create trigger OPR_PAGE_AU for OPR_Page active after update position 0 as
begin
  if (new.OP_Ident is distinct from old.OP_Ident or new.OP_Comment is distinct from old.OP_Comment
      or new.OP_ModificationTimestamp is distinct from old.OP_ModificationTimestamp
      or new.OP_PaginationCaption is distinct from old.OP_PaginationCaption
      or new.OP_PaginationType is distinct from old.OP_PaginationType
      or new.OP_PaginationValue is distinct from old.OP_PaginationValue
      or new.OP_Hashsum is distinct from old.OP_Hashsum) then
    insert into OPR_PageHistory (OPH_ID, OPH_OT_ID, OPH_Ident, OPH_Comment, OPH_ModificationTimestamp, OPH_PaginationCaption,
        OPH_PaginationType, OPH_PaginationValue, OPH_Hashsum, OPH_Url, OPH_Batch, OPH_Actor, OPH_Application, OPH_Reason)
      values (next value for OPR_PageHistory_SEQ, old.OP_OT_ID, old.OP_Ident, old.OP_Comment, old.OP_ModificationTimestamp,
        old.OP_PaginationCaption, old.OP_PaginationType, old.OP_PaginationValue, old.OP_Hashsum, old.OP_Url,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
  update OPR_Tree set OT_Version = OT_Version + 1 where OT_ID = new.OP_OT_ID;
end^

create trigger OPR_FULLTEXT_BU for OPR_Fulltext active before update position 0 as
begin
  new.OF_UpdateTS = current_timestamp;
end^

create trigger OPR_FULLTEXT_AIUD for OPR_Fulltext active after insert or update or delete position 0 as
begin
  update OPR_Tree set OT_Version = OT_Version + 1 where OT_ID = iif(deleting, old.OF_OT_ID, new.OF_OT_ID);
end^

create trigger OPR_TREE_AU_PAGES for OPR_Tree active after update position 20 as
  declare N integer;
  declare T integer;
  declare S integer;
begin
  if (new.OT_OT_Parent is distinct from old.OT_OT_Parent) then
    for select p.OTS_OT_ID, a.TITLE, a.TOP_STRUCTURE
        from OPR_Tree t join OPR_TopStructure p on p.OTS_OT_ID = t.OT_ID
        left join ABOVE_PAGE(t.OT_ID) a on 1 = 1
        where t.OT_Path starting with new.OT_Path into N, T, S do
      update OPR_TopStructure set OTS_OT_Title = :T, OTS_OT_Structure = :S
        where OTS_OT_ID = :N and (OTS_OT_Title is distinct from :T or OTS_OT_Structure is distinct from :S);
end^

-- What a title knows of the pages below it: their number, whether one has a text, and the page that stands for it.
-- A title's count is that of its own pages and of the titles directly below, so call it from the deepest title up.
create procedure REFRESH_TITLE (T integer, TITLE_PAGE_TYPE smallint) as
  declare N integer;
  declare X smallint;
  declare P integer;
  declare M smallint;
begin
  select count(*) from OPR_TopStructure s join OPR_Tree p on p.OT_ID = s.OTS_OT_ID
    where s.OTS_OT_Title = :T and p.OT_DelState = 0 into N;
  N = N + coalesce((select sum(c.OC_PageCache) from OPR_Content c where c.OC_OT_MetaParent = :T), 0);
  X = 0;
  if (exists (select 1 from OPR_TopStructure s join OPR_Fulltext f on f.OF_OT_ID = s.OTS_OT_ID
        join OPR_Tree p on p.OT_ID = s.OTS_OT_ID where s.OTS_OT_Title = :T and p.OT_DelState = 0)
      or exists (select 1 from OPR_Content c where c.OC_OT_MetaParent = :T and c.OC_TextState = 1)) then X = 1;
  select OC_OT_Titlepage, OC_OT_TitlepageMode from OPR_Content where OC_OT_ID = :T into P, M;
  if (M = 0) then begin
    P = null;
    select first 1 p.OT_ID from OPR_TopStructure s join OPR_Tree p on p.OT_ID = s.OTS_OT_ID
        left join OPR_Tree u on u.OT_ID = p.OT_OT_Parent left join OPR_Tree st on st.OT_ID = s.OTS_OT_Structure
      where s.OTS_OT_Title = :T and p.OT_DelState = 0
      order by iif(u.OT_RCV_Datatype = 2 and u.OT_RCV_Type = :TITLE_PAGE_TYPE, 0, 1), coalesce(st.OT_Sort, p.OT_Sort), st.OT_ID, p.OT_Sort, p.OT_ID
      into P;
    if (P is null) then
      select first 1 c.OC_OT_Titlepage from OPR_Content c join OPR_Tree t on t.OT_ID = c.OC_OT_ID
        where c.OC_OT_MetaParent = :T and c.OC_OT_Titlepage is not null and t.OT_DelState = 0 order by t.OT_Sort, t.OT_ID into P;
  end
  update OPR_Content set OC_PageCache = :N, OC_TextState = :X, OC_OT_Titlepage = :P
    where OC_OT_ID = :T and (OC_PageCache <> :N or OC_TextState <> :X or OC_OT_Titlepage is distinct from :P);
end^
set term ;^
