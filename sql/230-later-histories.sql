-- Written by `npm run docs` from src/firebird/histories.ts; do not edit.
-- What a row was before each change, whoever made it, with who, by what program, why, and as part of which operation.

create sequence OPR_RegionHistory_SEQ;
create table OPR_RegionHistory (
  ORGH_ID D_ID not null constraint PK_OPR_REGIONHISTORY primary key,
  ORGH_OT_ID D_ID not null,
  ORGH_ORG_ID D_ID not null,
  ORGH_OT_Page D_ID not null,
  ORGH_Sort integer not null,
  ORGH_X integer not null,
  ORGH_Y integer not null,
  ORGH_W integer not null,
  ORGH_H integer not null,
  ORGH_OldInsertBatch D_ID,
  ORGH_OldInsertTS D_TS,
  ORGH_Absent D_FLAG default 0 not null,
  ORGH_Batch D_ID,
  ORGH_Actor D_NAME,
  ORGH_Application D_NAME,
  ORGH_Reason D_NAME,
  ORGH_InsertTS D_TS default current_timestamp not null
);
create index OPR_REGIONHISTORY_NODE on OPR_RegionHistory (ORGH_OT_ID, ORGH_ID);
create index OPR_REGIONHISTORY_ROW on OPR_RegionHistory (ORGH_ORG_ID, ORGH_ID);
create index OPR_REGIONHISTORY_BATCH on OPR_RegionHistory (ORGH_Batch);
comment on table OPR_RegionHistory is 'What a region of an article was before each change, and those that were removed.';
comment on column OPR_RegionHistory.ORGH_Batch is 'Operation that made the change';
comment on column OPR_RegionHistory.ORGH_OldInsertTS is 'ORG_InsertTS of the state kept here';
comment on column OPR_RegionHistory.ORGH_Absent is '1 = there was no such region: an undo marked it again';

create sequence OPR_TransitionHistory_SEQ;
create table OPR_TransitionHistory (
  OTNH_ID D_ID not null constraint PK_OPR_TRANSITIONHISTORY primary key,
  OTNH_OD_ID D_ID,
  OTNH_OTN_ID D_ID not null,
  OTNH_Name D_WORD not null,
  OTNH_Captions D_TEXT,
  OTNH_Change D_WORD not null,
  OTNH_OTG_ID D_ID,
  OTNH_From D_TEXT,
  OTNH_Who D_TEXT,
  OTNH_Confirm D_FLAG not null,
  OTNH_Comment D_FLAG not null,
  OTNH_Mail D_TEXT,
  OTNH_Webhook D_URL,
  OTNH_Secret integer not null,
  OTNH_OldInsertBatch D_ID,
  OTNH_OldInsertTS D_TS,
  OTNH_Absent D_FLAG default 0 not null,
  OTNH_Batch D_ID,
  OTNH_Actor D_NAME,
  OTNH_Application D_NAME,
  OTNH_Reason D_NAME,
  OTNH_InsertTS D_TS default current_timestamp not null
);
create index OPR_TRANSITIONHISTORY_NODE on OPR_TransitionHistory (OTNH_OD_ID, OTNH_ID);
create index OPR_TRANSITIONHISTORY_ROW on OPR_TransitionHistory (OTNH_OTN_ID, OTNH_ID);
create index OPR_TRANSITIONHISTORY_BATCH on OPR_TransitionHistory (OTNH_Batch);
comment on table OPR_TransitionHistory is 'What a transition was before each change, and those that were removed.';
comment on column OPR_TransitionHistory.OTNH_Batch is 'Operation that made the change';
comment on column OPR_TransitionHistory.OTNH_OldInsertTS is 'OTN_InsertTS of the state kept here';
comment on column OPR_TransitionHistory.OTNH_Absent is '1 = there was no such transition: an undo defined it again';

create sequence OPR_OrderHistory_SEQ;
create table OPR_OrderHistory (
  OOH_ID D_ID not null constraint PK_OPR_ORDERHISTORY primary key,
  OOH_OO_ID D_ID not null,
  OOH_Title D_CAPTION not null,
  OOH_Description D_TEXT,
  OOH_Reference D_NAME,
  OOH_State smallint not null,
  OOH_Shown D_FLAG not null,
  OOH_PU_Organisation D_ID,
  OOH_Properties D_TEXT,
  OOH_Comments D_TEXT,
  OOH_Creator D_NAME not null,
  OOH_OldInsertBatch D_ID,
  OOH_OldInsertTS D_TS,
  OOH_Absent D_FLAG default 0 not null,
  OOH_Batch D_ID,
  OOH_Actor D_NAME,
  OOH_Application D_NAME,
  OOH_Reason D_NAME,
  OOH_InsertTS D_TS default current_timestamp not null
);
create index OPR_ORDERHISTORY_NODE on OPR_OrderHistory (OOH_OO_ID, OOH_ID);
create index OPR_ORDERHISTORY_BATCH on OPR_OrderHistory (OOH_Batch);
comment on table OPR_OrderHistory is 'What an order was before each change, and those that were deleted.';
comment on column OPR_OrderHistory.OOH_Batch is 'Operation that made the change';
comment on column OPR_OrderHistory.OOH_OldInsertTS is 'OO_InsertTS of the state kept here';
comment on column OPR_OrderHistory.OOH_Absent is '1 = there was no such order';

create sequence OPR_PackHistory_SEQ;
create table OPR_PackHistory (
  OPKH_ID D_ID not null constraint PK_OPR_PACKHISTORY primary key,
  OPKH_OT_ID D_ID not null,
  OPKH_Rotation smallint not null,
  OPKH_Mirrored D_FLAG not null,
  OPKH_CropX integer,
  OPKH_CropY integer,
  OPKH_CropWidth integer,
  OPKH_CropHeight integer,
  OPKH_Batch D_ID,
  OPKH_Actor D_NAME,
  OPKH_Application D_NAME,
  OPKH_Reason D_NAME,
  OPKH_InsertTS D_TS default current_timestamp not null
);
create index OPR_PACKHISTORY_NODE on OPR_PackHistory (OPKH_OT_ID, OPKH_ID);
create index OPR_PACKHISTORY_BATCH on OPR_PackHistory (OPKH_Batch);
comment on table OPR_PackHistory is 'With what edits the image of a page was shown before each change of them.';
comment on column OPR_PackHistory.OPKH_Batch is 'Operation that made the change';

set term ^;
create trigger OPR_REGIONHISTORY_AUD for OPR_Region active after update or delete position 5 as
begin
  if (deleting
      or new.ORG_OT_ID <> old.ORG_OT_ID
      or new.ORG_OT_Page <> old.ORG_OT_Page
      or new.ORG_Sort <> old.ORG_Sort
      or new.ORG_X <> old.ORG_X
      or new.ORG_Y <> old.ORG_Y
      or new.ORG_W <> old.ORG_W
      or new.ORG_H <> old.ORG_H) then
    insert into OPR_RegionHistory (ORGH_ID, ORGH_OT_ID, ORGH_ORG_ID, ORGH_OT_Page, ORGH_Sort, ORGH_X, ORGH_Y, ORGH_W, ORGH_H,
        ORGH_OldInsertBatch, ORGH_OldInsertTS, ORGH_Batch, ORGH_Actor, ORGH_Application, ORGH_Reason)
      values (next value for OPR_RegionHistory_SEQ, old.ORG_OT_ID, old.ORG_ID, old.ORG_OT_Page, old.ORG_Sort, old.ORG_X, old.ORG_Y,
        old.ORG_W, old.ORG_H, old.ORG_InsertBatch, old.ORG_InsertTS, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_REGIONHISTORY_AI for OPR_Region active after insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is not null) then
    insert into OPR_RegionHistory (ORGH_ID, ORGH_OT_ID, ORGH_ORG_ID, ORGH_OT_Page, ORGH_Sort, ORGH_X, ORGH_Y, ORGH_W, ORGH_H, ORGH_Absent,
        ORGH_Batch, ORGH_Actor, ORGH_Application, ORGH_Reason)
      values (next value for OPR_RegionHistory_SEQ, new.ORG_OT_ID, new.ORG_ID, new.ORG_OT_Page, new.ORG_Sort, new.ORG_X, new.ORG_Y,
        new.ORG_W, new.ORG_H, 1, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_TRANSITIONHISTORY_AUD for OPR_Transition active after update or delete position 5 as
begin
  if (deleting
      or new.OTN_OD_ID is distinct from old.OTN_OD_ID
      or new.OTN_Name <> old.OTN_Name
      or new.OTN_Captions is distinct from old.OTN_Captions
      or new.OTN_Change <> old.OTN_Change
      or new.OTN_OTG_ID is distinct from old.OTN_OTG_ID
      or new.OTN_From is distinct from old.OTN_From
      or new.OTN_Who is distinct from old.OTN_Who
      or new.OTN_Confirm <> old.OTN_Confirm
      or new.OTN_Comment <> old.OTN_Comment
      or new.OTN_Mail is distinct from old.OTN_Mail
      or new.OTN_Webhook is distinct from old.OTN_Webhook) then
    insert into OPR_TransitionHistory (OTNH_ID, OTNH_OD_ID, OTNH_OTN_ID, OTNH_Name, OTNH_Captions, OTNH_Change, OTNH_OTG_ID, OTNH_From,
        OTNH_Who, OTNH_Confirm, OTNH_Comment, OTNH_Mail, OTNH_Webhook, OTNH_Secret, OTNH_OldInsertBatch, OTNH_OldInsertTS, OTNH_Batch,
        OTNH_Actor, OTNH_Application, OTNH_Reason)
      values (next value for OPR_TransitionHistory_SEQ, old.OTN_OD_ID, old.OTN_ID, old.OTN_Name, old.OTN_Captions, old.OTN_Change,
        old.OTN_OTG_ID, old.OTN_From, old.OTN_Who, old.OTN_Confirm, old.OTN_Comment, old.OTN_Mail, old.OTN_Webhook, old.OTN_Secret,
        old.OTN_InsertBatch, old.OTN_InsertTS, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_TRANSITIONHISTORY_AI for OPR_Transition active after insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is not null) then
    insert into OPR_TransitionHistory (OTNH_ID, OTNH_OTN_ID, OTNH_Name, OTNH_Change, OTNH_Confirm, OTNH_Comment, OTNH_Secret, OTNH_Absent,
        OTNH_Batch, OTNH_Actor, OTNH_Application, OTNH_Reason)
      values (next value for OPR_TransitionHistory_SEQ, new.OTN_ID, new.OTN_Name, new.OTN_Change, new.OTN_Confirm, new.OTN_Comment,
        new.OTN_Secret, 1, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_ORDERHISTORY_AUD for OPR_Order active after update or delete position 5 as
begin
  if (deleting
      or new.OO_Title <> old.OO_Title
      or new.OO_Description is distinct from old.OO_Description
      or new.OO_Reference is distinct from old.OO_Reference
      or new.OO_State <> old.OO_State
      or new.OO_Shown <> old.OO_Shown
      or new.OO_PU_Organisation is distinct from old.OO_PU_Organisation
      or new.OO_Properties is distinct from old.OO_Properties
      or new.OO_Comments is distinct from old.OO_Comments) then
    insert into OPR_OrderHistory (OOH_ID, OOH_OO_ID, OOH_Title, OOH_Description, OOH_Reference, OOH_State, OOH_Shown, OOH_PU_Organisation,
        OOH_Properties, OOH_Comments, OOH_Creator, OOH_OldInsertBatch, OOH_OldInsertTS, OOH_Batch, OOH_Actor, OOH_Application, OOH_Reason)
      values (next value for OPR_OrderHistory_SEQ, old.OO_ID, old.OO_Title, old.OO_Description, old.OO_Reference, old.OO_State,
        old.OO_Shown, old.OO_PU_Organisation, old.OO_Properties, old.OO_Comments, old.OO_Creator, old.OO_InsertBatch, old.OO_InsertTS,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_ORDERHISTORY_AI for OPR_Order active after insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is not null) then
    insert into OPR_OrderHistory (OOH_ID, OOH_OO_ID, OOH_Title, OOH_State, OOH_Shown, OOH_Creator, OOH_Absent, OOH_Batch, OOH_Actor,
        OOH_Application, OOH_Reason)
      values (next value for OPR_OrderHistory_SEQ, new.OO_ID, new.OO_Title, new.OO_State, new.OO_Shown, new.OO_Creator, 1,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_PACKHISTORY_AU for OPR_Pack active after update position 5 as
begin
  if (new.OPK_Rotation <> old.OPK_Rotation
      or new.OPK_Mirrored <> old.OPK_Mirrored
      or new.OPK_CropX is distinct from old.OPK_CropX
      or new.OPK_CropY is distinct from old.OPK_CropY
      or new.OPK_CropWidth is distinct from old.OPK_CropWidth
      or new.OPK_CropHeight is distinct from old.OPK_CropHeight) then
    insert into OPR_PackHistory (OPKH_ID, OPKH_OT_ID, OPKH_Rotation, OPKH_Mirrored, OPKH_CropX, OPKH_CropY, OPKH_CropWidth,
        OPKH_CropHeight, OPKH_Batch, OPKH_Actor, OPKH_Application, OPKH_Reason)
      values (next value for OPR_PackHistory_SEQ, old.OPK_OT_ID, old.OPK_Rotation, old.OPK_Mirrored, old.OPK_CropX, old.OPK_CropY,
        old.OPK_CropWidth, old.OPK_CropHeight, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
end^
set term ;^
