-- Titles: OPR_Content, the fields drawn from the MODS, and identifiers of nodes.

create exception E_CONTENT_INSERTTS 'OC_InsertTs can be changed only with the behaviour dirtyInsertTS.';
create exception E_CONTENT_DELIVERER 'A title with a deliverer cannot stand below another title; take the deliverer off first.';
create exception E_CONTENT_DATATYPE 'Only a node of datatype 1 has bibliographic data.';

create sequence OPR_Content_SEQ;
create sequence OPR_Identifier_SEQ;

create table OPR_Content (
  OC_ID D_ID not null constraint PK_OPR_CONTENT primary key,
  OC_OT_ID D_ID not null constraint UK_OC_OT unique constraint FK_OC_OT references OPR_Tree (OT_ID) on delete cascade,
  OC_OT_MetaParent D_ID constraint FK_OC_METAPARENT references OPR_Tree (OT_ID) on delete set null,
  OC_MpMode smallint default 0 not null constraint CK_OC_MPMODE check (OC_MpMode between 0 and 3),
  OC_OT_Deliverer D_ID constraint FK_OC_DELIVERER references OPR_Tree (OT_ID) on delete set null,
  OC_OT_Titlepage D_ID constraint FK_OC_TITLEPAGE references OPR_Tree (OT_ID) on delete set null,
  OC_OT_TitlepageMode D_FLAG default 0 not null,
  OC_SourceIdent D_NAME,
  OC_Provider varchar(120) character set utf8,
  OC_Signature D_LINE,
  OC_PhysicalLocation D_LINE,
  OC_MediaNumber D_NAME,
  OC_Owner D_LINE,
  OC_PageCount integer constraint CK_OC_PAGECOUNT check (OC_PageCount >= 0),
  OC_PageCache integer default 0 not null,
  OC_PagesShown integer default 0 not null,
  OC_Comment D_TEXT,
  OC_OrgForm D_TEXT,
  OC_WebInfo1 D_TEXT,
  OC_XML D_TEXT,
  OC_XmlOrigin smallint default 0 not null constraint CK_OC_XMLORIGIN check (OC_XmlOrigin between 0 and 15),
  OC_SC_OrderDate date,
  OC_SC_DeliveryDate date,
  OC_ReleaseDate D_TS,
  OC_MaxAccessCount integer constraint CK_OC_MAXACCESS check (OC_MaxAccessCount >= 0),
  OC_ReadingDirection smallint constraint CK_OC_READINGDIRECTION check (OC_ReadingDirection in (1, 2)),
  OC_PresentationUrl D_URL,
  OC_ReferenceUrl D_URL,
  OC_OaiIdent D_NAME,
  OC_EMail D_NAME,
  OC_GenerateIdentifier D_FLAG default 0 not null,
  OC_TextState D_FLAG default 0 not null,
  OC_TextShown D_FLAG default 0 not null,
  OC_Manual D_PATH,
  OC_InsertTs D_TS default current_timestamp not null,
  OC_UpdateTs D_TS default current_timestamp not null
);
create index OPR_CONTENT_SOURCEIDENT on OPR_Content (OC_SourceIdent);
create index OPR_CONTENT_SIGNATURE on OPR_Content computed by (upper(replace(OC_Signature, ' ', '')));
create index OPR_CONTENT_RELEASED on OPR_Content (OC_ReleaseDate, OC_OT_ID);
comment on table OPR_Content is 'Bibliographic data of titles (datatype 1).';
comment on column OPR_Content.OC_OT_MetaParent is 'Nearest title above in the tree';
comment on column OPR_Content.OC_MpMode is '0 neither, 1 title above, 2 titles below, 3 both';
comment on column OPR_Content.OC_OT_Deliverer is 'Depositor, publisher; only for titles without a title above';
comment on column OPR_Content.OC_OT_Titlepage is 'Page that stands for the title';
comment on column OPR_Content.OC_OT_TitlepageMode is '0 chosen automatically, 1 chosen by hand';
comment on column OPR_Content.OC_SourceIdent is 'Primary catalogue id';
comment on column OPR_Content.OC_PageCount is 'Pages announced by the source';
comment on column OPR_Content.OC_PageCache is 'Undeleted pages below the title';
comment on column OPR_Content.OC_PagesShown is 'Pages below the title that are released and not in the bin: as many as readers are told of';
comment on column OPR_Content.OC_Comment is 'Order comment, confidential';
comment on column OPR_Content.OC_OrgForm is 'Web comment, plain text';
comment on column OPR_Content.OC_WebInfo1 is 'Web comment, HTML';
comment on column OPR_Content.OC_XML is 'MODS as it came';
comment on column OPR_Content.OC_XmlOrigin is '0 unspecific, 1 online catalogue, 2 batch catalogue, 3 OAI harvest, 4 file import, 5 CSV or XLS, 10 edited by hand, 11 made from structure, 12 simple file upload, 13 MODS form, 14 VLM upload, 15 identifier upload';
comment on column OPR_Content.OC_SC_OrderDate is 'Start of the digitisation';
comment on column OPR_Content.OC_ReleaseDate is 'First release; set once';
comment on column OPR_Content.OC_MaxAccessCount is 'Copies: readers at the same time';
comment on column OPR_Content.OC_ReadingDirection is 'Where a delivery or a person says so: 1 from the left, 2 from the right';
comment on column OPR_Content.OC_TextState is '1 when a page below has a text';
comment on column OPR_Content.OC_TextShown is '1 when a released page below has a text';
comment on column OPR_Content.OC_Manual is 'Columns that a person set: imports leave them alone; comma-separated';

create table OPR_ContentField (
  OCF_OT_ID D_ID not null constraint PK_OPR_CONTENTFIELD primary key constraint FK_OCF_OT references OPR_Tree (OT_ID) on delete cascade,
  OCF_Version smallint not null,
  OCF_Title D_CAPTION,
  OCF_SortTitle D_LINE,
  OCF_Filing D_LINE,
  OCF_Persons D_CAPTION,
  OCF_PersonList varchar(4000) character set utf8,
  OCF_Date varchar(40) character set utf8,
  OCF_DateFrom date,
  OCF_DateTo date,
  OCF_IssueDate date,
  OCF_Language D_WORD,
  OCF_Genre D_NAME,
  OCF_Publisher D_LINE,
  OCF_Place D_NAME,
  OCF_Licence D_LINE,
  OCF_ReadingDirection smallint,
  OCF_Sorting varchar(16) character set ascii
);
create index OPR_CONTENTFIELD_SORTING on OPR_ContentField (OCF_Sorting);
create index OPR_CONTENTFIELD_DATETO on OPR_ContentField (OCF_DateTo);
create index OPR_CONTENTFIELD_ISSUE on OPR_ContentField (OCF_IssueDate);
-- what appeared on this day of other years
create index OPR_CONTENTFIELD_ISSUE_DAY on OPR_ContentField computed by (extract(month from OCF_IssueDate) * 100 + extract(day from OCF_IssueDate));
create index OPR_CONTENTFIELD_DATE on OPR_ContentField (OCF_DateFrom);
comment on table OPR_ContentField is 'Drawn from the MODS in the same transaction, for lists, sorting and filters.';
comment on column OPR_ContentField.OCF_Version is 'Version of the rules that drew the fields; older rows are drawn again';
comment on column OPR_ContentField.OCF_Persons is 'Names with semicolons between them';
comment on column OPR_ContentField.OCF_PersonList is 'The same persons, each with its roles, whether it is a body (1), and its address in an authority file: [[name, [role], 0, address]] in JSON; as many as there is room for';
comment on column OPR_ContentField.OCF_Licence is 'Licence of the digital copy, as the record writes it';
comment on column OPR_ContentField.OCF_IssueDate is 'Day of a newspaper issue';
comment on column OPR_ContentField.OCF_ReadingDirection is 'By scripts and languages of the record: 1 from the left, 2 from the right';
comment on column OPR_ContentField.OCF_Filing is 'The title without its article, as it is written; keys to sort by are made of it';
comment on column OPR_ContentField.OCF_Sorting is 'What the keys in OPR_SortKey were made by; others are made anew';

create table OPR_SortKey (
  OSK_OT_ID D_ID not null constraint FK_OSK_OT references OPR_Tree (OT_ID) on delete cascade,
  OSK_Order varchar(20) character set ascii not null,
  OSK_Key varchar(400) character set ascii not null,
  constraint PK_OPR_SORTKEY primary key (OSK_OT_ID, OSK_Order)
);
create index OPR_SORTKEY_LIST on OPR_SortKey (OSK_Order, OSK_Key, OSK_OT_ID);
comment on table OPR_SortKey is 'Titles in the orders of languages: keys of OCF_Filing that stand in such an order as bytes.';
comment on column OPR_SortKey.OSK_Order is 'Language of the order, the first of those that share it';

create table OPR_Identifier (
  OI_ID D_ID not null constraint PK_OPR_IDENTIFIER primary key,
  OI_OT_ID D_ID not null constraint FK_OI_OT references OPR_Tree (OT_ID) on delete cascade,
  OI_OD_ID D_ID not null constraint FK_OI_OD references OPR_Domain (OD_ID),
  OI_Scheme D_WORD not null,
  OI_Value D_LINE not null,
  OI_Source D_NAME,
  OI_RegisteredTS D_TS,
  OI_InsertBatch D_ID,
  OI_InsertTS D_TS default current_timestamp not null,
  constraint UK_OI unique (OI_Scheme, OI_Value, OI_OD_ID)
);
create index OPR_IDENTIFIER_VALUE on OPR_Identifier (OI_Value);
create index OPR_IDENTIFIER_INSERTBATCH on OPR_Identifier (OI_InsertBatch);
comment on table OPR_Identifier is 'URN, DOI, record identifier, VD16/17/18, ZDB, VLS id ... of a node.';
comment on column OPR_Identifier.OI_Scheme is 'urn, doi, record, vls, purl, vd16, vd17, vd18, zdb, isbn, ...';
comment on column OPR_Identifier.OI_Value is 'record: identifier@source; vls: instance:id';
comment on column OPR_Identifier.OI_InsertBatch is 'Operation that added the identifier';

set term ^;
create procedure TITLE_ABOVE (NODE integer) returns (TITLE integer) as
  declare P integer;
  declare D smallint;
begin
  TITLE = null;
  select OT_OT_Parent from OPR_Tree where OT_ID = :NODE into P;
  while (P is not null and TITLE is null) do begin
    D = null;
    select OT_RCV_Datatype, iif(OT_RCV_Datatype = 1, OT_ID, null), OT_OT_Parent from OPR_Tree where OT_ID = :P into D, TITLE, P;
    if (D is null) then P = null;
  end
  suspend;
end^

create procedure REFRESH_MPMODE (TITLE integer) as
  declare M smallint;
begin
  if (TITLE is not null) then begin
    M = 0;
    if (exists (select 1 from OPR_Content where OC_OT_ID = :TITLE and OC_OT_MetaParent is not null)) then M = 1;
    if (exists (select 1 from OPR_Content where OC_OT_MetaParent = :TITLE)) then M = M + 2;
    update OPR_Content set OC_MpMode = :M where OC_OT_ID = :TITLE and OC_MpMode <> :M;
  end
end^

create trigger OPR_CONTENT_BI for OPR_Content active before insert position 0 as
  declare D smallint;
begin
  select OT_RCV_Datatype from OPR_Tree where OT_ID = new.OC_OT_ID into D;
  if (D is distinct from 1) then exception E_CONTENT_DATATYPE;
  new.OC_OT_MetaParent = (select TITLE from TITLE_ABOVE(new.OC_OT_ID));
  new.OC_MpMode = iif(new.OC_OT_MetaParent is null, 0, 1);
  if (new.OC_OT_Deliverer is not null and new.OC_OT_MetaParent is not null) then exception E_CONTENT_DELIVERER;
  if (new.OC_ReleaseDate is null and exists (select 1 from OPR_Tree where OT_ID = new.OC_OT_ID and OT_State = 1)) then
    new.OC_ReleaseDate = current_timestamp;
end^

create trigger OPR_CONTENT_AI for OPR_Content active after insert position 0 as
begin
  execute procedure REFRESH_MPMODE(new.OC_OT_MetaParent);
end^

-- the date of the first release stands for ever, but where that release is undone
create trigger OPR_CONTENT_BU for OPR_Content active before update position 0 as
begin
  if (new.OC_InsertTs <> old.OC_InsertTs and rdb$get_context('USER_TRANSACTION', 'DIRTY_INSERT_TS') is null) then
    exception E_CONTENT_INSERTTS;
  if (old.OC_ReleaseDate is not null and new.OC_ReleaseDate is null
      and rdb$get_context('USER_TRANSACTION', 'UNDO') is null) then new.OC_ReleaseDate = old.OC_ReleaseDate;
  if (new.OC_OT_Deliverer is not null and new.OC_OT_MetaParent is not null
      and (old.OC_OT_Deliverer is null or old.OC_OT_MetaParent is null)) then exception E_CONTENT_DELIVERER;
  if (rdb$get_context('USER_TRANSACTION', 'PLAYBACK') is null) then new.OC_UpdateTs = current_timestamp;
end^

create trigger OPR_CONTENT_AU for OPR_Content active after update position 0 as
begin
  if (new.OC_OT_MetaParent is distinct from old.OC_OT_MetaParent) then begin
    execute procedure REFRESH_MPMODE(old.OC_OT_MetaParent);
    execute procedure REFRESH_MPMODE(new.OC_OT_MetaParent);
    execute procedure REFRESH_MPMODE(new.OC_OT_ID);
  end
  update OPR_Tree set OT_Version = OT_Version + 1 where OT_ID = new.OC_OT_ID;
end^

create trigger OPR_CONTENT_AD for OPR_Content active after delete position 0 as
begin
  execute procedure REFRESH_MPMODE(old.OC_OT_MetaParent);
end^

-- after OPR_TREE_AU (position 0) has moved the paths
create trigger OPR_TREE_AU_TITLES for OPR_Tree active after update position 10 as
  declare T integer;
  declare M integer;
  declare N integer;
begin
  if (new.OT_OD_ID <> old.OT_OD_ID) then
    update OPR_Identifier set OI_OD_ID = new.OT_OD_ID where OI_OT_ID = new.OT_ID;
  if (new.OT_State = 1 and old.OT_State = 0 and new.OT_RCV_Datatype = 1) then
    update OPR_Content set OC_ReleaseDate = current_timestamp where OC_OT_ID = new.OT_ID and OC_ReleaseDate is null;
  if (new.OT_OT_Parent is distinct from old.OT_OT_Parent) then
    for select c.OC_OT_ID, c.OC_OT_MetaParent from OPR_Tree t join OPR_Content c on c.OC_OT_ID = t.OT_ID
        where t.OT_Path starting with new.OT_Path into T, M do begin
      N = (select TITLE from TITLE_ABOVE(:T));
      if (N is distinct from M) then update OPR_Content set OC_OT_MetaParent = :N where OC_OT_ID = :T;
    end
end^

-- undo puts rows back as they were, with the operation that once made them; what was assigned is a promise that no undo takes back
create trigger OPR_IDENTIFIER_BI_BATCH for OPR_Identifier active before insert position 5 as
begin
  if (new.OI_Source is distinct from 'assigned' and rdb$get_context('USER_TRANSACTION', 'UNDO') is null and rdb$get_context('USER_TRANSACTION', 'PLAYBACK') is null) then
    new.OI_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^
set term ;^
