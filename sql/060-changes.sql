-- What changed, for those who follow: harvesters, the search index, change feeds. Triggers note in SYS_Outbox, in the transaction of the
-- change, which title was touched; one follower at a time turns the notes into numbered records of OPR_OaiRecord. Its numbers and date
-- stamps therefore come in the order of its commits: a reader that goes on after the last number it saw misses nothing.

create sequence SYS_Outbox_SEQ;
create sequence OPR_OaiRecord_SEQ;

create table SYS_Outbox (
  SO_ID bigint not null constraint PK_SYS_OUTBOX primary key,
  SO_Transaction bigint not null,
  SO_OT_ID integer,
  SO_Path varchar(1000) character set ascii,
  SO_OD_ID integer,
  SO_InsertTS timestamp default current_timestamp not null
);
create index SYS_OUTBOX_NODE on SYS_Outbox (SO_Transaction, SO_OT_ID);
comment on table SYS_Outbox is 'Changes that have not been followed up yet.';
comment on column SYS_Outbox.SO_Transaction is 'A transaction notes a node once';
comment on column SYS_Outbox.SO_OT_ID is 'The title that changed, or the node above the pages and structure elements that did';
comment on column SYS_Outbox.SO_Path is 'OT_Path of that node: its titles can be found when it is purged';
comment on column SYS_Outbox.SO_OD_ID is 'Instead: the domain whose settings changed';

create table OPR_OaiRecord (
  OOR_OT_ID integer not null constraint PK_OPR_OAIRECORD primary key,
  OOR_OD_ID integer,
  OOR_RCV_Type smallint not null,
  OOR_State smallint default 0 not null constraint CK_OOR_STATE check (OOR_State in (0, 1, 2)),
  OOR_Number bigint not null,
  OOR_Datestamp timestamp not null,
  OOR_FirstTS timestamp
);
create unique index OPR_OAIRECORD_NUMBER on OPR_OaiRecord (OOR_Number);
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
create procedure NOTE_CHANGE (NODE integer, NODE_PATH varchar(1000) character set ascii) as
begin
  if (not exists (select 1 from SYS_Outbox where SO_Transaction = current_transaction and SO_OT_ID = :NODE)) then
    insert into SYS_Outbox (SO_ID, SO_Transaction, SO_OT_ID, SO_Path)
      values (next value for SYS_Outbox_SEQ, current_transaction, :NODE, :NODE_PATH);
end^

create procedure NOTE_DOMAIN (DOMAIN_ID integer) as
begin
  insert into SYS_Outbox (SO_ID, SO_Transaction, SO_OD_ID) values (next value for SYS_Outbox_SEQ, current_transaction, :DOMAIN_ID);
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

create trigger OPR_IDENTIFIER_AIUD_OUTBOX for OPR_Identifier active after insert or update or delete position 30 as
  declare N integer;
  declare P varchar(1000) character set ascii;
begin
  N = iif(deleting, old.OI_OT_ID, new.OI_OT_ID);
  select OT_Path from OPR_Tree where OT_ID = :N into P;
  if (P is not null) then execute procedure NOTE_CHANGE(N, P);
end^

-- another image of a page: its size stands in manifests
create trigger OPR_PACK_AU_OUTBOX for OPR_Pack active after update position 30 as
  declare N integer;
  declare P varchar(1000) character set ascii;
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

insert into SYS_Outbox (SO_ID, SO_Transaction, SO_OT_ID, SO_Path)
  select next value for SYS_Outbox_SEQ, 0, OT_ID, OT_Path from OPR_Tree where OT_RCV_Datatype = 1 and OT_OT_Link is null;

alter table OPR_ContentField add OCF_Licence varchar(500) character set utf8;
comment on column OPR_ContentField.OCF_Licence is 'Licence of the digital copy, as the record writes it';

create descending index OPR_OAIRECORD_FIRST on OPR_OaiRecord (OOR_FirstTS);
