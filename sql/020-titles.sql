-- Titles: OPR_Content with its three kinds of versions, the fields drawn from the MODS, and identifiers of nodes.

create exception E_CONTENT_INSERTTS 'OC_InsertTs can be changed only with the behaviour dirtyInsertTS.';
create exception E_CONTENT_DATATYPE 'Only a node of datatype 1 has bibliographic data.';

create sequence OPR_Content_SEQ;
create sequence OPR_ContentHistory_SEQ;
create sequence OPR_ContentXmlHistory_SEQ;
create sequence OPR_Comment_SEQ;
create sequence OPR_Identifier_SEQ;

create table OPR_Content (
  OC_ID integer not null constraint PK_OPR_CONTENT primary key,
  OC_OT_ID integer not null constraint UK_OC_OT unique constraint FK_OC_OT references OPR_Tree (OT_ID) on delete cascade,
  OC_OT_MetaParent integer constraint FK_OC_METAPARENT references OPR_Tree (OT_ID) on delete set null,
  OC_MpMode smallint default 0 not null constraint CK_OC_MPMODE check (OC_MpMode between 0 and 3),
  OC_OT_Deliverer integer constraint FK_OC_DELIVERER references OPR_Tree (OT_ID) on delete set null,
  OC_OT_Titlepage integer constraint FK_OC_TITLEPAGE references OPR_Tree (OT_ID) on delete set null,
  OC_OT_TitlepageMode smallint default 0 not null constraint CK_OC_TITLEPAGEMODE check (OC_OT_TitlepageMode in (0, 1)),
  OC_SourceIdent varchar(250) character set utf8,
  OC_Provider varchar(120) character set utf8,
  OC_Signature varchar(500) character set utf8,
  OC_PhysicalLocation varchar(500) character set utf8,
  OC_MediaNumber varchar(250) character set utf8,
  OC_Owner varchar(500) character set utf8,
  OC_PageCount integer constraint CK_OC_PAGECOUNT check (OC_PageCount >= 0),
  OC_PageCache integer default 0 not null,
  OC_Comment blob sub_type text character set utf8,
  OC_OrgForm blob sub_type text character set utf8,
  OC_WebInfo1 blob sub_type text character set utf8,
  OC_XML blob sub_type text character set utf8,
  OC_XmlOrigin smallint default 0 not null constraint CK_OC_XMLORIGIN check (OC_XmlOrigin between 0 and 15),
  OC_SC_OrderDate date,
  OC_SC_DeliveryDate date,
  OC_ReleaseDate timestamp,
  OC_MaxAccessCount integer constraint CK_OC_MAXACCESS check (OC_MaxAccessCount >= 0),
  OC_PresentationUrl varchar(1000) character set utf8,
  OC_ReferenceUrl varchar(1000) character set utf8,
  OC_OaiIdent varchar(250) character set utf8,
  OC_EMail varchar(250) character set utf8,
  OC_GenerateIdentifier smallint default 0 not null constraint CK_OC_GENERATE check (OC_GenerateIdentifier in (0, 1)),
  OC_TextState smallint default 0 not null constraint CK_OC_TEXTSTATE check (OC_TextState in (0, 1)),
  OC_Manual varchar(1000) character set ascii,
  OC_InsertTs timestamp default current_timestamp not null,
  OC_UpdateTs timestamp default current_timestamp not null
);
create index OPR_CONTENT_SOURCEIDENT on OPR_Content (OC_SourceIdent);
create index OPR_CONTENT_SIGNATURE on OPR_Content (OC_Signature);
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
comment on column OPR_Content.OC_Comment is 'Order comment, confidential';
comment on column OPR_Content.OC_OrgForm is 'Web comment, plain text';
comment on column OPR_Content.OC_WebInfo1 is 'Web comment, HTML';
comment on column OPR_Content.OC_XML is 'MODS as it came';
comment on column OPR_Content.OC_XmlOrigin is '0 unspecific, 1 online catalogue, 2 batch catalogue, 3 OAI harvest, 4 file import, 5 CSV or XLS, 10 edited by hand, 11 made from structure, 12 simple file upload, 13 MODS form, 14 VLM upload, 15 identifier upload';
comment on column OPR_Content.OC_SC_OrderDate is 'Start of the digitisation';
comment on column OPR_Content.OC_ReleaseDate is 'First release; set once';
comment on column OPR_Content.OC_MaxAccessCount is 'Copies: readers at the same time';
comment on column OPR_Content.OC_TextState is '1 when a page below has a text';
comment on column OPR_Content.OC_Manual is 'Columns that a person set: imports leave them alone; comma-separated';

create table OPR_ContentHistory (
  OCH_ID integer not null constraint PK_OPR_CONTENTHISTORY primary key,
  OCH_OT_ID integer not null,
  OCH_OT_Deliverer integer,
  OCH_OT_Titlepage integer,
  OCH_OT_TitlepageMode smallint,
  OCH_SourceIdent varchar(250) character set utf8,
  OCH_Provider varchar(120) character set utf8,
  OCH_Signature varchar(500) character set utf8,
  OCH_PhysicalLocation varchar(500) character set utf8,
  OCH_MediaNumber varchar(250) character set utf8,
  OCH_Owner varchar(500) character set utf8,
  OCH_PageCount integer,
  OCH_SC_OrderDate date,
  OCH_SC_DeliveryDate date,
  OCH_ReleaseDate timestamp,
  OCH_MaxAccessCount integer,
  OCH_PresentationUrl varchar(1000) character set utf8,
  OCH_ReferenceUrl varchar(1000) character set utf8,
  OCH_OaiIdent varchar(250) character set utf8,
  OCH_EMail varchar(250) character set utf8,
  OCH_GenerateIdentifier smallint,
  OCH_Manual varchar(1000) character set ascii,
  OCH_Batch integer,
  OCH_Actor varchar(250) character set utf8,
  OCH_Application varchar(250) character set utf8,
  OCH_Reason varchar(250) character set utf8,
  OCH_InsertTS timestamp default current_timestamp not null
);
create index OPR_CONTENTHISTORY_NODE on OPR_ContentHistory (OCH_OT_ID, OCH_ID);
create index OPR_CONTENTHISTORY_BATCH on OPR_ContentHistory (OCH_Batch);
comment on table OPR_ContentHistory is 'What the plain columns of a title were before each change.';

create table OPR_ContentXmlHistory (
  OCXH_ID integer not null constraint PK_OPR_CONTENTXMLHISTORY primary key,
  OCXH_OT_ID integer not null,
  OCXH_XML blob sub_type text character set utf8,
  OCXH_XmlOrigin smallint,
  OCXH_Batch integer,
  OCXH_Actor varchar(250) character set utf8,
  OCXH_Application varchar(250) character set utf8,
  OCXH_Reason varchar(250) character set utf8,
  OCXH_InsertTS timestamp default current_timestamp not null
);
create index OPR_CONTENTXMLHISTORY_NODE on OPR_ContentXmlHistory (OCXH_OT_ID, OCXH_ID);
comment on table OPR_ContentXmlHistory is 'What the MODS of a title was before each change.';

create table OPR_Comment (
  OCM_ID integer not null constraint PK_OPR_COMMENT primary key,
  OCM_OT_ID integer not null,
  OCM_Comment blob sub_type text character set utf8,
  OCM_OrgForm blob sub_type text character set utf8,
  OCM_WebInfo1 blob sub_type text character set utf8,
  OCM_Batch integer,
  OCM_Actor varchar(250) character set utf8,
  OCM_Application varchar(250) character set utf8,
  OCM_Reason varchar(250) character set utf8,
  OCM_InsertTS timestamp default current_timestamp not null
);
create index OPR_COMMENT_NODE on OPR_Comment (OCM_OT_ID, OCM_ID);
comment on table OPR_Comment is 'What the comments of a title were before each change.';

create table OPR_ContentField (
  OCF_OT_ID integer not null constraint PK_OPR_CONTENTFIELD primary key constraint FK_OCF_OT references OPR_Tree (OT_ID) on delete cascade,
  OCF_Version smallint not null,
  OCF_Title varchar(2000) character set utf8,
  OCF_SortTitle varchar(500) character set utf8,
  OCF_Persons varchar(2000) character set utf8,
  OCF_Date varchar(40) character set utf8,
  OCF_DateFrom date,
  OCF_DateTo date,
  OCF_IssueDate date,
  OCF_Language varchar(60) character set ascii,
  OCF_Genre varchar(250) character set utf8,
  OCF_Publisher varchar(500) character set utf8,
  OCF_Place varchar(250) character set utf8
);
create index OPR_CONTENTFIELD_SORTTITLE on OPR_ContentField (OCF_SortTitle, OCF_OT_ID);
create index OPR_CONTENTFIELD_ISSUE on OPR_ContentField (OCF_IssueDate);
create index OPR_CONTENTFIELD_DATE on OPR_ContentField (OCF_DateFrom);
comment on table OPR_ContentField is 'Drawn from the MODS in the same transaction, for lists, sorting and filters.';
comment on column OPR_ContentField.OCF_Version is 'Version of the rules that drew the fields; older rows are drawn again';
comment on column OPR_ContentField.OCF_Persons is 'Names with semicolons between them';
comment on column OPR_ContentField.OCF_IssueDate is 'Day of a newspaper issue';

create table OPR_Identifier (
  OI_ID integer not null constraint PK_OPR_IDENTIFIER primary key,
  OI_OT_ID integer not null constraint FK_OI_OT references OPR_Tree (OT_ID) on delete cascade,
  OI_OD_ID integer not null constraint FK_OI_OD references OPR_Domain (OD_ID),
  OI_Scheme varchar(60) character set ascii not null,
  OI_Value varchar(500) character set utf8 not null,
  OI_Source varchar(250) character set utf8,
  OI_RegisteredTS timestamp,
  OI_InsertTS timestamp default current_timestamp not null,
  constraint UK_OI unique (OI_Scheme, OI_Value, OI_OD_ID)
);
create index OPR_IDENTIFIER_NODE on OPR_Identifier (OI_OT_ID, OI_ID);
comment on table OPR_Identifier is 'URN, DOI, record identifier, VD16/17/18, ZDB, VLS id ... of a node.';
comment on column OPR_Identifier.OI_Scheme is 'urn, doi, record, vls, purl, vd16, vd17, vd18, zdb, isbn, ...';
comment on column OPR_Identifier.OI_Value is 'record: identifier@source; vls: instance:id';

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
  if (new.OC_ReleaseDate is null and exists (select 1 from OPR_Tree where OT_ID = new.OC_OT_ID and OT_State = 1)) then
    new.OC_ReleaseDate = current_timestamp;
end^

create trigger OPR_CONTENT_AI for OPR_Content active after insert position 0 as
begin
  execute procedure REFRESH_MPMODE(new.OC_OT_MetaParent);
end^

create trigger OPR_CONTENT_BU for OPR_Content active before update position 0 as
begin
  if (new.OC_InsertTs <> old.OC_InsertTs and rdb$get_context('USER_TRANSACTION', 'DIRTY_INSERT_TS') is null) then
    exception E_CONTENT_INSERTTS;
  if (old.OC_ReleaseDate is not null and new.OC_ReleaseDate is null) then new.OC_ReleaseDate = old.OC_ReleaseDate;
  new.OC_UpdateTs = current_timestamp;
end^

create trigger OPR_CONTENT_AU for OPR_Content active after update position 0 as
  declare A varchar(250) character set utf8;
  declare P varchar(250) character set utf8;
  declare R varchar(250) character set utf8;
  declare B integer;
begin
  A = rdb$get_context('USER_TRANSACTION', 'ACTOR');
  P = rdb$get_context('USER_TRANSACTION', 'APPLICATION');
  R = rdb$get_context('USER_TRANSACTION', 'REASON');
  B = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
  if (new.OC_XML is distinct from old.OC_XML or new.OC_XmlOrigin <> old.OC_XmlOrigin) then
    insert into OPR_ContentXmlHistory (OCXH_ID, OCXH_OT_ID, OCXH_XML, OCXH_XmlOrigin, OCXH_Batch, OCXH_Actor, OCXH_Application, OCXH_Reason)
      values (next value for OPR_ContentXmlHistory_SEQ, old.OC_OT_ID, old.OC_XML, old.OC_XmlOrigin, :B, :A, :P, :R);
  if (new.OC_Comment is distinct from old.OC_Comment or new.OC_OrgForm is distinct from old.OC_OrgForm
      or new.OC_WebInfo1 is distinct from old.OC_WebInfo1) then
    insert into OPR_Comment (OCM_ID, OCM_OT_ID, OCM_Comment, OCM_OrgForm, OCM_WebInfo1, OCM_Batch, OCM_Actor, OCM_Application, OCM_Reason)
      values (next value for OPR_Comment_SEQ, old.OC_OT_ID, old.OC_Comment, old.OC_OrgForm, old.OC_WebInfo1, :B, :A, :P, :R);
  if (new.OC_OT_Deliverer is distinct from old.OC_OT_Deliverer or new.OC_OT_Titlepage is distinct from old.OC_OT_Titlepage
      or new.OC_OT_TitlepageMode <> old.OC_OT_TitlepageMode or new.OC_SourceIdent is distinct from old.OC_SourceIdent
      or new.OC_Provider is distinct from old.OC_Provider or new.OC_Signature is distinct from old.OC_Signature
      or new.OC_PhysicalLocation is distinct from old.OC_PhysicalLocation or new.OC_MediaNumber is distinct from old.OC_MediaNumber
      or new.OC_Owner is distinct from old.OC_Owner or new.OC_PageCount is distinct from old.OC_PageCount
      or new.OC_SC_OrderDate is distinct from old.OC_SC_OrderDate or new.OC_SC_DeliveryDate is distinct from old.OC_SC_DeliveryDate
      or new.OC_ReleaseDate is distinct from old.OC_ReleaseDate or new.OC_MaxAccessCount is distinct from old.OC_MaxAccessCount
      or new.OC_PresentationUrl is distinct from old.OC_PresentationUrl or new.OC_ReferenceUrl is distinct from old.OC_ReferenceUrl
      or new.OC_OaiIdent is distinct from old.OC_OaiIdent or new.OC_EMail is distinct from old.OC_EMail
      or new.OC_GenerateIdentifier <> old.OC_GenerateIdentifier or new.OC_Manual is distinct from old.OC_Manual) then
    insert into OPR_ContentHistory (OCH_ID, OCH_OT_ID, OCH_OT_Deliverer, OCH_OT_Titlepage, OCH_OT_TitlepageMode, OCH_SourceIdent,
        OCH_Provider, OCH_Signature, OCH_PhysicalLocation, OCH_MediaNumber, OCH_Owner, OCH_PageCount, OCH_SC_OrderDate,
        OCH_SC_DeliveryDate, OCH_ReleaseDate, OCH_MaxAccessCount, OCH_PresentationUrl, OCH_ReferenceUrl, OCH_OaiIdent, OCH_EMail,
        OCH_GenerateIdentifier, OCH_Manual, OCH_Batch, OCH_Actor, OCH_Application, OCH_Reason)
      values (next value for OPR_ContentHistory_SEQ, old.OC_OT_ID, old.OC_OT_Deliverer, old.OC_OT_Titlepage, old.OC_OT_TitlepageMode,
        old.OC_SourceIdent, old.OC_Provider, old.OC_Signature, old.OC_PhysicalLocation, old.OC_MediaNumber, old.OC_Owner,
        old.OC_PageCount, old.OC_SC_OrderDate, old.OC_SC_DeliveryDate, old.OC_ReleaseDate, old.OC_MaxAccessCount,
        old.OC_PresentationUrl, old.OC_ReferenceUrl, old.OC_OaiIdent, old.OC_EMail, old.OC_GenerateIdentifier, old.OC_Manual,
        :B, :A, :P, :R);
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
set term ;^
