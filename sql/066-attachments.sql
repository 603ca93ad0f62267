-- Further files of a title: the whole of it as a PDF or a born-digital book, recordings, moving images, attachments. They lie in the archive as
-- masters do, and are seen by who may see and download the title.

create sequence OPR_Attachment_SEQ;
create table OPR_Attachment (
  OAT_ID D_ID not null constraint PK_OPR_ATTACHMENT primary key,
  OAT_OT_ID D_ID not null constraint FK_OAT_OT references OPR_Tree (OT_ID) on delete cascade,
  OAT_Kind smallint not null constraint CK_OAT_KIND check (OAT_Kind between 0 and 3),
  OAT_Sort integer default 0 not null,
  OAT_Name D_NAME not null,
  OAT_Label D_CAPTION,
  OAT_Media D_LINE not null,
  OAT_Url D_PLACE not null,
  OAT_Hashsum D_HASHSUM not null,
  OAT_Filesize bigint not null,
  OAT_Duration double precision constraint CK_OAT_DURATION check (OAT_Duration > 0),
  OAT_Width integer constraint CK_OAT_WIDTH check (OAT_Width > 0),
  OAT_Height integer constraint CK_OAT_HEIGHT check (OAT_Height > 0),
  OAT_InsertBatch D_ID,
  OAT_Version integer default 1 not null,
  OAT_InsertTS D_TS default current_timestamp not null,
  OAT_UpdateTS D_TS default current_timestamp not null
);
create index OPR_ATTACHMENT_URL on OPR_Attachment (OAT_Url);
create index OPR_ATTACHMENT_INSERTBATCH on OPR_Attachment (OAT_InsertBatch);
comment on table OPR_Attachment is 'Further files of a title.';
comment on column OPR_Attachment.OAT_Kind is '0 the whole title in one file, 1 sound, 2 moving images, 3 attachment';
comment on column OPR_Attachment.OAT_Sort is 'Order among the files of the title';
comment on column OPR_Attachment.OAT_Name is 'File name as it was delivered';
comment on column OPR_Attachment.OAT_Label is 'What people read; null: the file name';
comment on column OPR_Attachment.OAT_Media is 'Media type, by the bytes';
comment on column OPR_Attachment.OAT_Url is 'Place of the file in the archive';
comment on column OPR_Attachment.OAT_Duration is 'Seconds of sound or moving images; null where the file has none, or they could not be read';
comment on column OPR_Attachment.OAT_Width is 'Width of moving images in pixels, where the file says it';
comment on column OPR_Attachment.OAT_Height is 'Height of moving images in pixels, where the file says it';
comment on column OPR_Attachment.OAT_InsertBatch is 'Operation that added the file';
comment on column OPR_Attachment.OAT_Version is 'Raised with every change; ETag';

set term ^;
create trigger OPR_ATTACHMENT_BU for OPR_Attachment active before update position 0 as
begin
  new.OAT_UpdateTS = current_timestamp;
  new.OAT_Version = old.OAT_Version + 1;
end^

create trigger OPR_ATTACHMENT_BI_BATCH for OPR_Attachment active before insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is null and rdb$get_context('USER_TRANSACTION', 'PLAYBACK') is null) then
    new.OAT_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^

create trigger OPR_ATTACHMENT_AIUD for OPR_Attachment active after insert or update or delete position 0 as
begin
  update OPR_Tree set OT_Version = OT_Version + 1 where OT_ID = iif(deleting, old.OAT_OT_ID, new.OAT_OT_ID);
  if (updating and new.OAT_OT_ID <> old.OAT_OT_ID) then
    update OPR_Tree set OT_Version = OT_Version + 1 where OT_ID = old.OAT_OT_ID;
end^
set term ;^
