-- What the service itself needs: the domains that columns are made of, the change log, the job queue and its schedules, repeated requests, the table whose
-- reservation orders moves and inserts, and the id list of a transaction.

create domain D_ID as integer;
create domain D_FLAG as smallint check (value in (0, 1));
create domain D_TS as timestamp;
create domain D_WORD as varchar(60) character set ascii;
create domain D_NAME as varchar(250) character set utf8;
create domain D_LINE as varchar(500) character set utf8;
create domain D_CAPTION as varchar(2000) character set utf8;
create domain D_TEXT as blob sub_type text character set utf8;
create domain D_URL as varchar(1000) character set utf8;
create domain D_PATH as varchar(1000) character set ascii;
create domain D_PLACE as varchar(500) character set ascii;
create domain D_SHA256 as varchar(64) character set ascii;
create domain D_HASHSUM as varchar(140) character set ascii;
comment on domain D_ID is 'Key of a row, from a sequence';
comment on domain D_FLAG is '0 no, 1 yes';
comment on domain D_TS is 'Moment, in UTC';
comment on domain D_WORD is 'Word of a program: a kind, a scheme, a short name';
comment on domain D_NAME is 'Name or number that people gave: of a person, a program, a catalogue record';
comment on domain D_LINE is 'Line of text';
comment on domain D_CAPTION is 'Caption or title';
comment on domain D_TEXT is 'Text, XML or JSON of any length';
comment on domain D_URL is 'Address on the web';
comment on domain D_PATH is 'Ids from the top down to the row itself: |23||144||6008|; ASCII, so that an index holds it whole';
comment on domain D_PLACE is 'Place of a file in the archive: sha256/aa/<sha256>[#page=n]';
comment on domain D_SHA256 is 'SHA-256, hexadecimal';
comment on domain D_HASHSUM is 'algorithm:hexadecimal';

create sequence SYS_Log_SEQ;
create sequence SYS_LogNumber_SEQ;
create sequence SYS_Job_SEQ;
create sequence SYS_Batch_SEQ;

create table SYS_Log (
  SL_ID D_ID not null constraint PK_SYS_LOG primary key,
  SL_Entity varchar(40) character set ascii not null,
  SL_EntityID D_ID,
  SL_Action varchar(40) character set ascii not null,
  SL_Batch D_ID,
  SL_Actor D_NAME,
  SL_Application D_NAME,
  SL_Reason varchar(1000) character set utf8,
  SL_Data D_TEXT,
  SL_InsertTS D_TS default current_timestamp not null,
  SL_Number D_ID
);
create index SYS_LOG_ENTITY on SYS_Log (SL_Entity, SL_EntityID, SL_ID);
create descending index SYS_LOG_LAST on SYS_Log (SL_ID);
create index SYS_LOG_BATCH on SYS_Log (SL_Batch);
create descending index SYS_LOG_NUMBER on SYS_Log (SL_Number);
comment on table SYS_Log is 'Change log: one row per operation.';
comment on column SYS_Log.SL_Entity is 'What was changed: node, title, page, domain, import, job';
comment on column SYS_Log.SL_Data is 'Parameters of the operation, or the full copy of an entity without a history table, as JSON';
comment on column SYS_Log.SL_Batch is 'The operation that the rows in the histories are marked with';
comment on column SYS_Log.SL_Number is 'Place in the order of commits, given after the commit; SL_ID is drawn before it';

create table SYS_LogTurn (
  SLT_ID D_ID not null constraint PK_SYS_LOGTURN primary key
);
comment on table SYS_LogTurn is 'Never read or written, only reserved by who numbers the lines of the log: one at a time, among all processes.';

create table SYS_Job (
  SJ_ID D_ID not null constraint PK_SYS_JOB primary key,
  SJ_Kind D_WORD not null,
  SJ_Payload D_TEXT,
  SJ_State smallint default 0 not null constraint CK_SJ_STATE check (SJ_State between 0 and 4),
  SJ_Done integer default 0 not null,
  SJ_Total integer,
  SJ_Attempts smallint default 0 not null,
  SJ_MaxAttempts smallint default 5 not null,
  SJ_Priority smallint default 0 not null constraint CK_SJ_PRIORITY check (SJ_Priority between -100 and 100),
  SJ_RunAfterTS D_TS default current_timestamp not null,
  SJ_StartTS D_TS,
  SJ_EndTS D_TS,
  SJ_LeaseTS D_TS,
  SJ_Worker varchar(100) character set ascii,
  SJ_Cancel D_FLAG default 0 not null,
  SJ_UniqueKey varchar(200) character set ascii,
  SJ_Actor D_NAME,
  SJ_Result D_TEXT,
  SJ_Error D_CAPTION,
  SJ_InsertTS D_TS default current_timestamp not null,
  SJ_UpdateTS D_TS default current_timestamp not null
);
create index SYS_JOB_DUE on SYS_Job (SJ_State, SJ_RunAfterTS, SJ_ID);
create descending index SYS_JOB_LAST on SYS_Job (SJ_ID);
create index SYS_JOB_KEY on SYS_Job (SJ_UniqueKey);
comment on column SYS_Job.SJ_State is '0 waiting, 1 running, 2 done, 3 failed, 4 cancelled';
comment on column SYS_Job.SJ_StartTS is 'When a worker took it last';
comment on column SYS_Job.SJ_EndTS is 'When it was done, failed or cancelled';
comment on column SYS_Job.SJ_Priority is 'Higher ones are taken first, equal ones in the order of their ids';
comment on column SYS_Job.SJ_LeaseTS is 'Until when the worker holds the job; past it another worker takes it';
comment on column SYS_Job.SJ_UniqueKey is 'Jobs of one key do the same: the one that is taken cancels those that wait beside it';

create table SYS_Schedule (
  SS_Kind D_WORD not null constraint PK_SYS_SCHEDULE primary key,
  SS_Expression varchar(200) character set ascii not null,
  SS_Timezone D_WORD not null,
  SS_NextTS D_TS not null,
  SS_LastTS D_TS,
  SS_SJ_ID D_ID constraint FK_SS_SJ references SYS_Job (SJ_ID) on delete set null
);
comment on table SYS_Schedule is 'When kinds of jobs are added by themselves. Whichever process moves SS_NextTS on adds the job, in the same transaction.';
comment on column SYS_Schedule.SS_Expression is 'Cron expression of [schedule], as the process that started last has it';
comment on column SYS_Schedule.SS_LastTS is 'The moment that the last job was added for';
comment on column SYS_Schedule.SS_SJ_ID is 'The last job';

create table SYS_Idempotency (
  SI_Key varchar(200) character set utf8 not null,
  SI_Principal D_NAME not null,
  SI_Digest D_SHA256 not null,
  SI_Status smallint not null,
  SI_Answer D_TEXT,
  SI_Location D_PLACE,
  SI_ETag varchar(200) character set ascii,
  SI_Batch D_ID,
  SI_InsertTS D_TS default current_timestamp not null,
  constraint PK_SYS_IDEMPOTENCY primary key (SI_Principal, SI_Key)
);
create index SYS_IDEMPOTENCY_AGE on SYS_Idempotency (SI_InsertTS);
comment on table SYS_Idempotency is 'Answers to POSTs that carried an Idempotency-Key, kept for 24 hours.';
comment on column SYS_Idempotency.SI_Digest is 'SHA-256 of method, address and body: another body under the same key is refused';
comment on column SYS_Idempotency.SI_ETag is 'Of the first answer, as its location and its operation: a repetition carries the same headers';
comment on column SYS_Idempotency.SI_Batch is 'The operation that the first answer named';

create table SYS_TreeLock (
  STL_ID D_ID not null constraint PK_SYS_TREELOCK primary key
);
comment on table SYS_TreeLock is 'Never read or written, only reserved: inserts shared, moves protected. Orders them between processes.';

create global temporary table TMP_ID (
  TI_OT_ID D_ID not null
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

-- adds a job of a kind unless one is waiting: it will see what has been changed
-- Once a transaction, whatever waits already: a job that another transaction added may be done before this one ends. Of those that wait,
-- whoever takes one cancels the others.
create procedure WANT_JOB (KIND D_WORD) as
begin
  if (rdb$get_context('USER_TRANSACTION', 'JOB_' || KIND) is null) then begin
    rdb$set_context('USER_TRANSACTION', 'JOB_' || KIND, '1');
    insert into SYS_Job (SJ_ID, SJ_Kind, SJ_Payload, SJ_UniqueKey, SJ_Actor)
      values (next value for SYS_Job_SEQ, :KIND, 'null', :KIND, rdb$get_context('USER_TRANSACTION', 'ACTOR'));
  end
end^

create trigger SYS_JOB_BU for SYS_Job active before update position 0 as
begin
  new.SJ_UpdateTS = current_timestamp;
end^
set term ;^
