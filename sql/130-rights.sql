-- Entries of rights on domains and nodes, and levels that inherit nothing. They are few beside the tree and are held in memory by each
-- process (src/people/access); the number in PRV_AclState tells it when to read them anew.

create sequence PRV_Acl_SEQ;

create table PRV_Acl (
  PA_ID D_ID not null constraint PK_PRV_ACL primary key,
  PA_OT_ID D_ID constraint FK_PA_OT references OPR_Tree (OT_ID) on delete cascade,
  PA_OD_ID D_ID constraint FK_PA_OD references OPR_Domain (OD_ID) on delete cascade,
  PA_Subject smallint not null constraint CK_PA_SUBJECT check (PA_Subject between 0 and 3),
  PA_PU_ID D_ID constraint FK_PA_PU references PRV_User (PU_ID) on delete cascade,
  PA_PG_ID D_ID constraint FK_PA_PG references PRV_Group (PG_ID) on delete cascade,
  PA_Range varchar(64) character set ascii,
  PA_Right D_WORD not null,
  PA_Width integer constraint CK_PA_WIDTH check (PA_Width between 1 and 1000000),
  PA_Grant D_FLAG not null,
  PA_From D_TS,
  PA_Until D_TS,
  PA_Note D_LINE,
  PA_InsertTS D_TS default current_timestamp not null,
  PA_UpdateTS D_TS default current_timestamp not null,
  constraint CK_PA_LEVEL check ((PA_OT_ID is null and PA_OD_ID is not null) or (PA_OT_ID is not null and PA_OD_ID is null)),
  constraint CK_PA_WHO check ((PA_Subject = 1 and PA_PU_ID is not null and PA_PG_ID is null and PA_Range is null)
    or (PA_Subject = 2 and PA_PG_ID is not null and PA_PU_ID is null and PA_Range is null)
    or (PA_Subject = 3 and PA_Range is not null and PA_PU_ID is null and PA_PG_ID is null)
    or (PA_Subject = 0 and PA_PU_ID is null and PA_PG_ID is null and PA_Range is null)),
  constraint CK_PA_TIME check (PA_From is null or PA_Until is null or PA_From < PA_Until)
);
comment on table PRV_Acl is 'Who may do what on a node or a domain, or may not, and from when until when.';
comment on column PRV_Acl.PA_OT_ID is 'The node; null where the entry hangs on a domain';
comment on column PRV_Acl.PA_OD_ID is 'The domain; null where the entry hangs on a node';
comment on column PRV_Acl.PA_Subject is '0 everyone, 1 a user, 2 a group, 3 a range of addresses';
comment on column PRV_Acl.PA_Range is 'Addresses in CIDR notation';
comment on column PRV_Acl.PA_Right is 'see, see-image, unmarked, text, download, master, annotate, edit, create, structure, release, bin, purge, import, order, manage-rights';
comment on column PRV_Acl.PA_Width is 'With see-image: the widest image, in pixels';
comment on column PRV_Acl.PA_Grant is '1 allowed, 0 denied';
comment on column PRV_Acl.PA_From is 'From this moment on; null: always was';
comment on column PRV_Acl.PA_Until is 'Until before this moment; null: without end';

create table PRV_AclPrivate (
  PAP_ID D_ID not null constraint PK_PRV_ACLPRIVATE primary key,
  PAP_OT_ID D_ID constraint FK_PAP_OT references OPR_Tree (OT_ID) on delete cascade,
  PAP_OD_ID D_ID constraint FK_PAP_OD references OPR_Domain (OD_ID) on delete cascade,
  PAP_InsertTS D_TS default current_timestamp not null,
  constraint UK_PAP_OT unique (PAP_OT_ID),
  constraint UK_PAP_OD unique (PAP_OD_ID),
  constraint CK_PAP_LEVEL check ((PAP_OT_ID is null and PAP_OD_ID is not null) or (PAP_OT_ID is not null and PAP_OD_ID is null))
);
comment on table PRV_AclPrivate is 'Nodes and domains that inherit no entries from above.';

create table PRV_AclState (
  PAS_ID D_ID not null constraint PK_PRV_ACLSTATE primary key,
  PAS_Number bigint default 0 not null,
  PAS_BoundaryTS D_TS default current_timestamp not null
);
comment on table PRV_AclState is 'One row: raised with every change of entries, so that each process notices.';
comment on column PRV_AclState.PAS_BoundaryTS is 'Entries that began or ended until then are noted for harvesters';
insert into PRV_AclState (PAS_ID, PAS_Number) values (1, 0);

set term ^;
create trigger PRV_ACL_BU for PRV_Acl active before update position 0 as
begin
  new.PA_UpdateTS = current_timestamp;
end^

-- Harvesters, the search index and those who keep copies of manifests learn that something is seen otherwise: one note a level, whatever
-- stands below it.
create procedure NOTE_LEVEL (NODE integer, DOMAIN_ID integer) as
  declare P D_PATH;
begin
  if (NODE is null) then execute procedure NOTE_DOMAIN(DOMAIN_ID);
  else begin
    select OT_Path from OPR_Tree where OT_ID = :NODE into P;
    if (P is not null) then begin
      execute procedure NOTE_CHANGE(NODE, P);
      execute procedure NOTE_BELOW(NODE, P);
    end
  end
end^

create trigger PRV_ACL_A for PRV_Acl active after insert or update or delete position 0 as
begin
  update PRV_AclState set PAS_Number = PAS_Number + 1 where PAS_ID = 1;
  if (deleting) then execute procedure NOTE_LEVEL(old.PA_OT_ID, old.PA_OD_ID);
  else execute procedure NOTE_LEVEL(new.PA_OT_ID, new.PA_OD_ID);
end^

-- Entries that have begun or ended since the last look, each level noted once.
create procedure NOTE_BOUNDARIES returns (NOTED integer) as
  declare SINCE D_TS;
  declare NOW_ D_TS;
  declare N integer;
  declare D integer;
begin
  NOTED = 0;
  NOW_ = cast('now' as timestamp);
  select PAS_BoundaryTS from PRV_AclState where PAS_ID = 1 into SINCE;
  for select distinct PA_OT_ID, PA_OD_ID from PRV_Acl
      where (PA_From > :SINCE and PA_From <= :NOW_) or (PA_Until > :SINCE and PA_Until <= :NOW_) into N, D do begin
    execute procedure NOTE_LEVEL(N, D);
    NOTED = NOTED + 1;
  end
  if (NOTED > 0) then update PRV_AclState set PAS_BoundaryTS = :NOW_ where PAS_ID = 1;
  suspend;
end^

create trigger PRV_ACLPRIVATE_A for PRV_AclPrivate active after insert or update or delete position 0 as
begin
  update PRV_AclState set PAS_Number = PAS_Number + 1 where PAS_ID = 1;
  if (deleting) then execute procedure NOTE_LEVEL(old.PAP_OT_ID, old.PAP_OD_ID);
  else execute procedure NOTE_LEVEL(new.PAP_OT_ID, new.PAP_OD_ID);
end^

-- which domains lie above which is read with the entries
create trigger OPR_DOMAIN_ACL for OPR_Domain active after insert or update or delete position 10 as
begin
  if (inserting or deleting or new.OD_OD_Parent is distinct from old.OD_OD_Parent or new.OD_Name <> old.OD_Name
      or new.OD_ShortName is distinct from old.OD_ShortName or new.OD_Reference is distinct from old.OD_Reference) then
    update PRV_AclState set PAS_Number = PAS_Number + 1 where PAS_ID = 1;
end^
set term ;^
