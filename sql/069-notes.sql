-- Notes: what somebody found wrong with a title, a page or a part of a page, or a reader reported; who looks after it, what was answered, and
-- whether it is settled. A note hangs on its node and goes where the node goes.

create sequence OPR_Note_SEQ;
create table OPR_Note (
  ONO_ID D_ID not null constraint PK_OPR_NOTE primary key,
  ONO_OT_ID D_ID not null constraint FK_ONO_OT references OPR_Tree (OT_ID) on delete cascade,
  ONO_Kind D_WORD not null,
  ONO_Text D_CAPTION not null,
  ONO_State smallint default 0 not null constraint CK_ONO_STATE check (ONO_State between 0 and 2),
  ONO_Origin smallint default 0 not null constraint CK_ONO_ORIGIN check (ONO_Origin in (0, 1)),
  ONO_Author D_NAME not null,
  ONO_EMail D_NAME,
  ONO_PU_ID D_ID constraint FK_ONO_PU references PRV_User (PU_ID),
  ONO_X integer,
  ONO_Y integer,
  ONO_W integer,
  ONO_H integer,
  ONO_Answers D_TEXT,
  ONO_InsertBatch D_ID,
  ONO_Version integer default 1 not null,
  ONO_InsertTS D_TS default current_timestamp not null,
  ONO_UpdateTS D_TS default current_timestamp not null,
  constraint CK_ONO_REGION check ((ONO_X is null and ONO_Y is null and ONO_W is null and ONO_H is null)
    or (ONO_X >= 0 and ONO_Y >= 0 and ONO_W > 0 and ONO_H > 0))
);
create index OPR_NOTE_INSERTBATCH on OPR_Note (ONO_InsertBatch);
create descending index OPR_NOTE_LATEST on OPR_Note (ONO_ID);
create descending index OPR_NOTE_STATE on OPR_Note (ONO_State, ONO_ID);
create descending index OPR_NOTE_ASSIGNED on OPR_Note (ONO_PU_ID, ONO_ID);
create descending index OPR_NOTE_AUTHOR on OPR_Note (ONO_Author, ONO_ID);
create descending index OPR_NOTE_KIND on OPR_Note (ONO_Kind, ONO_ID);
comment on table OPR_Note is 'Quality control: remarks on nodes and regions of pages.';
comment on column OPR_Note.ONO_Kind is 'blurred, missing-page … or one of [notes] kinds';
comment on column OPR_Note.ONO_State is '0 open, 1 answered, 2 closed';
comment on column OPR_Note.ONO_Origin is '0 of those who work on it, 1 reported by a reader';
comment on column OPR_Note.ONO_Author is 'UUID of a user, operator, or public for readers without an account';
comment on column OPR_Note.ONO_EMail is 'Where a reader may be answered; in no history, so it is gone with the note';
comment on column OPR_Note.ONO_PU_ID is 'Who looks after it';
comment on column OPR_Note.ONO_X is 'Left edge of the region, in pixels of the page as it is shown; null: the whole';
comment on column OPR_Note.ONO_Answers is 'JSON: list of text, by and at';
comment on column OPR_Note.ONO_InsertBatch is 'Operation that made the note';
comment on column OPR_Note.ONO_Version is 'Raised with every change; ETag';

set term ^;
create trigger OPR_NOTE_BU for OPR_Note active before update position 0 as
begin
  new.ONO_UpdateTS = current_timestamp;
  new.ONO_Version = old.ONO_Version + 1;
end^

create trigger OPR_NOTE_BI_BATCH for OPR_Note active before insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is null and rdb$get_context('USER_TRANSACTION', 'PLAYBACK') is null) then
    new.ONO_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^

create trigger PRV_USER_AU_NOTES for PRV_User active after update position 10 as
begin
  if (new.PU_DeleteTS is not null and old.PU_DeleteTS is null) then
    update OPR_Note set ONO_PU_ID = null where ONO_PU_ID = new.PU_ID;
end^
set term ;^
