-- Tags: words for titles, pages and other nodes, set on them one by one or on a domain for all that stands in it and below. What a domain
-- gives is never copied down: it is read along the domains when it is asked for.

create sequence OPR_Tag_SEQ;
create table OPR_Tag (
  OTG_ID D_ID not null constraint PK_OPR_TAG primary key,
  OTG_OD_ID D_ID constraint FK_OTG_OD references OPR_Domain (OD_ID),
  OTG_Name D_WORD not null constraint UK_OTG_NAME unique,
  OTG_System D_FLAG default 0 not null,
  OTG_Public D_FLAG default 0 not null,
  OTG_Captions D_TEXT,
  OTG_Description D_TEXT,
  OTG_Colour varchar(7) character set ascii,
  OTG_InsertBatch D_ID,
  OTG_Version integer default 1 not null,
  OTG_InsertTS D_TS default current_timestamp not null,
  OTG_UpdateTS D_TS default current_timestamp not null
);
create index OPR_TAG_INSERTBATCH on OPR_Tag (OTG_InsertBatch);
comment on table OPR_Tag is 'Tags that can be set on nodes and domains.';
comment on column OPR_Tag.OTG_OD_ID is 'Domain that has it for itself and those below it; null: for all';
comment on column OPR_Tag.OTG_Name is 'Name in addresses and conditions';
comment on column OPR_Tag.OTG_System is '1 = defined by those who manage domains, 0 = by whoever catalogues';
comment on column OPR_Tag.OTG_Public is '1 = readers see it, 0 = it is for those who work on what carries it';
comment on column OPR_Tag.OTG_Captions is 'JSON: language to name';
comment on column OPR_Tag.OTG_Description is 'JSON: language to text';
comment on column OPR_Tag.OTG_Colour is '#rrggbb';
comment on column OPR_Tag.OTG_InsertBatch is 'Operation that defined the tag';
comment on column OPR_Tag.OTG_Version is 'Raised with every change; ETag';

create sequence OPR_NodeTag_SEQ;
create table OPR_NodeTag (
  ONT_ID D_ID not null constraint PK_OPR_NODETAG primary key,
  ONT_OT_ID D_ID not null constraint FK_ONT_OT references OPR_Tree (OT_ID) on delete cascade,
  ONT_OTG_ID D_ID not null constraint FK_ONT_OTG references OPR_Tag (OTG_ID),
  ONT_InsertBatch D_ID,
  ONT_InsertTS D_TS default current_timestamp not null,
  constraint UK_ONT unique (ONT_OT_ID, ONT_OTG_ID)
);
create index OPR_NODETAG_INSERTBATCH on OPR_NodeTag (ONT_InsertBatch);
comment on table OPR_NodeTag is 'Tags set on a node itself.';
comment on column OPR_NodeTag.ONT_InsertBatch is 'Operation that set the tag';

create sequence OPR_DomainTag_SEQ;
create table OPR_DomainTag (
  ODT_ID D_ID default 0 not null constraint UK_ODT_ID unique,
  ODT_OD_ID D_ID not null constraint FK_ODT_OD references OPR_Domain (OD_ID) on delete cascade,
  ODT_OTG_ID D_ID not null constraint FK_ODT_OTG references OPR_Tag (OTG_ID),
  ODT_InsertBatch D_ID,
  ODT_InsertTS D_TS default current_timestamp not null,
  constraint PK_OPR_DOMAINTAG primary key (ODT_OD_ID, ODT_OTG_ID)
);
create index OPR_DOMAINTAG_INSERTBATCH on OPR_DomainTag (ODT_InsertBatch);
comment on table OPR_DomainTag is 'Tags set on a domain: all that stands in it and in the domains below has them.';
comment on column OPR_DomainTag.ODT_ID is 'Given by a trigger';
comment on column OPR_DomainTag.ODT_InsertBatch is 'Operation that set the tag';

set term ^;
create trigger OPR_TAG_BU for OPR_Tag active before update position 0 as
begin
  new.OTG_UpdateTS = current_timestamp;
  new.OTG_Version = old.OTG_Version + 1;
end^

create trigger OPR_TAG_BI_BATCH for OPR_Tag active before insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is null) then
    new.OTG_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^

create trigger OPR_DOMAINTAG_BI_BATCH for OPR_DomainTag active before insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is null) then begin
    new.ODT_ID = next value for OPR_DomainTag_SEQ;
    new.ODT_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
  end
end^

create trigger OPR_NODETAG_BI_BATCH for OPR_NodeTag active before insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is null and rdb$get_context('USER_TRANSACTION', 'PLAYBACK') is null) then
    new.ONT_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^
set term ;^
