-- Corrections of texts by people stand beside the OCR text (OF_Kind = 1), each version of them in a history.

create sequence OPR_FulltextHistory_SEQ;

create table OPR_FulltextHistory (
  OFH_ID integer not null constraint PK_OPR_FULLTEXTHISTORY primary key,
  OFH_OT_ID integer not null,
  OFH_Kind smallint not null,
  OFH_Text blob sub_type text character set utf8,
  OFH_Url varchar(250) character set ascii,
  OFH_Batch integer,
  OFH_Actor varchar(250) character set utf8,
  OFH_Application varchar(250) character set utf8,
  OFH_Reason varchar(250) character set utf8,
  OFH_InsertTS timestamp default current_timestamp not null
);
create index OPR_FULLTEXTHISTORY_NODE on OPR_FulltextHistory (OFH_OT_ID, OFH_ID);
comment on table OPR_FulltextHistory is 'What a text of a page was before each change.';
comment on column OPR_FulltextHistory.OFH_Kind is '0 OCR, 1 wiki text, 2 born digital';
comment on column OPR_FulltextHistory.OFH_Text is 'Of wiki texts; OCR is read again from its file';

set term ^;
create trigger OPR_FULLTEXT_AUD_HISTORY for OPR_Fulltext active after update or delete position 10 as
begin
  if (deleting or old.OF_Hashsum is distinct from new.OF_Hashsum) then
    insert into OPR_FulltextHistory (OFH_ID, OFH_OT_ID, OFH_Kind, OFH_Text, OFH_Url, OFH_Batch, OFH_Actor, OFH_Application, OFH_Reason)
      values (next value for OPR_FulltextHistory_SEQ, old.OF_OT_ID, old.OF_Kind, iif(old.OF_Kind = 1, old.OF_Text, null), old.OF_Url,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
end^
set term ;^
