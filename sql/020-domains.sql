-- Domains (collections, tenants) and the overlays of their configuration. Every domain has one node of its own in the tree (030-tree.sql).

create exception E_DOMAIN_CYCLE 'A domain cannot move below itself.';
create exception E_DOMAIN_SYSTEM 'A system domain cannot be removed or moved.';
create exception E_DOMAIN_NODES 'A domain that holds nodes cannot be removed.';

create sequence OPR_Domain_SEQ;
create sequence CFG_Option_SEQ;

create table OPR_Domain (
  OD_ID D_ID not null constraint PK_OPR_DOMAIN primary key,
  OD_OD_Parent D_ID constraint FK_OD_PARENT references OPR_Domain (OD_ID),
  OD_Path D_PATH,
  OD_Name D_WORD not null constraint UK_OD_NAME unique,
  OD_ShortName D_WORD constraint UK_OD_SHORTNAME unique,
  OD_Reference varchar(120) character set utf8 constraint UK_OD_REFERENCE unique,
  OD_Caption D_LINE not null,
  OD_Captions D_CAPTION,
  OD_Description D_TEXT,
  OD_Type D_WORD,
  OD_Contact D_LINE,
  OD_PU_Contact D_ID,
  OD_Comment D_TEXT,
  OD_Mappings D_LINE,
  OD_StandardMasks D_TEXT,
  OD_Watermark D_TEXT,
  OD_ImageFooter D_TEXT,
  OD_CustomData D_TEXT,
  OD_System D_FLAG default 0 not null,
  OD_PrivateTags D_FLAG default 0 not null,
  OD_PrivateTransitions D_FLAG default 0 not null,
  OD_Sort integer default 0 not null,
  OD_InsertBatch D_ID,
  OD_Version integer default 1 not null,
  OD_InsertTS D_TS default current_timestamp not null,
  OD_UpdateTS D_TS default current_timestamp not null
);
create index OPR_DOMAIN_INSERTBATCH on OPR_Domain (OD_InsertBatch);
create index OPR_DOMAIN_PATH on OPR_Domain (OD_Path);
create index OPR_DOMAIN_ORDER on OPR_Domain (OD_OD_Parent, OD_Sort, OD_ID);
comment on table OPR_Domain is 'Collections (pools, tenants): hierarchical, with inherited configuration.';
comment on column OPR_Domain.OD_Name is 'URL segment';
comment on column OPR_Domain.OD_ShortName is 'OAI set name';
comment on column OPR_Domain.OD_Description is 'JSON: language to text';
comment on column OPR_Domain.OD_Captions is 'JSON: language to name; unique among the children of one domain';
comment on column OPR_Domain.OD_Contact is 'Whom to ask, as text';
comment on column OPR_Domain.OD_PU_Contact is 'The user to ask';
comment on column OPR_Domain.OD_Comment is 'For those who work here';
comment on column OPR_Domain.OD_Mappings is 'JSON: imageExport, imageImport, dublinCoreExport: parent, objecttype, none, or the name of a mapping';
comment on column OPR_Domain.OD_StandardMasks is 'JSON: type of title to names of masks in their order';
comment on column OPR_Domain.OD_System is '1 = cannot be removed or moved';
comment on column OPR_Domain.OD_PrivateTags is '1 = inherits no tags from the domains above';
comment on column OPR_Domain.OD_PrivateTransitions is '1 = transitions of the domains above do not hold here';
comment on column OPR_Domain.OD_InsertBatch is 'Operation that made the domain';
comment on column OPR_Domain.OD_Version is 'Raised with every change; ETag';

create table CFG_Option (
  CO_ID D_ID default 0 not null constraint UK_CO_ID unique,
  CO_OD_ID D_ID not null constraint FK_CO_OD references OPR_Domain (OD_ID) on delete cascade,
  CO_Key varchar(120) character set ascii not null,
  CO_Value varchar(4000) character set utf8,
  CO_InsertBatch D_ID,
  CO_InsertTS D_TS default current_timestamp not null,
  CO_UpdateTS D_TS default current_timestamp not null,
  constraint PK_CFG_OPTION primary key (CO_OD_ID, CO_Key)
);
create index CFG_OPTION_INSERTBATCH on CFG_Option (CO_InsertBatch);
comment on table CFG_Option is 'Overlay of a domain''s configuration: wins over its config.ini.';
comment on column CFG_Option.CO_ID is 'Given by a trigger';
comment on column CFG_Option.CO_InsertBatch is 'Operation that set the option first';

set term ^;
create trigger OPR_DOMAIN_BI for OPR_Domain active before insert position 0 as
begin
  new.OD_Path = coalesce((select p.OD_Path from OPR_Domain p where p.OD_ID = new.OD_OD_Parent), '') || '|' || new.OD_ID || '|';
  new.OD_Version = 1;
end^

create trigger OPR_DOMAIN_BU for OPR_Domain active before update position 0 as
  declare PP D_PATH;
begin
  new.OD_UpdateTS = current_timestamp;
  new.OD_Version = old.OD_Version + 1;
  if (new.OD_OD_Parent is distinct from old.OD_OD_Parent) then begin
    if (old.OD_System = 1) then exception E_DOMAIN_SYSTEM;
    PP = coalesce((select p.OD_Path from OPR_Domain p where p.OD_ID = new.OD_OD_Parent), '');
    if (PP starting with old.OD_Path) then exception E_DOMAIN_CYCLE;
    new.OD_Path = PP || '|' || new.OD_ID || '|';
  end
  else if (rdb$get_context('USER_TRANSACTION', 'OD_MOVE') is null) then new.OD_Path = old.OD_Path;
end^

create trigger OPR_DOMAIN_AU for OPR_Domain active after update position 0 as
begin
  if (new.OD_Path <> old.OD_Path and rdb$get_context('USER_TRANSACTION', 'OD_MOVE') is null) then begin
    rdb$set_context('USER_TRANSACTION', 'OD_MOVE', '1');
    update OPR_Domain set OD_Path = new.OD_Path || substring(OD_Path from char_length(old.OD_Path) + 1)
      where OD_Path starting with old.OD_Path and OD_ID <> new.OD_ID;
    rdb$set_context('USER_TRANSACTION', 'OD_MOVE', null);
  end
end^

create trigger OPR_DOMAIN_BI_BATCH for OPR_Domain active before insert position 5 as
begin
  new.OD_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^

create trigger CFG_OPTION_BI_BATCH for CFG_Option active before insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is null) then begin
    new.CO_ID = next value for CFG_Option_SEQ;
    new.CO_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
  end
end^

create trigger CFG_OPTION_BU for CFG_Option active before update position 0 as
begin
  new.CO_UpdateTS = current_timestamp;
end^
set term ;^
