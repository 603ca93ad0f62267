-- Regions of pages that a title or structure element is made of: an article of a newspaper, as its METS names it by areas of files, or as people drew it.

create sequence OPR_Region_SEQ;
create table OPR_Region (
  ORG_ID D_ID not null constraint PK_OPR_REGION primary key,
  ORG_OT_ID D_ID not null constraint FK_ORG_OT references OPR_Tree (OT_ID) on delete cascade,
  ORG_OT_Page D_ID not null constraint FK_ORG_PAGE references OPR_Tree (OT_ID) on delete cascade,
  ORG_Sort integer not null,
  ORG_X integer not null,
  ORG_Y integer not null,
  ORG_W integer not null,
  ORG_H integer not null,
  ORG_InsertBatch D_ID,
  ORG_InsertTS D_TS default current_timestamp not null,
  constraint CK_ORG_BOX check (ORG_X >= 0 and ORG_Y >= 0 and ORG_W > 0 and ORG_H > 0)
);
create index OPR_REGION_INSERTBATCH on OPR_Region (ORG_InsertBatch);
comment on table OPR_Region is 'Regions of pages that a title or structure element is made of, in their order.';
comment on column OPR_Region.ORG_OT_ID is 'The article';
comment on column OPR_Region.ORG_X is 'Pixels of the master';
comment on column OPR_Region.ORG_InsertBatch is 'Operation that marked the region';

set term ^;
create trigger OPR_REGION_BI_BATCH for OPR_Region active before insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is null and rdb$get_context('USER_TRANSACTION', 'PLAYBACK') is null) then
    new.ORG_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^

create trigger OPR_REGION_AID for OPR_Region active after insert or delete position 0 as
  declare N integer;
  declare P D_PATH;
begin
  N = iif(deleting, old.ORG_OT_ID, new.ORG_OT_ID);
  update OPR_Tree set OT_Version = OT_Version + 1 where OT_ID = :N;
  select OT_Path from OPR_Tree where OT_ID = :N into P;
  if (P is not null) then execute procedure NOTE_CHANGE(N, P);
end^
set term ;^
