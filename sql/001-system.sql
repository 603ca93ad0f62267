-- What the service itself needs: applied migrations, the change log, the job queue, repeated requests,
-- the table whose reservation orders moves and inserts, configuration overlays, and the transaction's id list.

create domain D_ID as integer;
create domain D_TS as timestamp;
create domain D_NAME as varchar(250) character set utf8;
create domain D_TEXT as blob sub_type text character set utf8;

create sequence SYS_Log_SEQ;
create sequence SYS_Job_SEQ;
create sequence SYS_Batch_SEQ;

create table SYS_Log (
  SL_ID integer not null constraint PK_SYS_LOG primary key,
  SL_Entity varchar(40) character set ascii not null,
  SL_EntityID integer,
  SL_Action varchar(40) character set ascii not null,
  SL_Batch integer,
  SL_Actor varchar(250) character set utf8,
  SL_Application varchar(250) character set utf8,
  SL_Reason varchar(1000) character set utf8,
  SL_Data blob sub_type text character set utf8,
  SL_InsertTS timestamp default current_timestamp not null
);
create index SYS_LOG_ENTITY on SYS_Log (SL_Entity, SL_EntityID, SL_ID);
create index SYS_LOG_BATCH on SYS_Log (SL_Batch);
comment on table SYS_Log is 'Change log: one row per operation.';
comment on column SYS_Log.SL_Entity is 'What was changed: node, title, page, domain, import, job';
comment on column SYS_Log.SL_Data is 'Parameters of the operation, or the full copy of an entity without a history table, as JSON';
comment on column SYS_Log.SL_Batch is 'The operation that the rows in the histories are marked with';

create table SYS_Job (
  SJ_ID integer not null constraint PK_SYS_JOB primary key,
  SJ_Kind varchar(60) character set ascii not null,
  SJ_Payload blob sub_type text character set utf8,
  SJ_State smallint default 0 not null constraint CK_SJ_STATE check (SJ_State between 0 and 4),
  SJ_Done integer default 0 not null,
  SJ_Total integer,
  SJ_Attempts smallint default 0 not null,
  SJ_MaxAttempts smallint default 5 not null,
  SJ_RunAfterTS timestamp default current_timestamp not null,
  SJ_LeaseTS timestamp,
  SJ_Worker varchar(100) character set ascii,
  SJ_Cancel smallint default 0 not null constraint CK_SJ_CANCEL check (SJ_Cancel in (0, 1)),
  SJ_UniqueKey varchar(200) character set ascii,
  SJ_Actor varchar(250) character set utf8,
  SJ_Result blob sub_type text character set utf8,
  SJ_Error varchar(2000) character set utf8,
  SJ_InsertTS timestamp default current_timestamp not null,
  SJ_UpdateTS timestamp default current_timestamp not null
);
create index SYS_JOB_DUE on SYS_Job (SJ_State, SJ_RunAfterTS, SJ_ID);
create index SYS_JOB_KEY on SYS_Job (SJ_UniqueKey);
comment on column SYS_Job.SJ_State is '0 waiting, 1 running, 2 done, 3 failed, 4 cancelled';
comment on column SYS_Job.SJ_LeaseTS is 'Until when the worker holds the job; past it another worker takes it';
comment on column SYS_Job.SJ_UniqueKey is 'At most one waiting job has a given key';

create table SYS_Idempotency (
  SI_Key varchar(200) character set utf8 not null,
  SI_Principal varchar(250) character set utf8 not null,
  SI_Digest varchar(64) character set ascii not null,
  SI_Status smallint not null,
  SI_Answer blob sub_type text character set utf8,
  SI_Location varchar(500) character set ascii,
  SI_InsertTS timestamp default current_timestamp not null,
  constraint PK_SYS_IDEMPOTENCY primary key (SI_Principal, SI_Key)
);
create index SYS_IDEMPOTENCY_AGE on SYS_Idempotency (SI_InsertTS);
comment on table SYS_Idempotency is 'Answers to POSTs that carried an Idempotency-Key, kept for 24 hours.';
comment on column SYS_Idempotency.SI_Digest is 'SHA-256 of method, address and body: another body under the same key is refused';

create table SYS_TreeLock (
  STL_ID integer not null constraint PK_SYS_TREELOCK primary key
);
comment on table SYS_TreeLock is 'Never read or written, only reserved: inserts shared, moves protected. Orders them between processes.';

create table CFG_Option (
  CO_OD_ID integer not null,
  CO_Key varchar(120) character set ascii not null,
  CO_Value varchar(4000) character set utf8,
  CO_InsertTS timestamp default current_timestamp not null,
  CO_UpdateTS timestamp default current_timestamp not null,
  constraint PK_CFG_OPTION primary key (CO_OD_ID, CO_Key)
);
comment on table CFG_Option is 'Overlay of a domain''s configuration: wins over its config.ini.';

create global temporary table TMP_ID (
  TI_OT_ID integer not null
) on commit delete rows;
comment on table TMP_ID is 'Id list of one transaction; without index on purpose: it drives the joins.';

set term ^;
create procedure SPLIT_IDS (S varchar(8190) character set ascii) returns (ID integer) as
  declare I integer = 1;
  declare N integer;
begin
  N = octet_length(S);
  while (I <= N) do begin
    ID = cast(substring(S from I for 10) as integer);
    I = I + 10;
    suspend;
  end
end^

create trigger SYS_JOB_BU for SYS_Job active before update position 0 as
begin
  new.SJ_UpdateTS = current_timestamp;
end^

create trigger CFG_OPTION_BU for CFG_Option active before update position 0 as
begin
  new.CO_UpdateTS = current_timestamp;
end^
set term ;^

