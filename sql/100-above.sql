-- What is handed out of a title names the title above it: as host in MODS, with its label in the structure of METS. So what changes there
-- changes the records of all titles below. The triggers mark such notes, and only where there are titles below.

alter table SYS_Outbox add SO_Below smallint default 0 not null;
comment on column SYS_Outbox.SO_Below is '1 = the titles below have changed with it';

set term ^;
create procedure NOTE_BELOW (NODE integer, NODE_PATH varchar(1000) character set ascii) as
begin
  if (exists (select 1 from OPR_Tree where OT_OT_Parent = :NODE and OT_RCV_Datatype = 1)) then begin
    execute procedure NOTE_CHANGE(:NODE, :NODE_PATH);
    update SYS_Outbox set SO_Below = 1 where SO_Transaction = current_transaction and SO_OT_ID = :NODE and SO_Below = 0;
  end
end^

create trigger OPR_TREE_AU_BELOW for OPR_Tree active after update position 31 as
begin
  if (new.OT_RCV_Datatype = 1 and (new.OT_Caption is distinct from old.OT_Caption or new.OT_RCV_Type <> old.OT_RCV_Type
      or new.OT_OT_Parent is distinct from old.OT_OT_Parent)) then
    execute procedure NOTE_BELOW(new.OT_ID, new.OT_Path);
end^

create trigger OPR_CONTENTFIELD_AU_BELOW for OPR_ContentField active after update position 31 as
  declare P varchar(1000) character set ascii;
begin
  if (new.OCF_Title is distinct from old.OCF_Title) then begin
    select OT_Path from OPR_Tree where OT_ID = new.OCF_OT_ID into P;
    execute procedure NOTE_BELOW(new.OCF_OT_ID, P);
  end
end^

create trigger OPR_CONTENT_AU_BELOW for OPR_Content active after update position 31 as
  declare P varchar(1000) character set ascii;
begin
  if (new.OC_SourceIdent is distinct from old.OC_SourceIdent) then begin
    select OT_Path from OPR_Tree where OT_ID = new.OC_OT_ID into P;
    execute procedure NOTE_BELOW(new.OC_OT_ID, P);
  end
end^

create trigger OPR_IDENTIFIER_AIUD_BELOW for OPR_Identifier active after insert or update or delete position 31 as
  declare N integer;
  declare P varchar(1000) character set ascii;
begin
  N = iif(deleting, old.OI_OT_ID, new.OI_OT_ID);
  select OT_Path from OPR_Tree where OT_ID = :N into P;
  if (P is not null) then execute procedure NOTE_BELOW(N, P);
end^
set term ;^
