-- Import batches and their items: what was delivered, what became of it.

create sequence OPR_Import_SEQ;
create sequence OPR_ImportItem_SEQ;

create table OPR_Import (
  OIM_ID D_ID not null constraint PK_OPR_IMPORT primary key,
  OIM_OD_ID D_ID constraint FK_OIM_OD references OPR_Domain (OD_ID) on delete set null,
  OIM_Source varchar(1000) character set utf8 not null,
  OIM_Kind varchar(20) character set ascii not null,
  OIM_Options D_TEXT,
  OIM_State smallint default 0 not null constraint CK_OIM_STATE check (OIM_State between 0 and 3),
  OIM_SJ_ID D_ID,
  OIM_Actor D_NAME,
  OIM_DryRun D_FLAG default 0 not null,
  OIM_InsertTS D_TS default current_timestamp not null,
  OIM_UpdateTS D_TS default current_timestamp not null
);
create descending index OPR_IMPORT_LAST on OPR_Import (OIM_ID);
create descending index OPR_IMPORT_ACTOR on OPR_Import (OIM_Actor, OIM_ID);
-- what was taken from the hot folder is one batch: its source begins with a stamp of its own
create unique index OPR_IMPORT_HOT on OPR_Import computed by (iif(OIM_Kind = 'hot', left(OIM_Source, 60), null));
comment on table OPR_Import is 'Import batches.';
comment on column OPR_Import.OIM_State is '0 waiting, 1 running, 2 finished, 3 stopped';

create table OPR_ImportItem (
  OII_ID D_ID not null constraint PK_OPR_IMPORTITEM primary key,
  OII_OIM_ID D_ID not null constraint FK_OII_OIM references OPR_Import (OIM_ID) on delete cascade,
  OII_Source varchar(600) character set utf8 not null,
  OII_Checksum D_SHA256,
  OII_Outcome smallint default 0 not null constraint CK_OII_OUTCOME check (OII_Outcome between 0 and 5),
  OII_OT_ID D_ID,
  OII_Messages D_TEXT,
  OII_Batch D_ID,
  OII_InsertTS D_TS default current_timestamp not null,
  OII_UpdateTS D_TS default current_timestamp not null,
  constraint UK_OII unique (OII_OIM_ID, OII_Source)
);
create index OPR_IMPORTITEM_NODE on OPR_ImportItem (OII_OT_ID);
comment on table OPR_ImportItem is 'One title of an import batch and what became of it.';
comment on column OPR_ImportItem.OII_Outcome is '0 waiting, 1 created, 2 updated, 3 unchanged, 4 partial, 5 failed';
comment on column OPR_ImportItem.OII_Batch is 'Operation that stored it; null where nothing changed';
comment on column OPR_ImportItem.OII_Messages is 'JSON list of messages: level, code, sentence, place';

create table SYS_ImportLock (
  SIL_ID smallint not null constraint PK_SYS_IMPORTLOCK primary key
);
comment on table SYS_ImportLock is 'Rows that imports lock by the hashes of the identifiers of their titles: two of one title come one after the other.';

set term ^;
execute block as
  declare N smallint = 0;
begin
  while (N < 64) do begin
    insert into SYS_ImportLock (SIL_ID) values (:N);
    N = N + 1;
  end
end^

create trigger OPR_IMPORT_BU for OPR_Import active before update position 0 as
begin
  new.OIM_UpdateTS = current_timestamp;
end^
create trigger OPR_IMPORTITEM_BU for OPR_ImportItem active before update position 0 as
begin
  new.OII_UpdateTS = current_timestamp;
end^
set term ;^
