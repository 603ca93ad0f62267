-- Domains and the tree. Triggers keep OT_Path, OT_OD_ID, OT_Version, OT_UpdateTS and the history, whoever writes.

create exception E_TREE_CYCLE 'A node cannot move below itself.';
create exception E_TREE_PARENT 'The parent node does not exist.';
create exception E_TREE_PATH 'OT_Path follows from the parents and cannot be set by hand.';
create exception E_TREE_DEPTH 'The tree cannot be deeper than OT_Path can hold.';
create exception E_TREE_LINK 'A link has no children, and it points to an original.';
create exception E_DOMAIN_CYCLE 'A domain cannot move below itself.';
create exception E_DOMAIN_SYSTEM 'A system domain cannot be removed or moved.';

create sequence OPR_Domain_SEQ;
create sequence OPR_Tree_SEQ;
create sequence OPR_TreeHistory_SEQ;

create table OPR_Domain (
  OD_ID integer not null constraint PK_OPR_DOMAIN primary key,
  OD_OD_Parent integer constraint FK_OD_PARENT references OPR_Domain (OD_ID),
  OD_Path varchar(1000) character set ascii,
  OD_Name varchar(60) character set ascii not null constraint UK_OD_NAME unique,
  OD_ShortName varchar(60) character set ascii constraint UK_OD_SHORTNAME unique,
  OD_Reference varchar(120) character set utf8 constraint UK_OD_REFERENCE unique,
  OD_Caption varchar(500) character set utf8 not null,
  OD_Description blob sub_type text character set utf8,
  OD_Type varchar(60) character set ascii,
  OD_Contact varchar(500) character set utf8,
  OD_Watermark blob sub_type text character set utf8,
  OD_ImageFooter blob sub_type text character set utf8,
  OD_CustomData blob sub_type text character set utf8,
  OD_System smallint default 0 not null constraint CK_OD_SYSTEM check (OD_System in (0, 1)),
  OD_Sort integer default 0 not null,
  OD_Version integer default 1 not null,
  OD_InsertTS timestamp default current_timestamp not null,
  OD_UpdateTS timestamp default current_timestamp not null
);
create index OPR_DOMAIN_PATH on OPR_Domain (OD_Path);
create index OPR_DOMAIN_ORDER on OPR_Domain (OD_OD_Parent, OD_Sort, OD_ID);
comment on table OPR_Domain is 'Collections (pools, tenants): hierarchical, with inherited configuration.';
comment on column OPR_Domain.OD_Name is 'URL segment';
comment on column OPR_Domain.OD_ShortName is 'OAI set name';
comment on column OPR_Domain.OD_Description is 'JSON: language to text';
comment on column OPR_Domain.OD_System is '1 = cannot be removed or moved';
comment on column OPR_Domain.OD_Version is 'Raised with every change; ETag';

create table OPR_Tree (
  OT_ID integer not null constraint PK_OPR_TREE primary key,
  OT_OD_ID integer not null constraint FK_OT_OD references OPR_Domain (OD_ID),
  OT_OT_Parent integer constraint FK_OT_PARENT references OPR_Tree (OT_ID),
  OT_OT_Link integer constraint FK_OT_LINK references OPR_Tree (OT_ID),
  OT_RCV_Datatype smallint not null constraint CK_OT_DATATYPE check (OT_RCV_Datatype between 0 and 99),
  OT_RCV_Type smallint not null constraint CK_OT_TYPE check (OT_RCV_Type between 0 and 9999),
  OT_Caption varchar(2000) character set utf8,
  OT_Sort integer default 0 not null,
  OT_DelState smallint default 0 not null constraint CK_OT_DELSTATE check (OT_DelState in (0, 1)),
  OT_Path varchar(1000) character set ascii not null,
  OT_State smallint default 0 not null constraint CK_OT_STATE check (OT_State in (0, 1)),
  OT_Batch integer,
  OT_Version integer default 1 not null,
  OT_InsertTS timestamp default current_timestamp not null,
  OT_UpdateTS timestamp default current_timestamp not null
);
create index OPR_TREE_PATH on OPR_Tree (OT_Path);
create index OPR_TREE_CHILDREN on OPR_Tree (OT_OT_Parent, OT_Sort, OT_ID);
create index OPR_TREE_ROOTS on OPR_Tree (OT_OD_ID, OT_OT_Parent, OT_Sort, OT_ID);
create index OPR_TREE_DATATYPE on OPR_Tree (OT_RCV_Datatype, OT_ID);
create index OPR_TREE_BATCH on OPR_Tree (OT_Batch);
comment on table OPR_Tree is 'The catalogue tree: titles, structure elements, pages, domain nodes.';
comment on column OPR_Tree.OT_OD_ID is 'Domain the record belongs to; its parent''s';
comment on column OPR_Tree.OT_OT_Parent is 'Null at the top of a domain';
comment on column OPR_Tree.OT_OT_Link is 'The original, where this node is a link';
comment on column OPR_Tree.OT_RCV_Datatype is '0 container, 1 title, 2 structure element, 3 page, 4 audio-visual medium, 5 order, 10 domain node';
comment on column OPR_Tree.OT_RCV_Type is 'Type within the datatype, see config/types.ini';
comment on column OPR_Tree.OT_Caption is 'Text shown in the tree';
comment on column OPR_Tree.OT_Sort is 'Order among siblings; ties by OT_ID';
comment on column OPR_Tree.OT_DelState is '0 not deleted, 1 in the bin';
comment on column OPR_Tree.OT_Path is 'Ids from the top node down to the node itself: |23||144||6008|';
comment on column OPR_Tree.OT_State is '0 hidden, 1 released';
comment on column OPR_Tree.OT_Batch is 'Operation that put the node into the bin: restore undoes exactly that';
comment on column OPR_Tree.OT_Version is 'Raised with every change of the node, its title or its page; ETag';

create table OPR_TreeHistory (
  OTH_ID integer not null constraint PK_OPR_TREEHISTORY primary key,
  OTH_OT_ID integer not null,
  OTH_OT_Parent integer,
  OTH_Caption varchar(2000) character set utf8,
  OTH_Sort integer,
  OTH_RCV_Type smallint,
  OTH_State smallint,
  OTH_DelState smallint,
  OTH_OldBatch integer,
  OTH_OD_ID integer,
  OTH_Version integer not null,
  OTH_Batch integer,
  OTH_Actor varchar(250) character set utf8,
  OTH_Application varchar(250) character set utf8,
  OTH_Reason varchar(250) character set utf8,
  OTH_InsertTS timestamp default current_timestamp not null
);
create index OPR_TREEHISTORY_NODE on OPR_TreeHistory (OTH_OT_ID, OTH_ID);
create index OPR_TREEHISTORY_BATCH on OPR_TreeHistory (OTH_Batch);
comment on table OPR_TreeHistory is 'What a node was before each change.';
comment on column OPR_TreeHistory.OTH_Version is 'OT_Version of the state kept here';
comment on column OPR_TreeHistory.OTH_Batch is 'Operation that made the change';
comment on column OPR_TreeHistory.OTH_OldBatch is 'OT_Batch of the state kept here';

alter table CFG_Option add constraint FK_CO_OD foreign key (CO_OD_ID) references OPR_Domain (OD_ID) on delete cascade;

set term ^;
create trigger OPR_DOMAIN_BI for OPR_Domain active before insert position 0 as
begin
  new.OD_Path = coalesce((select p.OD_Path from OPR_Domain p where p.OD_ID = new.OD_OD_Parent), '') || '|' || new.OD_ID || '|';
  new.OD_Version = 1;
end^

create trigger OPR_DOMAIN_BU for OPR_Domain active before update position 0 as
  declare PP varchar(1000) character set ascii;
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

create trigger OPR_DOMAIN_BD for OPR_Domain active before delete position 0 as
begin
  if (old.OD_System = 1) then exception E_DOMAIN_SYSTEM;
  delete from OPR_Tree where OT_OD_ID = old.OD_ID and OT_RCV_Datatype = 10;
end^

-- every domain has one node of its own in the tree
create trigger OPR_DOMAIN_AI for OPR_Domain active after insert position 0 as
begin
  insert into OPR_Tree (OT_ID, OT_OD_ID, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_State)
    values (next value for OPR_Tree_SEQ, new.OD_ID, 10, 1, new.OD_Caption, new.OD_Sort, 1);
end^

create trigger OPR_DOMAIN_AU_NODE for OPR_Domain active after update position 10 as
begin
  if (new.OD_Caption <> old.OD_Caption or new.OD_Sort <> old.OD_Sort) then
    update OPR_Tree set OT_Caption = new.OD_Caption, OT_Sort = new.OD_Sort where OT_OD_ID = new.OD_ID and OT_RCV_Datatype = 10;
end^

create trigger OPR_TREE_BI for OPR_Tree active before insert position 0 as
  declare PP varchar(1000) character set ascii;
  declare PD integer;
  declare PL integer;
begin
  PP = '';
  if (new.OT_OT_Parent is not null) then begin
    select p.OT_Path, p.OT_OD_ID, p.OT_OT_Link from OPR_Tree p where p.OT_ID = new.OT_OT_Parent into PP, PD, PL;
    if (PD is null) then exception E_TREE_PARENT;
    if (PL is not null) then exception E_TREE_LINK;
    new.OT_OD_ID = PD;
  end
  if (char_length(PP) > 980) then exception E_TREE_DEPTH;
  new.OT_Path = PP || '|' || new.OT_ID || '|';
  new.OT_Version = 1;
end^

create trigger OPR_TREE_BU for OPR_Tree active before update position 0 as
  declare PP varchar(1000) character set ascii;
  declare PD integer;
  declare PL integer;
begin
  if (new.OT_OT_Parent is distinct from old.OT_OT_Parent) then begin
    PP = '';
    if (new.OT_OT_Parent is not null) then begin
      select p.OT_Path, p.OT_OD_ID, p.OT_OT_Link from OPR_Tree p where p.OT_ID = new.OT_OT_Parent into PP, PD, PL;
      if (PD is null) then exception E_TREE_PARENT;
      if (PL is not null) then exception E_TREE_LINK;
      if (PP starting with old.OT_Path) then exception E_TREE_CYCLE;
      new.OT_OD_ID = PD;
    end
    if (char_length(PP) > 980) then exception E_TREE_DEPTH;
    new.OT_Path = PP || '|' || new.OT_ID || '|';
  end
  else if (rdb$get_context('USER_TRANSACTION', 'OT_CASCADE') is null) then begin
    if (rdb$get_context('USER_TRANSACTION', 'OT_REPAIR') is null) then begin
      new.OT_Path = old.OT_Path;
      if (old.OT_OT_Parent is not null) then new.OT_OD_ID = old.OT_OD_ID;
    end
  end
  if (new.OT_OT_Parent is distinct from old.OT_OT_Parent or new.OT_OT_Link is distinct from old.OT_OT_Link
      or new.OT_RCV_Datatype <> old.OT_RCV_Datatype or new.OT_RCV_Type <> old.OT_RCV_Type
      or new.OT_Caption is distinct from old.OT_Caption or new.OT_Sort <> old.OT_Sort or new.OT_DelState <> old.OT_DelState
      or new.OT_State <> old.OT_State or new.OT_Path <> old.OT_Path or new.OT_OD_ID <> old.OT_OD_ID) then begin
    new.OT_UpdateTS = current_timestamp;
    new.OT_Version = old.OT_Version + 1;
  end
  else if (new.OT_Version <> old.OT_Version) then begin
    new.OT_UpdateTS = current_timestamp;
    new.OT_Version = old.OT_Version + 1;
  end
end^

create trigger OPR_TREE_AU for OPR_Tree active after update position 0 as
begin
  if (new.OT_OT_Parent is distinct from old.OT_OT_Parent or new.OT_Caption is distinct from old.OT_Caption
      or new.OT_Sort <> old.OT_Sort or new.OT_RCV_Type <> old.OT_RCV_Type or new.OT_State <> old.OT_State
      or new.OT_DelState <> old.OT_DelState
      or (new.OT_OD_ID <> old.OT_OD_ID and new.OT_OT_Parent is null)) then
    insert into OPR_TreeHistory (OTH_ID, OTH_OT_ID, OTH_OT_Parent, OTH_Caption, OTH_Sort, OTH_RCV_Type, OTH_State, OTH_DelState,
        OTH_OldBatch, OTH_OD_ID, OTH_Version, OTH_Batch, OTH_Actor, OTH_Application, OTH_Reason)
      values (next value for OPR_TreeHistory_SEQ, old.OT_ID, old.OT_OT_Parent, old.OT_Caption, old.OT_Sort, old.OT_RCV_Type,
        old.OT_State, old.OT_DelState, old.OT_Batch, old.OT_OD_ID, old.OT_Version,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
  if ((new.OT_Path <> old.OT_Path or new.OT_OD_ID <> old.OT_OD_ID)
      and rdb$get_context('USER_TRANSACTION', 'OT_CASCADE') is null) then begin
    rdb$set_context('USER_TRANSACTION', 'OT_CASCADE', '1');
    update OPR_Tree set OT_Path = new.OT_Path || substring(OT_Path from char_length(old.OT_Path) + 1), OT_OD_ID = new.OT_OD_ID
      where OT_Path starting with old.OT_Path and OT_ID <> new.OT_ID;
    rdb$set_context('USER_TRANSACTION', 'OT_CASCADE', null);
    when any do begin
      rdb$set_context('USER_TRANSACTION', 'OT_CASCADE', null);
      exception;
    end
  end
end^
set term ;^
