-- What undo needs beside the histories: which operation made a row, the whole of a page's master, and identifiers and texts that are gone.

alter table OPR_Tree add OT_InsertBatch integer;
alter table OPR_Identifier add OI_InsertBatch integer;
alter table OPR_Fulltext add OF_InsertBatch integer;
create index OPR_TREE_INSERTBATCH on OPR_Tree (OT_InsertBatch);
create index OPR_IDENTIFIER_INSERTBATCH on OPR_Identifier (OI_InsertBatch);
create index OPR_FULLTEXT_INSERTBATCH on OPR_Fulltext (OF_InsertBatch);
comment on column OPR_Tree.OT_InsertBatch is 'Operation that made the node';
comment on column OPR_Identifier.OI_InsertBatch is 'Operation that added the identifier';
comment on column OPR_Fulltext.OF_InsertBatch is 'Operation that added the text';

alter table OPR_PageHistory add OPH_State smallint;
alter table OPR_PageHistory add OPH_OIP_ID integer;
alter table OPR_PageHistory add OPH_ImgWidth integer;
alter table OPR_PageHistory add OPH_ImgHeight integer;
alter table OPR_PageHistory add OPH_ImgDateTime timestamp;
alter table OPR_PageHistory add OPH_ImgPageName varchar(250) character set utf8;
alter table OPR_PageHistory add OPH_Filesize bigint;
alter table OPR_FulltextHistory add OFH_OF_ID integer;
alter table OPR_FulltextHistory add OFH_Language varchar(20) character set ascii;
alter table OPR_FulltextHistory add OFH_Hashsum varchar(140) character set ascii;
alter table OPR_FulltextHistory add OFH_Confidence double precision;
alter table OPR_FulltextHistory add OFH_Engine varchar(250) character set utf8;
alter table OPR_FulltextHistory add OFH_Width integer;
alter table OPR_FulltextHistory add OFH_Height integer;
alter table OPR_FulltextHistory add OFH_BoxState smallint;
alter table OPR_FulltextHistory add OFH_OldInsertBatch integer;
alter table OPR_FulltextHistory add OFH_OldInsertTS timestamp;
alter table OPR_FulltextHistory add OFH_Absent smallint default 0 not null constraint CK_OFH_ABSENT check (OFH_Absent in (0, 1));
comment on column OPR_FulltextHistory.OFH_Absent is '1 = there was no such text: an undo put it there again';
comment on column OPR_FulltextHistory.OFH_Text is 'Plain text, so that undo needs no file';
comment on column OPR_FulltextHistory.OFH_OldInsertTS is 'OF_InsertTS of the state kept here';

create sequence OPR_IdentifierHistory_SEQ;
create table OPR_IdentifierHistory (
  OIH_ID integer not null constraint PK_OPR_IDENTIFIERHISTORY primary key,
  OIH_OI_ID integer not null,
  OIH_OT_ID integer not null,
  OIH_OD_ID integer not null,
  OIH_Scheme varchar(60) character set ascii,
  OIH_Value varchar(500) character set utf8,
  OIH_Source varchar(250) character set utf8,
  OIH_RegisteredTS timestamp,
  OIH_OldInsertBatch integer,
  OIH_OldInsertTS timestamp,
  OIH_Absent smallint default 0 not null constraint CK_OIH_ABSENT check (OIH_Absent in (0, 1)),
  OIH_Batch integer,
  OIH_Actor varchar(250) character set utf8,
  OIH_Application varchar(250) character set utf8,
  OIH_Reason varchar(250) character set utf8,
  OIH_InsertTS timestamp default current_timestamp not null
);
create index OPR_IDENTIFIERHISTORY_ROW on OPR_IdentifierHistory (OIH_OI_ID, OIH_ID);
create index OPR_IDENTIFIERHISTORY_BATCH on OPR_IdentifierHistory (OIH_Batch);
comment on table OPR_IdentifierHistory is 'What an identifier was before each change, and those that were taken off.';
comment on column OPR_IdentifierHistory.OIH_OldInsertTS is 'OI_InsertTS of the state kept here';
comment on column OPR_IdentifierHistory.OIH_Absent is '1 = there was no such identifier: an undo put it there again';
create index OPR_CONTENTXMLHISTORY_BATCH on OPR_ContentXmlHistory (OCXH_Batch);
create index OPR_COMMENT_BATCH on OPR_Comment (OCM_Batch);
create index OPR_FULLTEXTHISTORY_BATCH on OPR_FulltextHistory (OFH_Batch);
create index OPR_FULLTEXTHISTORY_ROW on OPR_FulltextHistory (OFH_OF_ID, OFH_ID);

set term ^;
create trigger OPR_TREE_BI_BATCH for OPR_Tree active before insert position 5 as
begin
  new.OT_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^

-- undo puts rows back as they were, with the operation that once made them
create trigger OPR_IDENTIFIER_BI_BATCH for OPR_Identifier active before insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is null) then
    new.OI_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^

create trigger OPR_FULLTEXT_BI_BATCH for OPR_Fulltext active before insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is null) then
    new.OF_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^

create trigger OPR_IDENTIFIER_AUD_HISTORY for OPR_Identifier active after update or delete position 10 as
begin
  if (deleting or new.OI_OT_ID <> old.OI_OT_ID or new.OI_Scheme <> old.OI_Scheme or new.OI_Value <> old.OI_Value
      or new.OI_Source is distinct from old.OI_Source or new.OI_RegisteredTS is distinct from old.OI_RegisteredTS) then
    insert into OPR_IdentifierHistory (OIH_ID, OIH_OI_ID, OIH_OT_ID, OIH_OD_ID, OIH_Scheme, OIH_Value, OIH_Source, OIH_RegisteredTS,
        OIH_OldInsertBatch, OIH_OldInsertTS, OIH_Batch, OIH_Actor, OIH_Application, OIH_Reason)
      values (next value for OPR_IdentifierHistory_SEQ, old.OI_ID, old.OI_OT_ID, old.OI_OD_ID, old.OI_Scheme, old.OI_Value, old.OI_Source,
        old.OI_RegisteredTS, old.OI_InsertBatch, old.OI_InsertTS,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_IDENTIFIER_AI_HISTORY for OPR_Identifier active after insert position 10 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is not null) then
    insert into OPR_IdentifierHistory (OIH_ID, OIH_OI_ID, OIH_OT_ID, OIH_OD_ID, OIH_Absent, OIH_Batch, OIH_Actor, OIH_Application, OIH_Reason)
      values (next value for OPR_IdentifierHistory_SEQ, new.OI_ID, new.OI_OT_ID, new.OI_OD_ID, 1,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_FULLTEXT_AI_HISTORY for OPR_Fulltext active after insert position 10 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is not null) then
    insert into OPR_FulltextHistory (OFH_ID, OFH_OF_ID, OFH_OT_ID, OFH_Kind, OFH_Absent, OFH_Batch, OFH_Actor, OFH_Application, OFH_Reason)
      values (next value for OPR_FulltextHistory_SEQ, new.OF_ID, new.OF_OT_ID, new.OF_Kind, 1,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create or alter trigger OPR_FULLTEXT_AUD_HISTORY for OPR_Fulltext active after update or delete position 10 as
begin
  if (deleting or old.OF_Hashsum is distinct from new.OF_Hashsum or old.OF_BoxState <> new.OF_BoxState or old.OF_OT_ID <> new.OF_OT_ID) then
    insert into OPR_FulltextHistory (OFH_ID, OFH_OF_ID, OFH_OT_ID, OFH_Kind, OFH_Text, OFH_Url, OFH_Language, OFH_Hashsum, OFH_Confidence,
        OFH_Engine, OFH_Width, OFH_Height, OFH_BoxState, OFH_OldInsertBatch, OFH_OldInsertTS, OFH_Batch, OFH_Actor, OFH_Application, OFH_Reason)
      values (next value for OPR_FulltextHistory_SEQ, old.OF_ID, old.OF_OT_ID, old.OF_Kind, old.OF_Text, old.OF_Url, old.OF_Language,
        old.OF_Hashsum, old.OF_Confidence, old.OF_Engine, old.OF_Width, old.OF_Height, old.OF_BoxState, old.OF_InsertBatch, old.OF_InsertTS,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

-- the date of the first release stands for ever, but where that release is undone
create or alter trigger OPR_CONTENT_BU for OPR_Content active before update position 0 as
begin
  if (new.OC_InsertTs <> old.OC_InsertTs and rdb$get_context('USER_TRANSACTION', 'DIRTY_INSERT_TS') is null) then
    exception E_CONTENT_INSERTTS;
  if (old.OC_ReleaseDate is not null and new.OC_ReleaseDate is null
      and rdb$get_context('USER_TRANSACTION', 'UNDO') is null) then new.OC_ReleaseDate = old.OC_ReleaseDate;
  new.OC_UpdateTs = current_timestamp;
end^

create or alter trigger OPR_PAGE_AU for OPR_Page active after update position 0 as
begin
  if (new.OP_Ident is distinct from old.OP_Ident or new.OP_Comment is distinct from old.OP_Comment
      or new.OP_ModificationTimestamp is distinct from old.OP_ModificationTimestamp
      or new.OP_PaginationCaption is distinct from old.OP_PaginationCaption
      or new.OP_PaginationType is distinct from old.OP_PaginationType
      or new.OP_PaginationValue is distinct from old.OP_PaginationValue
      or new.OP_Hashsum is distinct from old.OP_Hashsum
      or new.OP_Url is distinct from old.OP_Url or new.OP_State <> old.OP_State) then
    insert into OPR_PageHistory (OPH_ID, OPH_OT_ID, OPH_Ident, OPH_Comment, OPH_ModificationTimestamp, OPH_PaginationCaption,
        OPH_PaginationType, OPH_PaginationValue, OPH_Hashsum, OPH_Url, OPH_State, OPH_OIP_ID, OPH_ImgWidth, OPH_ImgHeight, OPH_ImgDateTime,
        OPH_ImgPageName, OPH_Filesize, OPH_Batch, OPH_Actor, OPH_Application, OPH_Reason)
      values (next value for OPR_PageHistory_SEQ, old.OP_OT_ID, old.OP_Ident, old.OP_Comment, old.OP_ModificationTimestamp,
        old.OP_PaginationCaption, old.OP_PaginationType, old.OP_PaginationValue, old.OP_Hashsum, old.OP_Url, old.OP_State, old.OP_OIP_ID,
        old.OP_ImgWidth, old.OP_ImgHeight, old.OP_ImgDateTime, old.OP_ImgPageName, old.OP_Filesize,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
  update OPR_Tree set OT_Version = OT_Version + 1 where OT_ID = new.OP_OT_ID;
end^
set term ;^
