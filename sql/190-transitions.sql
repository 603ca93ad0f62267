-- Transitions: who may change a tag or the state of a node in a domain, what they have to say to it, and who is told. They are few; every change
-- looks at all of them in its own transaction.

-- users come after domains
alter table OPR_Domain add constraint FK_OD_PU foreign key (OD_PU_Contact) references PRV_User (PU_ID) on delete set null;

create sequence OPR_Transition_SEQ;
create table OPR_Transition (
  OTN_ID D_ID not null constraint PK_OPR_TRANSITION primary key,
  OTN_OD_ID D_ID constraint FK_OTN_OD references OPR_Domain (OD_ID) on delete cascade,
  OTN_Name D_WORD not null constraint UK_OTN_NAME unique,
  OTN_Captions D_TEXT,
  OTN_Change D_WORD not null constraint CK_OTN_CHANGE check (OTN_Change in ('release', 'hide', 'bin', 'restore', 'tag', 'untag')),
  OTN_OTG_ID D_ID constraint FK_OTN_OTG references OPR_Tag (OTG_ID),
  OTN_From D_TEXT,
  OTN_Who D_TEXT,
  OTN_Confirm D_FLAG default 0 not null,
  OTN_Comment D_FLAG default 0 not null,
  OTN_Mail D_TEXT,
  OTN_Webhook D_URL,
  OTN_Secret integer default 1 not null,
  OTN_InsertBatch D_ID,
  OTN_Version integer default 1 not null,
  OTN_InsertTS D_TS default current_timestamp not null,
  OTN_UpdateTS D_TS default current_timestamp not null,
  constraint CK_OTN_TAG check ((OTN_Change in ('tag', 'untag') and OTN_OTG_ID is not null) or (OTN_Change not in ('tag', 'untag') and OTN_OTG_ID is null))
);
create index OPR_TRANSITION_INSERTBATCH on OPR_Transition (OTN_InsertBatch);
comment on table OPR_Transition is 'What holds for a change of a tag or of the state of a node.';
comment on column OPR_Transition.OTN_OD_ID is 'Domain in which and below which it holds; null: everywhere';
comment on column OPR_Transition.OTN_Change is 'release, hide, bin, restore: of the state; tag, untag: of the tag OTN_OTG_ID';
comment on column OPR_Transition.OTN_From is 'JSON: ids of tags that the node carried before; all of them';
comment on column OPR_Transition.OTN_Who is 'JSON: users, groups, topics, programs; without any: whoever has the right';
comment on column OPR_Transition.OTN_Confirm is '1 = the change has to name the transition';
comment on column OPR_Transition.OTN_Comment is '1 = the change needs a reason';
comment on column OPR_Transition.OTN_Mail is 'JSON: addresses that are told';
comment on column OPR_Transition.OTN_Webhook is 'Address that is told';
comment on column OPR_Transition.OTN_Secret is 'Number of the secret that messages to the address are signed with; the secret itself is derived, not kept';
comment on column OPR_Transition.OTN_InsertBatch is 'Operation that defined the transition';
comment on column OPR_Transition.OTN_Version is 'Raised with every change; ETag';

set term ^;
create trigger OPR_TRANSITION_BI_BATCH for OPR_Transition active before insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is null) then
    new.OTN_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^

create trigger OPR_TRANSITION_BU for OPR_Transition active before update position 0 as
begin
  new.OTN_UpdateTS = current_timestamp;
  new.OTN_Version = old.OTN_Version + 1;
end^
set term ;^
