-- Fixity: which runs have compared the kept files with their hashes, and what they found. A file has at most one open finding; it ends when the
-- file is good again, and stays as part of the history of the archive. Capsules: which packages of titles were delivered.

create sequence OPR_FixityRun_SEQ;
create sequence OPR_FixityFinding_SEQ;

create table OPR_FixityRun (
  OFR_ID D_ID not null constraint PK_OPR_FIXITYRUN primary key,
  OFR_Scope D_WORD not null,
  OFR_Cursor D_PLACE,
  OFR_Files integer default 0 not null,
  OFR_Bytes bigint default 0 not null,
  OFR_Findings integer default 0 not null,
  OFR_InsertTS D_TS default current_timestamp not null,
  OFR_UpdateTS D_TS default current_timestamp not null,
  OFR_EndTS D_TS
);
create index OPR_FIXITYRUN_SCOPE on OPR_FixityRun (OFR_Scope, OFR_EndTS);
create descending index OPR_FIXITYRUN_LAST on OPR_FixityRun (OFR_ID);
comment on table OPR_FixityRun is 'Runs that compare kept files with their hashes.';
comment on column OPR_FixityRun.OFR_Scope is 'round: the whole archive in portions; all; title:<id>; since:<moment>';
comment on column OPR_FixityRun.OFR_Cursor is 'The files before it are done: a run that was ended goes on here';
comment on column OPR_FixityRun.OFR_Files is 'Files compared so far';
comment on column OPR_FixityRun.OFR_Findings is 'Files that were not as they should be';
comment on column OPR_FixityRun.OFR_EndTS is 'When it had compared all of its scope';

create table OPR_FixityFinding (
  OFF_ID D_ID not null constraint PK_OPR_FIXITYFINDING primary key,
  OFF_What smallint not null constraint CK_OFF_WHAT check (OFF_What between 0 and 3),
  OFF_Address D_PLACE not null,
  OFF_OT_ID D_ID constraint FK_OFF_OT references OPR_Tree (OT_ID) on delete set null,
  OFF_Fault smallint not null constraint CK_OFF_FAULT check (OFF_Fault between 0 and 2),
  OFF_Expected D_HASHSUM not null,
  OFF_Found D_HASHSUM,
  OFF_Bytes bigint,
  OFF_Detail D_LINE,
  OFF_InsertTS D_TS default current_timestamp not null,
  OFF_SeenTS D_TS default current_timestamp not null,
  OFF_EndTS D_TS,
  OFF_End smallint constraint CK_OFF_END check (OFF_End between 0 and 2),
  constraint UK_OFF_OPEN unique (OFF_Address, OFF_EndTS)
);
create index OPR_FIXITYFINDING_END on OPR_FixityFinding (OFF_EndTS, OFF_ID);
comment on table OPR_FixityFinding is 'Kept files that were not as they should be. One that is open has no end.';
comment on column OPR_FixityFinding.OFF_What is '0 master, 1 text, 2 capsule, 3 further file of a title';
comment on column OPR_FixityFinding.OFF_OT_ID is 'A node that needs the file';
comment on column OPR_FixityFinding.OFF_Fault is '0 missing, 1 other bytes, 2 cannot be read';
comment on column OPR_FixityFinding.OFF_Bytes is 'Of the file that was found';
comment on column OPR_FixityFinding.OFF_Detail is 'What the system said, or what did not help';
comment on column OPR_FixityFinding.OFF_InsertTS is 'Since when it is known';
comment on column OPR_FixityFinding.OFF_SeenTS is 'When it was seen last';
comment on column OPR_FixityFinding.OFF_End is '0 good again, 1 repaired, 2 no longer kept';

create sequence OPR_Capsule_SEQ;

-- no foreign key: the capsules of a title that was lost are what it is played back from
create table OPR_Capsule (
  OCA_ID D_ID not null constraint PK_OPR_CAPSULE primary key,
  OCA_OT_ID D_ID not null,
  OCA_Number integer not null,
  OCA_Kind smallint not null constraint CK_OCA_KIND check (OCA_Kind in (0, 1)),
  OCA_Name D_WORD not null constraint UK_OCA_NAME unique,
  OCA_Caption D_CAPTION,
  OCA_Digest D_SHA256 not null,
  OCA_Files integer not null,
  OCA_Bytes bigint not null,
  OCA_MomentTS D_TS not null,
  OCA_ConfirmTS D_TS,
  OCA_InsertTS D_TS default current_timestamp not null,
  constraint UK_OCA_NUMBER unique (OCA_OT_ID, OCA_Number)
);
comment on table OPR_Capsule is 'Packages of titles for the long term that were delivered.';
comment on column OPR_Capsule.OCA_OT_ID is 'The title; it may be lost meanwhile';
comment on column OPR_Capsule.OCA_Number is 'Of the capsules of the title, from 1';
comment on column OPR_Capsule.OCA_Kind is '0 full, 1 increment';
comment on column OPR_Capsule.OCA_Name is 'Of its folder, in a place of [capsules]';
comment on column OPR_Capsule.OCA_Digest is 'SHA-256 of its tag manifest, on which all other digests hang';
comment on column OPR_Capsule.OCA_MomentTS is 'State of the title that it holds: what changed later is in the next one';
comment on column OPR_Capsule.OCA_ConfirmTS is 'When all of it was read and found good last';

-- no foreign keys: it outlives the page, whose former master an undo may ask for
create table OPR_FreedMaster (
  OFM_Sha256 D_SHA256 not null constraint PK_OPR_FREEDMASTER primary key,
  OFM_Capsule D_WORD not null,
  OFM_Path D_PATH not null,
  OFM_InsertTS D_TS default current_timestamp not null
);
comment on table OPR_FreedMaster is 'Masters that the archive need not hold any more, and where they lie. Stays when one is brought back.';
comment on column OPR_FreedMaster.OFM_Capsule is 'Name of a capsule that holds the file';
comment on column OPR_FreedMaster.OFM_Path is 'Of the file in the capsule';

-- Bytes that arrive again while their file leaves the archive are seen there, and recorded when it is gone. Who records the address of a freed master
-- locks its row, and so does who removes the file: one waits for the other, and whoever comes second sees what the first has done.
set term ^;
create procedure LOCK_FREED (URL D_PLACE) returns (IS_FREED D_FLAG) as
begin
  IS_FREED = 0;
  for select 1 from OPR_FreedMaster where OFM_Sha256 = substring(:URL from 11 for 64) with lock into IS_FREED do begin end
end^

-- its file is looked for, and brought back where it is gone; that of a page by images.ingest
create procedure WANT_FREED (NODE D_ID, URL D_PLACE) as
  declare IS_FREED D_FLAG;
begin
  execute procedure LOCK_FREED(:URL) returning_values IS_FREED;
  if (IS_FREED = 1) then
    insert into SYS_Job (SJ_ID, SJ_Kind, SJ_Payload, SJ_Actor)
      values (next value for SYS_Job_SEQ, 'capsule.bring', '{"node":' || :NODE || ',"address":"' || :URL || '"}', rdb$get_context('USER_TRANSACTION', 'ACTOR'));
end^

create trigger OPR_PAGE_AIU_FREED for OPR_Page active after insert or update position 20 as
  declare IS_FREED D_FLAG;
begin
  if (new.OP_Url is not null and new.OP_State <> 2
      and (inserting or new.OP_Url is distinct from old.OP_Url or old.OP_State = 2)) then
    execute procedure LOCK_FREED(new.OP_Url) returning_values IS_FREED;
end^

create trigger OPR_FULLTEXT_AIU_FREED for OPR_Fulltext active after insert or update position 20 as
begin
  if (new.OF_Url is not null and (inserting or new.OF_Url is distinct from old.OF_Url)) then
    execute procedure WANT_FREED(new.OF_OT_ID, new.OF_Url);
end^

create trigger OPR_ATTACHMENT_AIU_FREED for OPR_Attachment active after insert or update position 20 as
begin
  if (inserting or new.OAT_Url is distinct from old.OAT_Url) then
    execute procedure WANT_FREED(new.OAT_OT_ID, new.OAT_Url);
end^
set term ;^

create index OPR_FULLTEXT_URL on OPR_Fulltext (OF_Url);
create index OPR_PAGEHISTORY_URL on OPR_PageHistory (OPH_Url);
create index OPR_FULLTEXTHISTORY_URL on OPR_FulltextHistory (OFH_Url);
create index OPR_ATTACHMENTHISTORY_URL on OPR_AttachmentHistory (OATH_Url);

set term ^;
create trigger OPR_FIXITYRUN_BU for OPR_FixityRun active before update position 0 as
begin
  new.OFR_UpdateTS = current_timestamp;
end^
set term ;^
