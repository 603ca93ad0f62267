-- What changed, for those who follow: harvesters, the search index, change feeds. Triggers note in SYS_Outbox, in the transaction of the
-- change, which title was touched; one follower at a time turns the notes into numbered records of OPR_OaiRecord. Its numbers and date
-- stamps therefore come in the order of its commits: a reader that goes on after the last number it saw misses nothing.

create sequence SYS_Outbox_SEQ;
create sequence OPR_OaiRecord_SEQ;

create table SYS_Outbox (
  SO_ID bigint not null constraint PK_SYS_OUTBOX primary key,
  SO_Transaction bigint not null,
  SO_OT_ID D_ID,
  SO_Path D_PATH,
  SO_OD_ID D_ID,
  SO_Below D_FLAG default 0 not null,
  SO_InsertTS D_TS default current_timestamp not null
);
create index SYS_OUTBOX_NODE on SYS_Outbox (SO_Transaction, SO_OT_ID);
comment on table SYS_Outbox is 'Changes that have not been followed up yet.';
comment on column SYS_Outbox.SO_Transaction is 'A transaction notes a node once';
comment on column SYS_Outbox.SO_OT_ID is 'The title that changed, or the node above the pages and structure elements that did';
comment on column SYS_Outbox.SO_Path is 'OT_Path of that node: its titles can be found when it is purged';
comment on column SYS_Outbox.SO_OD_ID is 'Instead: the domain whose settings changed';
comment on column SYS_Outbox.SO_Below is '1 = the titles below have changed with it';

create table OPR_OaiRecord (
  OOR_OT_ID D_ID not null constraint PK_OPR_OAIRECORD primary key,
  OOR_OD_ID D_ID,
  OOR_RCV_Type smallint not null,
  OOR_State smallint default 0 not null constraint CK_OOR_STATE check (OOR_State in (0, 1, 2)),
  OOR_Number bigint not null,
  OOR_Datestamp D_TS not null,
  OOR_FirstTS D_TS
);
create unique index OPR_OAIRECORD_NUMBER on OPR_OaiRecord (OOR_Number);
create descending index OPR_OAIRECORD_LAST on OPR_OaiRecord (OOR_Number);
create descending index OPR_OAIRECORD_HIGHEST on OPR_OaiRecord (OOR_OT_ID);
create descending index OPR_OAIRECORD_FIRST on OPR_OaiRecord (OOR_FirstTS, OOR_OT_ID);
create index OPR_OAIRECORD_ALL on OPR_OaiRecord (OOR_Datestamp, OOR_OT_ID);
create index OPR_OAIRECORD_DOMAIN on OPR_OaiRecord (OOR_OD_ID, OOR_Datestamp, OOR_OT_ID);
create index OPR_OAIRECORD_TYPE on OPR_OaiRecord (OOR_RCV_Type, OOR_Datestamp, OOR_OT_ID);
comment on table OPR_OaiRecord is 'Each title as harvesters see it; kept when the title is hidden or purged, so that deletions persist.';
comment on column OPR_OaiRecord.OOR_OD_ID is 'Domain of the title, the last one when it is purged';
comment on column OPR_OaiRecord.OOR_State is '0 never shown, 1 shown, 2 withdrawn or deleted';
comment on column OPR_OaiRecord.OOR_Number is 'Raised with every change, in the order of the commits';
comment on column OPR_OaiRecord.OOR_Datestamp is 'Last change of what is disseminated, or of its withdrawal; whole seconds';
comment on column OPR_OaiRecord.OOR_FirstTS is 'When it was first shown';

set term ^;
create procedure NOTE_CHANGE (NODE integer, NODE_PATH D_PATH) as
begin
  if (not exists (select 1 from SYS_Outbox where SO_Transaction = current_transaction and SO_OT_ID = :NODE)) then
    insert into SYS_Outbox (SO_ID, SO_Transaction, SO_OT_ID, SO_Path)
      values (next value for SYS_Outbox_SEQ, current_transaction, :NODE, :NODE_PATH);
end^

create procedure NOTE_DOMAIN (DOMAIN_ID integer) as
begin
  insert into SYS_Outbox (SO_ID, SO_Transaction, SO_OD_ID) values (next value for SYS_Outbox_SEQ, current_transaction, :DOMAIN_ID);
end^

-- What is handed out of a title names the title above it: as host in MODS, with its label in the structure of METS. So what changes there
-- changes the records of all titles below. The notes say so, and only where there are titles below.
create procedure NOTE_BELOW (NODE integer, NODE_PATH D_PATH) as
begin
  if (exists (select 1 from OPR_Tree where OT_OT_Parent = :NODE and OT_RCV_Datatype = 1)) then begin
    execute procedure NOTE_CHANGE(:NODE, :NODE_PATH);
    update SYS_Outbox set SO_Below = 1 where SO_Transaction = current_transaction and SO_OT_ID = :NODE and SO_Below = 0;
  end
end^

-- OT_Version moves with every change of the node, its OPR_Content, its OPR_Page and its texts
create trigger OPR_TREE_AIUD_OUTBOX for OPR_Tree active after insert or update or delete position 30 as
begin
  if (deleting) then begin
    if (old.OT_RCV_Datatype = 1) then execute procedure NOTE_CHANGE(old.OT_ID, old.OT_Path);
    else if (old.OT_RCV_Datatype in (2, 3) and old.OT_OT_Parent is not null) then
      execute procedure NOTE_CHANGE(old.OT_OT_Parent,
        substring(old.OT_Path from 1 for char_length(old.OT_Path) - char_length('|' || old.OT_ID || '|')));
  end
  else if (inserting or new.OT_Version <> old.OT_Version) then begin
    if (new.OT_RCV_Datatype = 1) then execute procedure NOTE_CHANGE(new.OT_ID, new.OT_Path);
    else if (new.OT_RCV_Datatype in (2, 3) and new.OT_OT_Parent is not null) then
      execute procedure NOTE_CHANGE(new.OT_OT_Parent,
        substring(new.OT_Path from 1 for char_length(new.OT_Path) - char_length('|' || new.OT_ID || '|')));
    -- moved: what it stood under has changed as well
    if (updating and new.OT_OT_Parent is distinct from old.OT_OT_Parent and old.OT_OT_Parent is not null) then
      execute procedure NOTE_CHANGE(old.OT_OT_Parent,
        substring(old.OT_Path from 1 for char_length(old.OT_Path) - char_length('|' || old.OT_ID || '|')));
  end
end^

create trigger OPR_TREE_AU_BELOW for OPR_Tree active after update position 31 as
begin
  if (new.OT_RCV_Datatype = 1 and (new.OT_Caption is distinct from old.OT_Caption or new.OT_RCV_Type <> old.OT_RCV_Type
      or new.OT_OT_Parent is distinct from old.OT_OT_Parent)) then
    execute procedure NOTE_BELOW(new.OT_ID, new.OT_Path);
end^

create trigger OPR_CONTENT_AU_BELOW for OPR_Content active after update position 31 as
  declare P D_PATH;
begin
  if (new.OC_SourceIdent is distinct from old.OC_SourceIdent) then begin
    select OT_Path from OPR_Tree where OT_ID = new.OC_OT_ID into P;
    execute procedure NOTE_BELOW(new.OC_OT_ID, P);
  end
end^

create trigger OPR_CONTENTFIELD_AU_BELOW for OPR_ContentField active after update position 31 as
  declare P D_PATH;
begin
  if (new.OCF_Title is distinct from old.OCF_Title) then begin
    select OT_Path from OPR_Tree where OT_ID = new.OCF_OT_ID into P;
    execute procedure NOTE_BELOW(new.OCF_OT_ID, P);
  end
end^

create trigger OPR_IDENTIFIER_AIUD_OUTBOX for OPR_Identifier active after insert or update or delete position 30 as
  declare N integer;
  declare P D_PATH;
begin
  N = iif(deleting, old.OI_OT_ID, new.OI_OT_ID);
  select OT_Path from OPR_Tree where OT_ID = :N into P;
  if (P is not null) then execute procedure NOTE_CHANGE(N, P);
end^

create trigger OPR_ATTACHMENT_AIUD_OUTBOX for OPR_Attachment active after insert or update or delete position 30 as
  declare N integer;
  declare P D_PATH;
begin
  N = iif(deleting, old.OAT_OT_ID, new.OAT_OT_ID);
  select OT_Path from OPR_Tree where OT_ID = :N into P;
  if (P is not null) then execute procedure NOTE_CHANGE(N, P);
  if (updating and new.OAT_OT_ID <> old.OAT_OT_ID) then begin
    select OT_Path from OPR_Tree where OT_ID = old.OAT_OT_ID into P;
    if (P is not null) then execute procedure NOTE_CHANGE(old.OAT_OT_ID, P);
  end
end^

create trigger OPR_IDENTIFIER_AIUD_BELOW for OPR_Identifier active after insert or update or delete position 31 as
  declare N integer;
  declare P D_PATH;
begin
  N = iif(deleting, old.OI_OT_ID, new.OI_OT_ID);
  select OT_Path from OPR_Tree where OT_ID = :N into P;
  if (P is not null) then execute procedure NOTE_BELOW(N, P);
end^

-- another image of a page: its size stands in manifests
create trigger OPR_PACK_AU_OUTBOX for OPR_Pack active after update position 30 as
  declare N integer;
  declare P D_PATH;
begin
  if (new.OPK_Width is distinct from old.OPK_Width or new.OPK_Height is distinct from old.OPK_Height) then begin
    select OT_OT_Parent, substring(OT_Path from 1 for char_length(OT_Path) - char_length('|' || OT_ID || '|'))
      from OPR_Tree where OT_ID = new.OPK_OT_ID into N, P;
    if (N is not null) then execute procedure NOTE_CHANGE(N, P);
  end
end^

create trigger OPR_DOMAIN_AU_OUTBOX for OPR_Domain active after update position 30 as
begin
  execute procedure NOTE_DOMAIN(new.OD_ID);
end^

create trigger CFG_OPTION_AIUD_OUTBOX for CFG_Option active after insert or update or delete position 30 as
begin
  execute procedure NOTE_DOMAIN(iif(deleting, old.CO_OD_ID, new.CO_OD_ID));
end^
set term ;^
