-- Access packs: what each page with a master is to be served from, and whether that is made. A trigger on OPR_Page notes every new or
-- changed master here and adds the job that makes the pack, whoever changed the page: no page is without a pack or a pending job.

create table OPR_Pack (
  OPK_OT_ID D_ID not null constraint PK_OPR_PACK primary key constraint FK_OPK_OT references OPR_Tree (OT_ID) on delete cascade,
  OPK_State smallint default 0 not null constraint CK_OPK_STATE check (OPK_State in (0, 1, 2)),
  OPK_Rotation smallint default 0 not null constraint CK_OPK_ROTATION check (OPK_Rotation in (0, 90, 180, 270)),
  OPK_Mirrored D_FLAG default 0 not null,
  OPK_CropX integer,
  OPK_CropY integer,
  OPK_CropWidth integer,
  OPK_CropHeight integer,
  OPK_Recipe D_SHA256,
  OPK_Unmarked D_SHA256,
  OPK_Width integer,
  OPK_Height integer,
  OPK_Bytes bigint,
  OPK_UnmarkedBytes bigint,
  OPK_Verdict D_LINE,
  OPK_InsertTS D_TS default current_timestamp not null,
  OPK_UpdateTS D_TS default current_timestamp not null,
  constraint CK_OPK_CROP check ((OPK_CropX is null and OPK_CropY is null and OPK_CropWidth is null and OPK_CropHeight is null)
    or (OPK_CropX >= 0 and OPK_CropY >= 0 and OPK_CropWidth > 0 and OPK_CropHeight > 0))
);
create index OPR_PACK_STATE on OPR_Pack (OPK_State, OPK_OT_ID);
create index OPR_PACK_RECIPE on OPR_Pack (OPK_Recipe);
create index OPR_PACK_UNMARKED on OPR_Pack (OPK_Unmarked);
comment on table OPR_Pack is 'Access pack of a page: one pyramidal TIFF with edge tiles and stored widths, and the edits that it is made with.';
comment on column OPR_Pack.OPK_State is '0 to be made, 1 made, 2 the master cannot be decoded';
comment on column OPR_Pack.OPK_Rotation is 'Degrees clockwise, after mirroring';
comment on column OPR_Pack.OPK_Mirrored is '1 = left and right change places, before turning';
comment on column OPR_Pack.OPK_CropX is 'Pixels of the upright master; null: the whole of it';
comment on column OPR_Pack.OPK_Recipe is 'Hash of what the pack was made of; names its file. Of the pack before, until a new one is made';
comment on column OPR_Pack.OPK_Unmarked is 'The same of the pack without the watermark, for who has the right unmarked; null where there is none';
comment on column OPR_Pack.OPK_Width is 'Pixels of the image that is served';
comment on column OPR_Pack.OPK_Bytes is 'Of the file';
comment on column OPR_Pack.OPK_UnmarkedBytes is 'Of the file without the watermark';
comment on column OPR_Pack.OPK_Verdict is 'Why the master cannot be decoded';

set term ^;
create trigger OPR_PACK_BU for OPR_Pack active before update position 0 as
begin
  new.OPK_UpdateTS = current_timestamp;
end^

create trigger OPR_PACK_AIU for OPR_Pack active after insert or update position 0 as
begin
  -- imports come by thousands: a job that waits will do, and whoever follows changes adds one for packs that it came too early for
  if (new.OPK_State = 0 and (inserting or old.OPK_State is distinct from 0)
      and rdb$get_context('USER_TRANSACTION', 'PACKS_WANTED') is null) then begin
    rdb$set_context('USER_TRANSACTION', 'PACKS_WANTED', '1');
    if (not exists (select 1 from SYS_Job where SJ_UniqueKey = 'images.ingest' and SJ_State = 0)) then
      execute procedure WANT_JOB('images.ingest');
  end
end^

-- a page with a master has a pack to be made; a changed master, another one
create trigger OPR_PAGE_AIU_PACK for OPR_Page active after insert or update position 10 as
begin
  if (new.OP_Hashsum is not null and new.OP_State in (1, 4)
      and (inserting or new.OP_Hashsum is distinct from old.OP_Hashsum or new.OP_Url is distinct from old.OP_Url)) then
    update or insert into OPR_Pack (OPK_OT_ID, OPK_State, OPK_CropX, OPK_CropY, OPK_CropWidth, OPK_CropHeight, OPK_Verdict)
      values (new.OP_OT_ID, 0, null, null, null, null, null);
  -- one that was freed is the same as before, and so are its edits; its job sees that the file is there
  else if (updating and old.OP_State = 2 and new.OP_State in (1, 4)) then
    update OPR_Pack set OPK_State = 0 where OPK_OT_ID = new.OP_OT_ID;
end^

-- what a domain wants done with its images has changed: the job finds the packs that are made otherwise
create trigger OPR_DOMAIN_AU_PACKS for OPR_Domain active after update position 20 as
begin
  if (new.OD_Watermark is distinct from old.OD_Watermark or new.OD_OD_Parent is distinct from old.OD_OD_Parent) then
    execute procedure WANT_JOB('images.refresh');
end^

create trigger CFG_OPTION_AIUD_PACKS for CFG_Option active after insert or update or delete position 10 as
begin
  if (iif(deleting, old.CO_Key, new.CO_Key) = 'image.widths') then execute procedure WANT_JOB('images.refresh');
end^
set term ;^
