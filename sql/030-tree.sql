-- The catalogue tree. Triggers keep OT_Path, OT_OD_ID, OT_Version, OT_UpdateTS and the history, whoever writes.
--
-- Parent and domain of a node are held by triggers instead of foreign keys: Firebird would give each of these an index of its own beside
-- OPR_TREE_CHILDREN and OPR_TREE_ROOTS, which begin with the same columns, on the largest table of all. Between connections the reservation
-- of SYS_TreeLock orders insertions and deletions.

create exception E_TREE_CYCLE 'A node cannot move below itself.';
create exception E_TREE_PARENT 'The parent node does not exist.';
create exception E_TREE_PATH 'OT_Path follows from the parents and cannot be set by hand.';
create exception E_TREE_DEPTH 'The tree cannot be deeper than OT_Path can hold.';
create exception E_TREE_LINK 'A link has no children, and it points to an original.';
create exception E_TREE_DOMAIN 'The domain does not exist.';
create exception E_TREE_CHILDREN 'A node that has children cannot be removed.';
create exception E_TREE_TYPE 'There is no such datatype and type.';
create exception E_TREE_TORN 'A title without bibliographic data, or a page without scan data, cannot be stored.';

create sequence OPR_Tree_SEQ;

create table OPR_Type (
  OTY_RCV_Datatype smallint not null,
  OTY_RCV_Type smallint not null,
  OTY_Name varchar(120) character set ascii not null,
  constraint PK_OPR_TYPE primary key (OTY_RCV_Datatype, OTY_RCV_Type)
);
comment on table OPR_Type is 'Datatypes and types that nodes may have; written from config/types.ini whenever the service starts.';
comment on column OPR_Type.OTY_Name is 'datatype:type, as in config/types.ini';

-- The order of the columns keeps rows as long as they are when they are released or binned. Firebird shortens runs of three equal bytes and
-- more, so what is 0 or null at first stands between bytes that hardly ever are: the end of a time, the beginning of a time or of a number.
-- Among zeros a 1 made the row longer than its place, a part of it went to another page, and that one had to be written before this one: the
-- binning of 10,000 nodes wrote 4,800 pages one by one in the place of 30 and took five times as long.
create table OPR_Tree (
  OT_ID D_ID not null constraint PK_OPR_TREE primary key,
  OT_OD_ID D_ID not null,
  OT_OT_Parent D_ID,
  OT_OT_Link D_ID constraint FK_OT_LINK references OPR_Tree (OT_ID),
  OT_Caption D_CAPTION,
  OT_Sort integer default 0 not null,
  OT_Path D_PATH not null,
  OT_InsertBatch D_ID,
  OT_UpdateTS D_TS default current_timestamp not null,
  OT_Batch D_ID,
  OT_InsertTS D_TS default current_timestamp not null,
  OT_DelState D_FLAG default 0 not null,
  OT_RCV_Datatype smallint not null,
  OT_State D_FLAG default 0 not null,
  OT_RCV_Type smallint not null,
  OT_Version integer default 1 not null
);
create index OPR_TREE_PATH on OPR_Tree (OT_Path);
create index OPR_TREE_CHILDREN on OPR_Tree (OT_OT_Parent, OT_Sort, OT_ID);
create index OPR_TREE_ROOTS on OPR_Tree (OT_OD_ID, OT_OT_Parent, OT_Sort, OT_ID);
create index OPR_TREE_DATATYPE on OPR_Tree (OT_RCV_Datatype, OT_ID);
create descending index OPR_TREE_LAST on OPR_Tree (OT_OD_ID, OT_OT_Parent, OT_Sort, OT_ID);
create index OPR_TREE_INSERTBATCH on OPR_Tree (OT_InsertBatch);
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
comment on column OPR_Tree.OT_InsertBatch is 'Operation that made the node';

create table OPR_Redirect (
  ORD_ID D_ID not null constraint PK_OPR_REDIRECT primary key,
  ORD_OT_ID D_ID not null constraint FK_ORD_OT references OPR_Tree (OT_ID) on delete cascade,
  ORD_InsertBatch D_ID,
  ORD_InsertTS D_TS default current_timestamp not null
);
create index OPR_REDIRECT_BATCH on OPR_Redirect (ORD_InsertBatch);
comment on table OPR_Redirect is 'Titles that were merged into others: whoever asks for the old id is sent to the new one, for ever.';
comment on column OPR_Redirect.ORD_ID is 'The OT_ID that is gone';
comment on column OPR_Redirect.ORD_OT_ID is 'Where its title is now';
comment on column OPR_Redirect.ORD_InsertBatch is 'The operation that merged them';

create global temporary table TMP_Node (
  TN_OT_ID D_ID not null
) on commit delete rows;
comment on table TMP_Node is 'Titles and pages that a transaction made or took their row from: looked at when it commits.';

set term ^;
create trigger OPR_TREE_BI for OPR_Tree active before insert position 0 as
  declare PP D_PATH;
  declare PD integer;
  declare PL integer;
begin
  if (not exists (select 1 from OPR_Type where OTY_RCV_Datatype = new.OT_RCV_Datatype and OTY_RCV_Type = new.OT_RCV_Type)) then
    exception E_TREE_TYPE 'There is no type (' || new.OT_RCV_Datatype || ', ' || new.OT_RCV_Type || ').';
  PP = '';
  if (new.OT_OT_Parent is not null) then begin
    select p.OT_Path, p.OT_OD_ID, p.OT_OT_Link from OPR_Tree p where p.OT_ID = new.OT_OT_Parent into PP, PD, PL;
    if (PD is null) then exception E_TREE_PARENT;
    if (PL is not null) then exception E_TREE_LINK;
    new.OT_OD_ID = PD;
  end
  else if (not exists (select 1 from OPR_Domain where OD_ID = new.OT_OD_ID)) then exception E_TREE_DOMAIN;
  if (char_length(PP) > 980) then exception E_TREE_DEPTH;
  new.OT_Path = PP || '|' || new.OT_ID || '|';
  new.OT_Version = 1;
  new.OT_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^

create trigger OPR_TREE_BU for OPR_Tree active before update position 0 as
  declare PP D_PATH;
  declare PD integer;
  declare PL integer;
begin
  -- what a capsule gives back is what was there: it has been judged before, and is not a change
  if (rdb$get_context('USER_TRANSACTION', 'PLAYBACK') is not null) then exit;
  if ((new.OT_RCV_Datatype <> old.OT_RCV_Datatype or new.OT_RCV_Type <> old.OT_RCV_Type)
      and not exists (select 1 from OPR_Type where OTY_RCV_Datatype = new.OT_RCV_Datatype and OTY_RCV_Type = new.OT_RCV_Type)) then
    exception E_TREE_TYPE 'There is no type (' || new.OT_RCV_Datatype || ', ' || new.OT_RCV_Type || ').';
  if (new.OT_OD_ID <> old.OT_OD_ID and not exists (select 1 from OPR_Domain where OD_ID = new.OT_OD_ID)) then exception E_TREE_DOMAIN;
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

create trigger OPR_TREE_AU_PATHS for OPR_Tree active after update position 0 as
begin
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

create trigger OPR_DOMAIN_BD for OPR_Domain active before delete position 0 as
begin
  if (old.OD_System = 1) then exception E_DOMAIN_SYSTEM;
  delete from OPR_Tree where OT_OD_ID = old.OD_ID and OT_RCV_Datatype = 10;
  if (exists (select 1 from OPR_Tree where OT_OD_ID = old.OD_ID)) then exception E_DOMAIN_NODES;
end^

create trigger OPR_TREE_BD for OPR_Tree active before delete position 0 as
begin
  if (exists (select 1 from OPR_Tree where OT_OT_Parent = old.OT_ID)) then exception E_TREE_CHILDREN;
end^

-- A title has its row of OPR_Content and a page its row of OPR_Page when the transaction that made it commits, whoever made it. The rows of
-- TMP_Node follow savepoints, which a counter in the transaction's context would not; the mark in the context spares others the look at it.
create procedure NODE_MADE (NODE integer) as
begin
  rdb$set_context('USER_TRANSACTION', 'NODES_MADE', '1');
  insert into TMP_Node (TN_OT_ID) values (:NODE);
end^

create trigger OPR_TREE_AIU_WHOLE for OPR_Tree active after insert or update position 40 as
begin
  if (new.OT_OT_Link is null and (inserting or new.OT_RCV_Datatype <> old.OT_RCV_Datatype or old.OT_OT_Link is not null)
      and (new.OT_RCV_Datatype in (1, 3) or old.OT_RCV_Datatype in (1, 3))) then
    execute procedure NODE_MADE(new.OT_ID);
end^

-- every domain has one node of its own in the tree
create trigger OPR_DOMAIN_AI for OPR_Domain active after insert position 0 as
begin
  -- a capsule brings that node with it
  if (rdb$get_context('USER_TRANSACTION', 'PLAYBACK') is not null) then exit;
  insert into OPR_Tree (OT_ID, OT_OD_ID, OT_RCV_Datatype, OT_RCV_Type, OT_Caption, OT_Sort, OT_State)
    values (next value for OPR_Tree_SEQ, new.OD_ID, 10, 1, new.OD_Caption, new.OD_Sort, 1);
end^

create trigger OPR_DOMAIN_AU_NODE for OPR_Domain active after update position 10 as
begin
  if (new.OD_Caption <> old.OD_Caption or new.OD_Sort <> old.OD_Sort) then
    update OPR_Tree set OT_Caption = new.OD_Caption, OT_Sort = new.OD_Sort where OT_OD_ID = new.OD_ID and OT_RCV_Datatype = 10;
end^
set term ;^
