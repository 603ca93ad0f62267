-- Pages, the scan data they share, and for every page the nearest title and the topmost structure element.

create exception E_PAGE_DATATYPE 'Only a node of datatype 3 is a page.';

create sequence OPR_ImageProfile_SEQ;
create sequence OPR_Page_SEQ;

create table OPR_ImageProfile (
  OIP_ID D_ID not null constraint PK_OPR_IMAGEPROFILE primary key,
  OIP_Digest D_SHA256 not null constraint UK_OIP_DIGEST unique,
  OIP_Format varchar(20) character set ascii not null,
  OIP_Compression varchar(40) character set ascii,
  OIP_ColourSpace varchar(40) character set ascii,
  OIP_BitDepth smallint,
  OIP_Samples smallint,
  OIP_Density double precision,
  OIP_IccName D_NAME,
  OIP_IccDigest D_SHA256,
  OIP_ScannerMake D_NAME,
  OIP_ScannerModel D_NAME,
  OIP_Software D_NAME,
  OIP_InsertTS D_TS default current_timestamp not null
);
comment on table OPR_ImageProfile is 'Scan data that pages of one scanning process share.';
comment on column OPR_ImageProfile.OIP_Digest is 'SHA-256 over all other columns: equal scan data is one row';
comment on column OPR_ImageProfile.OIP_Density is 'Pixels per inch';

create table OPR_Page (
  OP_ID D_ID not null constraint PK_OPR_PAGE primary key,
  OP_OT_ID D_ID not null constraint UK_OP_OT unique constraint FK_OP_OT references OPR_Tree (OT_ID) on delete cascade,
  OP_Url D_PLACE,
  OP_State smallint default 0 not null constraint CK_OP_STATE check (OP_State between 0 and 4),
  OP_Comment D_TEXT,
  OP_OIP_ID D_ID constraint FK_OP_OIP references OPR_ImageProfile (OIP_ID),
  OP_Ident D_NAME,
  OP_ImgWidth integer,
  OP_ImgHeight integer,
  OP_ImgDateTime D_TS,
  OP_ImgPageName D_NAME,
  OP_Filesize bigint,
  OP_ModificationTimestamp D_TS,
  OP_Webcache varchar(200) character set ascii,
  OP_WebcacheSize bigint,
  OP_PaginationCaption D_NAME,
  OP_PaginationType smallint,
  OP_PaginationValue integer,
  OP_IccState D_FLAG default 0 not null,
  OP_Hashsum D_HASHSUM,
  OP_ChangeTS D_TS default current_timestamp not null,
  OP_InsertTs D_TS default current_timestamp not null,
  OP_UpdateTs D_TS default current_timestamp not null
);
create index OPR_PAGE_URL on OPR_Page (OP_Url);
create index OPR_PAGE_HASHSUM on OPR_Page (OP_Hashsum);
create index OPR_PAGE_CHANGE on OPR_Page (OP_ChangeTS);
comment on table OPR_Page is 'Digitised pages (datatype 3).';
comment on column OPR_Page.OP_Url is 'Place of the master in the archive: sha256/aa/<sha256>[#page=n]';
comment on column OPR_Page.OP_State is '0 no master, 1 master in the archive, 2 deleted after capsule export, 3 mirrored, 4 extracted PDF page';
comment on column OPR_Page.OP_Comment is 'Confidential remark';
comment on column OPR_Page.OP_Ident is 'Import identifier: METS div id or file name';
comment on column OPR_Page.OP_ImgWidth is 'Pixels';
comment on column OPR_Page.OP_ImgHeight is 'Pixels';
comment on column OPR_Page.OP_ImgDateTime is 'When it was scanned, from the image';
comment on column OPR_Page.OP_Filesize is 'Bytes of the master; kept when it is deleted after capsule export';
comment on column OPR_Page.OP_Webcache is 'Widths of the stored derivatives, comma-separated';
comment on column OPR_Page.OP_WebcacheSize is 'Bytes of all stored derivatives';
comment on column OPR_Page.OP_PaginationType is 'See config/paginate.xml';
comment on column OPR_Page.OP_PaginationValue is 'Counter, independent of how it is written';
comment on column OPR_Page.OP_IccState is '1 when the derivatives are in sRGB';
comment on column OPR_Page.OP_Hashsum is 'sha256:<hex> of the master';
comment on column OPR_Page.OP_ChangeTS is 'Last change of Ident, Comment, ModificationTimestamp, Pagination*, Hashsum';

-- What was found when the bytes of a master were decoded: once for each SHA-256, whatever page, delivery or repetition brings them.
create table OPR_MasterVerdict (
  OMV_Sha256 D_SHA256 not null constraint PK_OPR_MASTERVERDICT primary key,
  OMV_Rules smallint not null,
  OMV_Scans D_TEXT not null,
  OMV_InsertTS D_TS default current_timestamp not null
);
comment on table OPR_MasterVerdict is 'Masters that were decoded to their end.';
comment on column OPR_MasterVerdict.OMV_Rules is 'Rules that they were judged by; older ones are judged anew';
comment on column OPR_MasterVerdict.OMV_Scans is 'JSON list of the pages of the file: size, profile, notes';

create table OPR_TopStructure (
  OTS_OT_ID D_ID not null constraint PK_OPR_TOPSTRUCTURE primary key constraint FK_OTS_OT references OPR_Tree (OT_ID) on delete cascade,
  OTS_OT_Title D_ID constraint FK_OTS_TITLE references OPR_Tree (OT_ID) on delete set null,
  OTS_OT_Structure D_ID constraint FK_OTS_STRUCTURE references OPR_Tree (OT_ID) on delete set null
);
comment on table OPR_TopStructure is 'For every page: the nearest title and, below it, the topmost structure element.';

set term ^;
create procedure ABOVE_PAGE (NODE integer) returns (TITLE integer, TOP_STRUCTURE integer) as
  declare P integer;
  declare I integer;
  declare D smallint;
begin
  TITLE = null;
  TOP_STRUCTURE = null;
  select OT_OT_Parent from OPR_Tree where OT_ID = :NODE into P;
  while (P is not null and TITLE is null) do begin
    I = null;
    select OT_ID, OT_RCV_Datatype, OT_OT_Parent from OPR_Tree where OT_ID = :P into I, D, P;
    if (I is null) then P = null;
    else if (D = 1) then TITLE = I;
    else if (D = 2) then TOP_STRUCTURE = I;
  end
  suspend;
end^

create trigger OPR_PAGE_BI for OPR_Page active before insert position 0 as
  declare D smallint;
begin
  select OT_RCV_Datatype from OPR_Tree where OT_ID = new.OP_OT_ID into D;
  if (D is distinct from 3) then exception E_PAGE_DATATYPE;
end^

create trigger OPR_PAGE_AI for OPR_Page active after insert position 0 as
begin
  insert into OPR_TopStructure (OTS_OT_ID, OTS_OT_Title, OTS_OT_Structure)
    select new.OP_OT_ID, a.TITLE, a.TOP_STRUCTURE from ABOVE_PAGE(new.OP_OT_ID) a;
end^

create trigger OPR_PAGE_AD for OPR_Page active after delete position 0 as
begin
  delete from OPR_TopStructure where OTS_OT_ID = old.OP_OT_ID;
end^

create trigger OPR_PAGE_BU for OPR_Page active before update position 0 as
begin
  new.OP_UpdateTs = current_timestamp;
  if (new.OP_Ident is distinct from old.OP_Ident or new.OP_Comment is distinct from old.OP_Comment
      or new.OP_ModificationTimestamp is distinct from old.OP_ModificationTimestamp
      or new.OP_PaginationCaption is distinct from old.OP_PaginationCaption
      or new.OP_PaginationType is distinct from old.OP_PaginationType
      or new.OP_PaginationValue is distinct from old.OP_PaginationValue
      or new.OP_Hashsum is distinct from old.OP_Hashsum) then new.OP_ChangeTS = current_timestamp;
  else new.OP_ChangeTS = old.OP_ChangeTS;
end^

create trigger OPR_PAGE_AU for OPR_Page active after update position 0 as
begin
  update OPR_Tree set OT_Version = OT_Version + 1 where OT_ID = new.OP_OT_ID;
end^

create trigger OPR_TREE_AU_PAGES for OPR_Tree active after update position 20 as
  declare N integer;
  declare T integer;
  declare S integer;
begin
  if (new.OT_OT_Parent is distinct from old.OT_OT_Parent) then
    for select p.OTS_OT_ID, a.TITLE, a.TOP_STRUCTURE
        from OPR_Tree t join OPR_TopStructure p on p.OTS_OT_ID = t.OT_ID
        left join ABOVE_PAGE(t.OT_ID) a on 1 = 1
        where t.OT_Path starting with new.OT_Path into N, T, S do
      update OPR_TopStructure set OTS_OT_Title = :T, OTS_OT_Structure = :S
        where OTS_OT_ID = :N and (OTS_OT_Title is distinct from :T or OTS_OT_Structure is distinct from :S);
end^
set term ;^
