-- Identifiers that this repository gave out. They outlive the node they were given to, and are never given to another one: OPR_Identifier says
-- what a node carries now, OPR_Assigned what was ever promised.

create sequence OPR_Assigned_SEQ;
create table OPR_Assigned (
  OAS_ID D_ID not null constraint PK_OPR_ASSIGNED primary key,
  OAS_Scheme D_WORD not null constraint CK_OAS_SCHEME check (OAS_Scheme in ('urn', 'doi', 'handle')),
  OAS_Value D_LINE not null,
  OAS_OT_ID D_ID not null,
  OAS_Caption D_CAPTION,
  OAS_State smallint default 0 not null constraint CK_OAS_STATE check (OAS_State between 0 and 3),
  OAS_Error D_CAPTION,
  OAS_RegisteredTS D_TS,
  OAS_GoneTS D_TS,
  OAS_InsertTS D_TS default current_timestamp not null,
  OAS_UpdateTS D_TS default current_timestamp not null,
  constraint UK_OAS_VALUE unique (OAS_Scheme, OAS_Value),
  constraint UK_OAS_NODE unique (OAS_OT_ID, OAS_Scheme)
);
comment on table OPR_Assigned is 'URN, DOI and handle that were given to titles and pages here, kept when these are gone.';
comment on column OPR_Assigned.OAS_Value is 'DOI in small letters';
comment on column OPR_Assigned.OAS_OT_ID is 'The node it was given to; no foreign key, it may be gone';
comment on column OPR_Assigned.OAS_Caption is 'What it was, as everyone saw it; null where not everyone did';
comment on column OPR_Assigned.OAS_State is 'With the agency: 0 not registered, 1 draft, 2 registered, 3 findable; a URN or handle that resolves is 3';
comment on column OPR_Assigned.OAS_Error is 'Why the last registration failed';
comment on column OPR_Assigned.OAS_RegisteredTS is 'When the agency last took it';
comment on column OPR_Assigned.OAS_GoneTS is 'When the node was removed for good, or merged into another one';

set term ^;
create trigger OPR_ASSIGNED_BU for OPR_Assigned active before update position 0 as
begin
  new.OAS_UpdateTS = current_timestamp;
end^

-- what was promised stands on the node, as long as that is there
create trigger OPR_ASSIGNED_AIU for OPR_Assigned active after insert or update position 0 as
  declare D integer;
begin
  select OT_OD_ID from OPR_Tree where OT_ID = new.OAS_OT_ID into D;
  if (D is not null and not exists (select 1 from OPR_Identifier
      where OI_Scheme = new.OAS_Scheme and OI_Value = new.OAS_Value and OI_OD_ID = :D)) then
    insert into OPR_Identifier (OI_ID, OI_OT_ID, OI_OD_ID, OI_Scheme, OI_Value, OI_Source)
      values (next value for OPR_Identifier_SEQ, new.OAS_OT_ID, :D, new.OAS_Scheme, new.OAS_Value, 'assigned');
end^

-- a title that comes back from a capsule brings its promises
create trigger OPR_IDENTIFIER_AI_ASSIGNED for OPR_Identifier active after insert position 40 as
begin
  if (new.OI_Source = 'assigned' and not exists (select 1 from OPR_Assigned
      where (OAS_Scheme = new.OI_Scheme and OAS_Value = new.OI_Value) or (OAS_OT_ID = new.OI_OT_ID and OAS_Scheme = new.OI_Scheme))) then
    insert into OPR_Assigned (OAS_ID, OAS_Scheme, OAS_Value, OAS_OT_ID)
      values (next value for OPR_Assigned_SEQ, new.OI_Scheme, new.OI_Value, new.OI_OT_ID);
end^

create trigger OPR_TREE_AD_ASSIGNED for OPR_Tree active after delete position 50 as
begin
  update OPR_Assigned set OAS_GoneTS = current_timestamp where OAS_OT_ID = old.OT_ID;
end^
set term ;^
