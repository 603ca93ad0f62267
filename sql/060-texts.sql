-- Texts of pages, and what a title knows of the pages and texts below it.

create sequence OPR_Fulltext_SEQ;

create table OPR_Fulltext (
  OF_ID D_ID not null constraint PK_OPR_FULLTEXT primary key,
  OF_OT_ID D_ID not null constraint FK_OF_OT references OPR_Tree (OT_ID) on delete cascade,
  OF_Kind smallint not null constraint CK_OF_KIND check (OF_Kind between 0 and 2),
  OF_Language varchar(20) character set ascii,
  OF_Url D_PLACE,
  OF_Format smallint default 0 not null constraint CK_OF_FORMAT check (OF_Format between 0 and 2),
  OF_Hashsum D_HASHSUM,
  OF_Text D_TEXT,
  OF_Confidence double precision,
  OF_Engine D_NAME,
  OF_Width integer,
  OF_Height integer,
  OF_BoxState smallint default 0 not null constraint CK_OF_BOXSTATE check (OF_BoxState in (0, 1, 2)),
  OF_InsertBatch D_ID,
  OF_InsertTS D_TS default current_timestamp not null,
  OF_UpdateTS D_TS default current_timestamp not null,
  constraint UK_OF unique (OF_OT_ID, OF_Kind)
);
comment on table OPR_Fulltext is 'Texts of pages.';
comment on column OPR_Fulltext.OF_Kind is '0 OCR, 1 wiki text, 2 born digital';
comment on column OPR_Fulltext.OF_Url is 'Place of the file in the archive, as it was delivered';
comment on column OPR_Fulltext.OF_Format is 'Of the file: 0 ALTO, 1 PAGE-XML, 2 hOCR';
comment on column OPR_Fulltext.OF_Text is 'Plain text, hyphenated words joined';
comment on column OPR_Fulltext.OF_Confidence is 'Mean word confidence, 0 to 1';
comment on column OPR_Fulltext.OF_Width is 'Pixels of the image that the text was read from';
comment on column OPR_Fulltext.OF_BoxState is '0 no boxes, 1 boxes fit the master, 2 boxes cannot be used: another image size';
create index OPR_FULLTEXT_INSERTBATCH on OPR_Fulltext (OF_InsertBatch);
comment on column OPR_Fulltext.OF_InsertBatch is 'Operation that added the text';

set term ^;
create trigger OPR_FULLTEXT_BU for OPR_Fulltext active before update position 0 as
begin
  new.OF_UpdateTS = current_timestamp;
end^

create trigger OPR_FULLTEXT_AIUD for OPR_Fulltext active after insert or update or delete position 0 as
begin
  update OPR_Tree set OT_Version = OT_Version + 1 where OT_ID = iif(deleting, old.OF_OT_ID, new.OF_OT_ID);
end^

create trigger OPR_FULLTEXT_BI_BATCH for OPR_Fulltext active before insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is null and rdb$get_context('USER_TRANSACTION', 'PLAYBACK') is null) then
    new.OF_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^

-- What a title knows of the pages below it: their number, whether one has a text, and the page that stands for it. A title's count is that
-- of its own pages and of the titles directly below, so call it from the deepest title up. The left joins state the order: pages first.
create procedure REFRESH_TITLE (T integer, TITLE_PAGE_TYPE smallint) as
  declare N integer;
  declare S integer;
  declare B integer;
  declare C integer;
  declare X smallint;
  declare Y smallint;
  declare P integer;
  declare M smallint;
begin
  select count(p.OT_ID), sum(p.OT_State) from OPR_TopStructure s left join OPR_Tree p on p.OT_ID = s.OTS_OT_ID
    where s.OTS_OT_Title = :T and p.OT_DelState = 0 into N, S;
  select sum(c.OC_PageCache), sum(c.OC_PagesShown) from OPR_Content c where c.OC_OT_MetaParent = :T into B, C;
  N = N + coalesce(B, 0);
  S = coalesce(S, 0) + coalesce(C, 0);
  X = 0;
  if (exists (select 1 from OPR_TopStructure s left join OPR_Tree p on p.OT_ID = s.OTS_OT_ID
        left join OPR_Fulltext f on f.OF_OT_ID = s.OTS_OT_ID
        where s.OTS_OT_Title = :T and p.OT_DelState = 0 and f.OF_ID is not null)
      or exists (select 1 from OPR_Content c where c.OC_OT_MetaParent = :T and c.OC_TextState = 1)) then X = 1;
  Y = 0;
  if (X = 1) then
    if (exists (select 1 from OPR_TopStructure s left join OPR_Tree p on p.OT_ID = s.OTS_OT_ID
          left join OPR_Fulltext f on f.OF_OT_ID = s.OTS_OT_ID
          where s.OTS_OT_Title = :T and p.OT_DelState = 0 and p.OT_State = 1 and f.OF_ID is not null)
        or exists (select 1 from OPR_Content c where c.OC_OT_MetaParent = :T and c.OC_TextShown = 1)) then Y = 1;
  select OC_OT_Titlepage, OC_OT_TitlepageMode from OPR_Content where OC_OT_ID = :T into P, M;
  -- chosen by hand and gone from below the title: purged, or moved to another one
  if (M = 1 and not exists (select 1 from OPR_Tree p left join OPR_Tree t on t.OT_ID = :T
      where p.OT_ID = :P and p.OT_RCV_Datatype = 3 and p.OT_Path starting with t.OT_Path)) then M = 0;
  if (M = 0) then begin
    P = null;
    select first 1 p.OT_ID from OPR_TopStructure s left join OPR_Tree p on p.OT_ID = s.OTS_OT_ID
        left join OPR_Tree u on u.OT_ID = p.OT_OT_Parent left join OPR_Tree st on st.OT_ID = s.OTS_OT_Structure
      where s.OTS_OT_Title = :T and p.OT_DelState = 0
      order by iif(u.OT_RCV_Datatype = 2 and u.OT_RCV_Type = :TITLE_PAGE_TYPE, 0, 1), coalesce(st.OT_Sort, p.OT_Sort), st.OT_ID, p.OT_Sort, p.OT_ID
      into P;
    if (P is null) then
      select first 1 c.OC_OT_Titlepage from OPR_Content c left join OPR_Tree t on t.OT_ID = c.OC_OT_ID
        where c.OC_OT_MetaParent = :T and c.OC_OT_Titlepage is not null and t.OT_DelState = 0 order by t.OT_Sort, t.OT_ID into P;
  end
  update OPR_Content set OC_PageCache = :N, OC_PagesShown = :S, OC_TextState = :X, OC_TextShown = :Y,
      OC_OT_Titlepage = :P, OC_OT_TitlepageMode = :M
    where OC_OT_ID = :T and (OC_PageCache <> :N or OC_PagesShown <> :S or OC_TextState <> :X or OC_TextShown <> :Y
      or OC_OT_Titlepage is distinct from :P or OC_OT_TitlepageMode <> :M);
end^
set term ;^
