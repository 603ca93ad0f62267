-- Written by `npm run docs` from src/firebird/histories.ts; do not edit.
-- What a row was before each change, whoever made it, with who, by what program, why, and as part of which operation.

create sequence OPR_TreeHistory_SEQ;
create table OPR_TreeHistory (
  OTH_ID D_ID not null constraint PK_OPR_TREEHISTORY primary key,
  OTH_OT_ID D_ID not null,
  OTH_OT_Parent D_ID,
  OTH_Caption D_CAPTION,
  OTH_Sort integer not null,
  OTH_RCV_Type smallint not null,
  OTH_State D_FLAG not null,
  OTH_DelState D_FLAG not null,
  OTH_OldBatch D_ID,
  OTH_OD_ID D_ID not null,
  OTH_Version integer not null,
  OTH_Batch D_ID,
  OTH_Actor D_NAME,
  OTH_Application D_NAME,
  OTH_Reason D_NAME,
  OTH_InsertTS D_TS default current_timestamp not null
);
create index OPR_TREEHISTORY_NODE on OPR_TreeHistory (OTH_OT_ID, OTH_ID);
create index OPR_TREEHISTORY_BATCH on OPR_TreeHistory (OTH_Batch);
comment on table OPR_TreeHistory is 'What a node was before each change.';
comment on column OPR_TreeHistory.OTH_Batch is 'Operation that made the change';
comment on column OPR_TreeHistory.OTH_Version is 'OT_Version of the state kept here';
comment on column OPR_TreeHistory.OTH_OldBatch is 'OT_Batch of the state kept here';

create sequence OPR_ContentHistory_SEQ;
create table OPR_ContentHistory (
  OCH_ID D_ID not null constraint PK_OPR_CONTENTHISTORY primary key,
  OCH_OT_ID D_ID not null,
  OCH_OT_Deliverer D_ID,
  OCH_OT_Titlepage D_ID,
  OCH_OT_TitlepageMode D_FLAG not null,
  OCH_SourceIdent D_NAME,
  OCH_Provider varchar(120) character set utf8,
  OCH_Signature D_LINE,
  OCH_PhysicalLocation D_LINE,
  OCH_MediaNumber D_NAME,
  OCH_Owner D_LINE,
  OCH_PageCount integer,
  OCH_SC_OrderDate date,
  OCH_SC_DeliveryDate date,
  OCH_ReleaseDate D_TS,
  OCH_MaxAccessCount integer,
  OCH_ReadingDirection smallint,
  OCH_PresentationUrl D_URL,
  OCH_ReferenceUrl D_URL,
  OCH_OaiIdent D_NAME,
  OCH_EMail D_NAME,
  OCH_GenerateIdentifier D_FLAG not null,
  OCH_Manual D_PATH,
  OCH_Batch D_ID,
  OCH_Actor D_NAME,
  OCH_Application D_NAME,
  OCH_Reason D_NAME,
  OCH_InsertTS D_TS default current_timestamp not null
);
create index OPR_CONTENTHISTORY_NODE on OPR_ContentHistory (OCH_OT_ID, OCH_ID);
create index OPR_CONTENTHISTORY_BATCH on OPR_ContentHistory (OCH_Batch);
comment on table OPR_ContentHistory is 'What the plain columns of a title were before each change.';
comment on column OPR_ContentHistory.OCH_Batch is 'Operation that made the change';

create sequence OPR_ContentXmlHistory_SEQ;
create table OPR_ContentXmlHistory (
  OCXH_ID D_ID not null constraint PK_OPR_CONTENTXMLHISTORY primary key,
  OCXH_OT_ID D_ID not null,
  OCXH_XML D_TEXT,
  OCXH_XmlOrigin smallint not null,
  OCXH_Batch D_ID,
  OCXH_Actor D_NAME,
  OCXH_Application D_NAME,
  OCXH_Reason D_NAME,
  OCXH_InsertTS D_TS default current_timestamp not null
);
create index OPR_CONTENTXMLHISTORY_NODE on OPR_ContentXmlHistory (OCXH_OT_ID, OCXH_ID);
create index OPR_CONTENTXMLHISTORY_BATCH on OPR_ContentXmlHistory (OCXH_Batch);
comment on table OPR_ContentXmlHistory is 'What the MODS of a title was before each change.';
comment on column OPR_ContentXmlHistory.OCXH_Batch is 'Operation that made the change';

create sequence OPR_Comment_SEQ;
create table OPR_Comment (
  OCM_ID D_ID not null constraint PK_OPR_COMMENT primary key,
  OCM_OT_ID D_ID not null,
  OCM_Comment D_TEXT,
  OCM_OrgForm D_TEXT,
  OCM_WebInfo1 D_TEXT,
  OCM_Batch D_ID,
  OCM_Actor D_NAME,
  OCM_Application D_NAME,
  OCM_Reason D_NAME,
  OCM_InsertTS D_TS default current_timestamp not null
);
create index OPR_COMMENT_NODE on OPR_Comment (OCM_OT_ID, OCM_ID);
create index OPR_COMMENT_BATCH on OPR_Comment (OCM_Batch);
comment on table OPR_Comment is 'What the comments of a title were before each change.';
comment on column OPR_Comment.OCM_Batch is 'Operation that made the change';

create sequence OPR_PageHistory_SEQ;
create table OPR_PageHistory (
  OPH_ID D_ID not null constraint PK_OPR_PAGEHISTORY primary key,
  OPH_OT_ID D_ID not null,
  OPH_Ident D_NAME,
  OPH_Comment D_TEXT,
  OPH_ModificationTimestamp D_TS,
  OPH_PaginationCaption D_NAME,
  OPH_PaginationType smallint,
  OPH_PaginationValue integer,
  OPH_Hashsum D_HASHSUM,
  OPH_Url D_PLACE,
  OPH_State smallint not null,
  OPH_OIP_ID D_ID,
  OPH_ImgWidth integer,
  OPH_ImgHeight integer,
  OPH_ImgDateTime D_TS,
  OPH_ImgPageName D_NAME,
  OPH_Filesize bigint,
  OPH_Batch D_ID,
  OPH_Actor D_NAME,
  OPH_Application D_NAME,
  OPH_Reason D_NAME,
  OPH_InsertTS D_TS default current_timestamp not null
);
create index OPR_PAGEHISTORY_NODE on OPR_PageHistory (OPH_OT_ID, OPH_ID);
create index OPR_PAGEHISTORY_BATCH on OPR_PageHistory (OPH_Batch);
comment on table OPR_PageHistory is 'What a page was before each change of its description or its master.';
comment on column OPR_PageHistory.OPH_Batch is 'Operation that made the change';

create sequence OPR_FulltextHistory_SEQ;
create table OPR_FulltextHistory (
  OFH_ID D_ID not null constraint PK_OPR_FULLTEXTHISTORY primary key,
  OFH_OT_ID D_ID not null,
  OFH_OF_ID D_ID not null,
  OFH_Hashsum D_HASHSUM,
  OFH_BoxState smallint not null,
  OFH_Kind smallint not null,
  OFH_Text D_TEXT,
  OFH_Url D_PLACE,
  OFH_Format smallint not null,
  OFH_Language varchar(20) character set ascii,
  OFH_Confidence double precision,
  OFH_Engine D_NAME,
  OFH_Width integer,
  OFH_Height integer,
  OFH_OldInsertBatch D_ID,
  OFH_OldInsertTS D_TS,
  OFH_Absent D_FLAG default 0 not null,
  OFH_Batch D_ID,
  OFH_Actor D_NAME,
  OFH_Application D_NAME,
  OFH_Reason D_NAME,
  OFH_InsertTS D_TS default current_timestamp not null
);
create index OPR_FULLTEXTHISTORY_NODE on OPR_FulltextHistory (OFH_OT_ID, OFH_ID);
create index OPR_FULLTEXTHISTORY_ROW on OPR_FulltextHistory (OFH_OF_ID, OFH_ID);
create index OPR_FULLTEXTHISTORY_BATCH on OPR_FulltextHistory (OFH_Batch);
comment on table OPR_FulltextHistory is 'What a text of a page was before each change.';
comment on column OPR_FulltextHistory.OFH_Batch is 'Operation that made the change';
comment on column OPR_FulltextHistory.OFH_Kind is '0 OCR, 1 wiki text, 2 born digital';
comment on column OPR_FulltextHistory.OFH_Text is 'Plain text, so that undo needs no file';
comment on column OPR_FulltextHistory.OFH_OldInsertTS is 'OF_InsertTS of the state kept here';
comment on column OPR_FulltextHistory.OFH_Absent is '1 = there was no such text: an undo put it there again';

create sequence OPR_IdentifierHistory_SEQ;
create table OPR_IdentifierHistory (
  OIH_ID D_ID not null constraint PK_OPR_IDENTIFIERHISTORY primary key,
  OIH_OT_ID D_ID not null,
  OIH_OI_ID D_ID not null,
  OIH_Scheme D_WORD not null,
  OIH_Value D_LINE not null,
  OIH_Source D_NAME,
  OIH_RegisteredTS D_TS,
  OIH_OD_ID D_ID not null,
  OIH_OldInsertBatch D_ID,
  OIH_OldInsertTS D_TS,
  OIH_Absent D_FLAG default 0 not null,
  OIH_Batch D_ID,
  OIH_Actor D_NAME,
  OIH_Application D_NAME,
  OIH_Reason D_NAME,
  OIH_InsertTS D_TS default current_timestamp not null
);
create index OPR_IDENTIFIERHISTORY_NODE on OPR_IdentifierHistory (OIH_OT_ID, OIH_ID);
create index OPR_IDENTIFIERHISTORY_ROW on OPR_IdentifierHistory (OIH_OI_ID, OIH_ID);
create index OPR_IDENTIFIERHISTORY_BATCH on OPR_IdentifierHistory (OIH_Batch);
comment on table OPR_IdentifierHistory is 'What an identifier was before each change, and those that were taken off.';
comment on column OPR_IdentifierHistory.OIH_Batch is 'Operation that made the change';
comment on column OPR_IdentifierHistory.OIH_OldInsertTS is 'OI_InsertTS of the state kept here';
comment on column OPR_IdentifierHistory.OIH_Absent is '1 = there was no such identifier: an undo put it there again';

create sequence OPR_NodeTagHistory_SEQ;
create table OPR_NodeTagHistory (
  ONTH_ID D_ID not null constraint PK_OPR_NODETAGHISTORY primary key,
  ONTH_OT_ID D_ID not null,
  ONTH_ONT_ID D_ID not null,
  ONTH_OTG_ID D_ID not null,
  ONTH_OldInsertBatch D_ID,
  ONTH_OldInsertTS D_TS,
  ONTH_Absent D_FLAG default 0 not null,
  ONTH_Batch D_ID,
  ONTH_Actor D_NAME,
  ONTH_Application D_NAME,
  ONTH_Reason D_NAME,
  ONTH_InsertTS D_TS default current_timestamp not null
);
create index OPR_NODETAGHISTORY_NODE on OPR_NodeTagHistory (ONTH_OT_ID, ONTH_ID);
create index OPR_NODETAGHISTORY_ROW on OPR_NodeTagHistory (ONTH_ONT_ID, ONTH_ID);
create index OPR_NODETAGHISTORY_BATCH on OPR_NodeTagHistory (ONTH_Batch);
comment on table OPR_NodeTagHistory is 'Tags that were taken off a node.';
comment on column OPR_NodeTagHistory.ONTH_Batch is 'Operation that made the change';
comment on column OPR_NodeTagHistory.ONTH_OldInsertTS is 'ONT_InsertTS of the state kept here';
comment on column OPR_NodeTagHistory.ONTH_Absent is '1 = the tag was not set: an undo set it again';

create sequence OPR_NoteHistory_SEQ;
create table OPR_NoteHistory (
  ONOH_ID D_ID not null constraint PK_OPR_NOTEHISTORY primary key,
  ONOH_OT_ID D_ID not null,
  ONOH_ONO_ID D_ID not null,
  ONOH_Kind D_WORD not null,
  ONOH_Text D_CAPTION not null,
  ONOH_State smallint not null,
  ONOH_PU_ID D_ID,
  ONOH_X integer,
  ONOH_Y integer,
  ONOH_W integer,
  ONOH_H integer,
  ONOH_Answers D_TEXT,
  ONOH_Origin smallint not null,
  ONOH_Author D_NAME not null,
  ONOH_OldInsertBatch D_ID,
  ONOH_OldInsertTS D_TS,
  ONOH_Absent D_FLAG default 0 not null,
  ONOH_Batch D_ID,
  ONOH_Actor D_NAME,
  ONOH_Application D_NAME,
  ONOH_Reason D_NAME,
  ONOH_InsertTS D_TS default current_timestamp not null
);
create index OPR_NOTEHISTORY_NODE on OPR_NoteHistory (ONOH_OT_ID, ONOH_ID);
create index OPR_NOTEHISTORY_ROW on OPR_NoteHistory (ONOH_ONO_ID, ONOH_ID);
create index OPR_NOTEHISTORY_BATCH on OPR_NoteHistory (ONOH_Batch);
comment on table OPR_NoteHistory is 'What a note was before each change, and those that were removed.';
comment on column OPR_NoteHistory.ONOH_Batch is 'Operation that made the change';
comment on column OPR_NoteHistory.ONOH_OldInsertTS is 'ONO_InsertTS of the state kept here';
comment on column OPR_NoteHistory.ONOH_Absent is '1 = there was no such note: an undo put it there again';

create sequence OPR_AttachmentHistory_SEQ;
create table OPR_AttachmentHistory (
  OATH_ID D_ID not null constraint PK_OPR_ATTACHMENTHISTORY primary key,
  OATH_OT_ID D_ID not null,
  OATH_OAT_ID D_ID not null,
  OATH_Kind smallint not null,
  OATH_Sort integer not null,
  OATH_Name D_NAME not null,
  OATH_Label D_CAPTION,
  OATH_Hashsum D_HASHSUM not null,
  OATH_Media D_LINE not null,
  OATH_Url D_PLACE not null,
  OATH_Filesize bigint not null,
  OATH_Duration double precision,
  OATH_Width integer,
  OATH_Height integer,
  OATH_OldInsertBatch D_ID,
  OATH_OldInsertTS D_TS,
  OATH_Absent D_FLAG default 0 not null,
  OATH_Batch D_ID,
  OATH_Actor D_NAME,
  OATH_Application D_NAME,
  OATH_Reason D_NAME,
  OATH_InsertTS D_TS default current_timestamp not null
);
create index OPR_ATTACHMENTHISTORY_NODE on OPR_AttachmentHistory (OATH_OT_ID, OATH_ID);
create index OPR_ATTACHMENTHISTORY_ROW on OPR_AttachmentHistory (OATH_OAT_ID, OATH_ID);
create index OPR_ATTACHMENTHISTORY_BATCH on OPR_AttachmentHistory (OATH_Batch);
comment on table OPR_AttachmentHistory is 'What a further file of a title was before each change, and those that were removed.';
comment on column OPR_AttachmentHistory.OATH_Batch is 'Operation that made the change';
comment on column OPR_AttachmentHistory.OATH_OldInsertTS is 'OAT_InsertTS of the state kept here';
comment on column OPR_AttachmentHistory.OATH_Absent is '1 = there was no such file: an undo put it there again';

create sequence OPR_DomainHistory_SEQ;
create table OPR_DomainHistory (
  ODH_ID D_ID not null constraint PK_OPR_DOMAINHISTORY primary key,
  ODH_OD_ID D_ID not null,
  ODH_OD_Parent D_ID,
  ODH_Name D_WORD not null,
  ODH_ShortName D_WORD,
  ODH_Reference varchar(120) character set utf8,
  ODH_Caption D_LINE not null,
  ODH_Captions D_CAPTION,
  ODH_Description D_TEXT,
  ODH_Type D_WORD,
  ODH_Contact D_LINE,
  ODH_PU_Contact D_ID,
  ODH_Comment D_TEXT,
  ODH_Mappings D_LINE,
  ODH_StandardMasks D_TEXT,
  ODH_Watermark D_TEXT,
  ODH_ImageFooter D_TEXT,
  ODH_CustomData D_TEXT,
  ODH_PrivateTags D_FLAG not null,
  ODH_PrivateTransitions D_FLAG not null,
  ODH_Sort integer not null,
  ODH_Batch D_ID,
  ODH_Actor D_NAME,
  ODH_Application D_NAME,
  ODH_Reason D_NAME,
  ODH_InsertTS D_TS default current_timestamp not null
);
create index OPR_DOMAINHISTORY_NODE on OPR_DomainHistory (ODH_OD_ID, ODH_ID);
create index OPR_DOMAINHISTORY_BATCH on OPR_DomainHistory (ODH_Batch);
comment on table OPR_DomainHistory is 'What a domain was before each change.';
comment on column OPR_DomainHistory.ODH_Batch is 'Operation that made the change';

create sequence CFG_OptionHistory_SEQ;
create table CFG_OptionHistory (
  COH_ID D_ID not null constraint PK_CFG_OPTIONHISTORY primary key,
  COH_OD_ID D_ID not null,
  COH_CO_ID D_ID not null,
  COH_Key varchar(120) character set ascii not null,
  COH_Value varchar(4000) character set utf8,
  COH_OldInsertBatch D_ID,
  COH_OldInsertTS D_TS,
  COH_Absent D_FLAG default 0 not null,
  COH_Batch D_ID,
  COH_Actor D_NAME,
  COH_Application D_NAME,
  COH_Reason D_NAME,
  COH_InsertTS D_TS default current_timestamp not null
);
create index CFG_OPTIONHISTORY_NODE on CFG_OptionHistory (COH_OD_ID, COH_ID);
create index CFG_OPTIONHISTORY_ROW on CFG_OptionHistory (COH_CO_ID, COH_ID);
create index CFG_OPTIONHISTORY_BATCH on CFG_OptionHistory (COH_Batch);
comment on table CFG_OptionHistory is 'What an option of a domain was before each change, and those that were removed.';
comment on column CFG_OptionHistory.COH_Batch is 'Operation that made the change';
comment on column CFG_OptionHistory.COH_OldInsertTS is 'CO_InsertTS of the state kept here';
comment on column CFG_OptionHistory.COH_Absent is '1 = the option was not set: an undo set it again';

create sequence OPR_DomainTagHistory_SEQ;
create table OPR_DomainTagHistory (
  ODTH_ID D_ID not null constraint PK_OPR_DOMAINTAGHISTORY primary key,
  ODTH_OD_ID D_ID not null,
  ODTH_ODT_ID D_ID not null,
  ODTH_OTG_ID D_ID not null,
  ODTH_OldInsertBatch D_ID,
  ODTH_OldInsertTS D_TS,
  ODTH_Absent D_FLAG default 0 not null,
  ODTH_Batch D_ID,
  ODTH_Actor D_NAME,
  ODTH_Application D_NAME,
  ODTH_Reason D_NAME,
  ODTH_InsertTS D_TS default current_timestamp not null
);
create index OPR_DOMAINTAGHISTORY_NODE on OPR_DomainTagHistory (ODTH_OD_ID, ODTH_ID);
create index OPR_DOMAINTAGHISTORY_ROW on OPR_DomainTagHistory (ODTH_ODT_ID, ODTH_ID);
create index OPR_DOMAINTAGHISTORY_BATCH on OPR_DomainTagHistory (ODTH_Batch);
comment on table OPR_DomainTagHistory is 'Tags that were taken off a domain.';
comment on column OPR_DomainTagHistory.ODTH_Batch is 'Operation that made the change';
comment on column OPR_DomainTagHistory.ODTH_OldInsertTS is 'ODT_InsertTS of the state kept here';
comment on column OPR_DomainTagHistory.ODTH_Absent is '1 = the tag was not set: an undo set it again';

create sequence OPR_TagHistory_SEQ;
create table OPR_TagHistory (
  OTGH_ID D_ID not null constraint PK_OPR_TAGHISTORY primary key,
  OTGH_OD_ID D_ID,
  OTGH_OTG_ID D_ID not null,
  OTGH_Name D_WORD not null,
  OTGH_System D_FLAG not null,
  OTGH_Public D_FLAG not null,
  OTGH_Captions D_TEXT,
  OTGH_Description D_TEXT,
  OTGH_Colour varchar(7) character set ascii,
  OTGH_OldInsertBatch D_ID,
  OTGH_OldInsertTS D_TS,
  OTGH_Absent D_FLAG default 0 not null,
  OTGH_Batch D_ID,
  OTGH_Actor D_NAME,
  OTGH_Application D_NAME,
  OTGH_Reason D_NAME,
  OTGH_InsertTS D_TS default current_timestamp not null
);
create index OPR_TAGHISTORY_NODE on OPR_TagHistory (OTGH_OD_ID, OTGH_ID);
create index OPR_TAGHISTORY_ROW on OPR_TagHistory (OTGH_OTG_ID, OTGH_ID);
create index OPR_TAGHISTORY_BATCH on OPR_TagHistory (OTGH_Batch);
comment on table OPR_TagHistory is 'What the definition of a tag was before each change, and those that were removed.';
comment on column OPR_TagHistory.OTGH_Batch is 'Operation that made the change';
comment on column OPR_TagHistory.OTGH_OldInsertTS is 'OTG_InsertTS of the state kept here';
comment on column OPR_TagHistory.OTGH_Absent is '1 = there was no such tag: an undo defined it again';

create sequence PRV_UserHistory_SEQ;
create table PRV_UserHistory (
  PUH_ID D_ID not null constraint PK_PRV_USERHISTORY primary key,
  PUH_PU_ID D_ID not null,
  PUH_Kind smallint not null,
  PUH_Name D_NAME not null,
  PUH_Login D_WORD,
  PUH_EMail D_NAME,
  PUH_ConfirmTS D_TS,
  PUH_PublicEMail D_NAME,
  PUH_Affiliation D_LINE,
  PUH_Orcid varchar(19) character set ascii,
  PUH_Url D_URL,
  PUH_Contact D_LINE,
  PUH_Topics varchar(500) character set ascii not null,
  PUH_Active D_FLAG not null,
  PUH_DeleteTS D_TS,
  PUH_Batch D_ID,
  PUH_Actor D_NAME,
  PUH_Application D_NAME,
  PUH_Reason D_NAME,
  PUH_InsertTS D_TS default current_timestamp not null
);
create index PRV_USERHISTORY_NODE on PRV_UserHistory (PUH_PU_ID, PUH_ID);
create index PRV_USERHISTORY_BATCH on PRV_UserHistory (PUH_Batch);
comment on table PRV_UserHistory is 'What a user was before each change; emptied when the user is deleted.';
comment on column PRV_UserHistory.PUH_Batch is 'Operation that made the change';

set term ^;
create trigger OPR_TREEHISTORY_AU for OPR_Tree active after update position 5 as
begin
  if (new.OT_OT_Parent is distinct from old.OT_OT_Parent
      or new.OT_Caption is distinct from old.OT_Caption
      or new.OT_Sort <> old.OT_Sort
      or new.OT_RCV_Type <> old.OT_RCV_Type
      or new.OT_State <> old.OT_State
      or new.OT_DelState <> old.OT_DelState
      or (new.OT_OD_ID <> old.OT_OD_ID and new.OT_OT_Parent is null)) then
    insert into OPR_TreeHistory (OTH_ID, OTH_OT_ID, OTH_OT_Parent, OTH_Caption, OTH_Sort, OTH_RCV_Type, OTH_State, OTH_DelState,
        OTH_OldBatch, OTH_OD_ID, OTH_Version, OTH_Batch, OTH_Actor, OTH_Application, OTH_Reason)
      values (next value for OPR_TreeHistory_SEQ, old.OT_ID, old.OT_OT_Parent, old.OT_Caption, old.OT_Sort, old.OT_RCV_Type, old.OT_State,
        old.OT_DelState, old.OT_Batch, old.OT_OD_ID, old.OT_Version, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_CONTENTHISTORY_AU for OPR_Content active after update position 5 as
begin
  if (new.OC_OT_Deliverer is distinct from old.OC_OT_Deliverer
      or new.OC_OT_Titlepage is distinct from old.OC_OT_Titlepage
      or new.OC_OT_TitlepageMode <> old.OC_OT_TitlepageMode
      or new.OC_SourceIdent is distinct from old.OC_SourceIdent
      or new.OC_Provider is distinct from old.OC_Provider
      or new.OC_Signature is distinct from old.OC_Signature
      or new.OC_PhysicalLocation is distinct from old.OC_PhysicalLocation
      or new.OC_MediaNumber is distinct from old.OC_MediaNumber
      or new.OC_Owner is distinct from old.OC_Owner
      or new.OC_PageCount is distinct from old.OC_PageCount
      or new.OC_SC_OrderDate is distinct from old.OC_SC_OrderDate
      or new.OC_SC_DeliveryDate is distinct from old.OC_SC_DeliveryDate
      or new.OC_ReleaseDate is distinct from old.OC_ReleaseDate
      or new.OC_MaxAccessCount is distinct from old.OC_MaxAccessCount
      or new.OC_ReadingDirection is distinct from old.OC_ReadingDirection
      or new.OC_PresentationUrl is distinct from old.OC_PresentationUrl
      or new.OC_ReferenceUrl is distinct from old.OC_ReferenceUrl
      or new.OC_OaiIdent is distinct from old.OC_OaiIdent
      or new.OC_EMail is distinct from old.OC_EMail
      or new.OC_GenerateIdentifier <> old.OC_GenerateIdentifier
      or new.OC_Manual is distinct from old.OC_Manual) then
    insert into OPR_ContentHistory (OCH_ID, OCH_OT_ID, OCH_OT_Deliverer, OCH_OT_Titlepage, OCH_OT_TitlepageMode, OCH_SourceIdent,
        OCH_Provider, OCH_Signature, OCH_PhysicalLocation, OCH_MediaNumber, OCH_Owner, OCH_PageCount, OCH_SC_OrderDate,
        OCH_SC_DeliveryDate, OCH_ReleaseDate, OCH_MaxAccessCount, OCH_ReadingDirection, OCH_PresentationUrl, OCH_ReferenceUrl,
        OCH_OaiIdent, OCH_EMail, OCH_GenerateIdentifier, OCH_Manual, OCH_Batch, OCH_Actor, OCH_Application, OCH_Reason)
      values (next value for OPR_ContentHistory_SEQ, old.OC_OT_ID, old.OC_OT_Deliverer, old.OC_OT_Titlepage, old.OC_OT_TitlepageMode,
        old.OC_SourceIdent, old.OC_Provider, old.OC_Signature, old.OC_PhysicalLocation, old.OC_MediaNumber, old.OC_Owner,
        old.OC_PageCount, old.OC_SC_OrderDate, old.OC_SC_DeliveryDate, old.OC_ReleaseDate, old.OC_MaxAccessCount, old.OC_ReadingDirection,
        old.OC_PresentationUrl, old.OC_ReferenceUrl, old.OC_OaiIdent, old.OC_EMail, old.OC_GenerateIdentifier, old.OC_Manual,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_CONTENTXMLHISTORY_AU for OPR_Content active after update position 5 as
begin
  if (new.OC_XML is distinct from old.OC_XML
      or new.OC_XmlOrigin <> old.OC_XmlOrigin) then
    insert into OPR_ContentXmlHistory (OCXH_ID, OCXH_OT_ID, OCXH_XML, OCXH_XmlOrigin, OCXH_Batch, OCXH_Actor, OCXH_Application,
        OCXH_Reason)
      values (next value for OPR_ContentXmlHistory_SEQ, old.OC_OT_ID, old.OC_XML, old.OC_XmlOrigin,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_COMMENT_AU for OPR_Content active after update position 5 as
begin
  if (new.OC_Comment is distinct from old.OC_Comment
      or new.OC_OrgForm is distinct from old.OC_OrgForm
      or new.OC_WebInfo1 is distinct from old.OC_WebInfo1) then
    insert into OPR_Comment (OCM_ID, OCM_OT_ID, OCM_Comment, OCM_OrgForm, OCM_WebInfo1, OCM_Batch, OCM_Actor, OCM_Application, OCM_Reason)
      values (next value for OPR_Comment_SEQ, old.OC_OT_ID, old.OC_Comment, old.OC_OrgForm, old.OC_WebInfo1,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_PAGEHISTORY_AU for OPR_Page active after update position 5 as
begin
  if (new.OP_Ident is distinct from old.OP_Ident
      or new.OP_Comment is distinct from old.OP_Comment
      or new.OP_ModificationTimestamp is distinct from old.OP_ModificationTimestamp
      or new.OP_PaginationCaption is distinct from old.OP_PaginationCaption
      or new.OP_PaginationType is distinct from old.OP_PaginationType
      or new.OP_PaginationValue is distinct from old.OP_PaginationValue
      or new.OP_Hashsum is distinct from old.OP_Hashsum
      or new.OP_Url is distinct from old.OP_Url
      or new.OP_State <> old.OP_State) then
    insert into OPR_PageHistory (OPH_ID, OPH_OT_ID, OPH_Ident, OPH_Comment, OPH_ModificationTimestamp, OPH_PaginationCaption,
        OPH_PaginationType, OPH_PaginationValue, OPH_Hashsum, OPH_Url, OPH_State, OPH_OIP_ID, OPH_ImgWidth, OPH_ImgHeight,
        OPH_ImgDateTime, OPH_ImgPageName, OPH_Filesize, OPH_Batch, OPH_Actor, OPH_Application, OPH_Reason)
      values (next value for OPR_PageHistory_SEQ, old.OP_OT_ID, old.OP_Ident, old.OP_Comment, old.OP_ModificationTimestamp,
        old.OP_PaginationCaption, old.OP_PaginationType, old.OP_PaginationValue, old.OP_Hashsum, old.OP_Url, old.OP_State, old.OP_OIP_ID,
        old.OP_ImgWidth, old.OP_ImgHeight, old.OP_ImgDateTime, old.OP_ImgPageName, old.OP_Filesize,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_FULLTEXTHISTORY_AUD for OPR_Fulltext active after update or delete position 5 as
begin
  if (deleting
      or new.OF_Hashsum is distinct from old.OF_Hashsum
      or new.OF_BoxState <> old.OF_BoxState
      or new.OF_OT_ID <> old.OF_OT_ID) then
    insert into OPR_FulltextHistory (OFH_ID, OFH_OT_ID, OFH_OF_ID, OFH_Hashsum, OFH_BoxState, OFH_Kind, OFH_Text, OFH_Url, OFH_Format,
        OFH_Language, OFH_Confidence, OFH_Engine, OFH_Width, OFH_Height, OFH_OldInsertBatch, OFH_OldInsertTS, OFH_Batch, OFH_Actor,
        OFH_Application, OFH_Reason)
      values (next value for OPR_FulltextHistory_SEQ, old.OF_OT_ID, old.OF_ID, old.OF_Hashsum, old.OF_BoxState, old.OF_Kind, old.OF_Text,
        old.OF_Url, old.OF_Format, old.OF_Language, old.OF_Confidence, old.OF_Engine, old.OF_Width, old.OF_Height, old.OF_InsertBatch,
        old.OF_InsertTS, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_FULLTEXTHISTORY_AI for OPR_Fulltext active after insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is not null) then
    insert into OPR_FulltextHistory (OFH_ID, OFH_OT_ID, OFH_OF_ID, OFH_BoxState, OFH_Kind, OFH_Format, OFH_Absent, OFH_Batch, OFH_Actor,
        OFH_Application, OFH_Reason)
      values (next value for OPR_FulltextHistory_SEQ, new.OF_OT_ID, new.OF_ID, new.OF_BoxState, new.OF_Kind, new.OF_Format, 1,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_IDENTIFIERHISTORY_AUD for OPR_Identifier active after update or delete position 5 as
begin
  if (deleting
      or new.OI_OT_ID <> old.OI_OT_ID
      or new.OI_Scheme <> old.OI_Scheme
      or new.OI_Value <> old.OI_Value
      or new.OI_Source is distinct from old.OI_Source
      or new.OI_RegisteredTS is distinct from old.OI_RegisteredTS) then
    insert into OPR_IdentifierHistory (OIH_ID, OIH_OT_ID, OIH_OI_ID, OIH_Scheme, OIH_Value, OIH_Source, OIH_RegisteredTS, OIH_OD_ID,
        OIH_OldInsertBatch, OIH_OldInsertTS, OIH_Batch, OIH_Actor, OIH_Application, OIH_Reason)
      values (next value for OPR_IdentifierHistory_SEQ, old.OI_OT_ID, old.OI_ID, old.OI_Scheme, old.OI_Value, old.OI_Source,
        old.OI_RegisteredTS, old.OI_OD_ID, old.OI_InsertBatch, old.OI_InsertTS,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_IDENTIFIERHISTORY_AI for OPR_Identifier active after insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is not null) then
    insert into OPR_IdentifierHistory (OIH_ID, OIH_OT_ID, OIH_OI_ID, OIH_Scheme, OIH_Value, OIH_OD_ID, OIH_Absent, OIH_Batch, OIH_Actor,
        OIH_Application, OIH_Reason)
      values (next value for OPR_IdentifierHistory_SEQ, new.OI_OT_ID, new.OI_ID, new.OI_Scheme, new.OI_Value, new.OI_OD_ID, 1,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_NODETAGHISTORY_AUD for OPR_NodeTag active after update or delete position 5 as
begin
  if (deleting
      or new.ONT_OT_ID <> old.ONT_OT_ID
      or new.ONT_OTG_ID <> old.ONT_OTG_ID) then
    insert into OPR_NodeTagHistory (ONTH_ID, ONTH_OT_ID, ONTH_ONT_ID, ONTH_OTG_ID, ONTH_OldInsertBatch, ONTH_OldInsertTS, ONTH_Batch,
        ONTH_Actor, ONTH_Application, ONTH_Reason)
      values (next value for OPR_NodeTagHistory_SEQ, old.ONT_OT_ID, old.ONT_ID, old.ONT_OTG_ID, old.ONT_InsertBatch, old.ONT_InsertTS,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_NODETAGHISTORY_AI for OPR_NodeTag active after insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is not null) then
    insert into OPR_NodeTagHistory (ONTH_ID, ONTH_OT_ID, ONTH_ONT_ID, ONTH_OTG_ID, ONTH_Absent, ONTH_Batch, ONTH_Actor, ONTH_Application,
        ONTH_Reason)
      values (next value for OPR_NodeTagHistory_SEQ, new.ONT_OT_ID, new.ONT_ID, new.ONT_OTG_ID, 1,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_NOTEHISTORY_AUD for OPR_Note active after update or delete position 5 as
begin
  if (deleting
      or new.ONO_OT_ID <> old.ONO_OT_ID
      or new.ONO_Kind <> old.ONO_Kind
      or new.ONO_Text <> old.ONO_Text
      or new.ONO_State <> old.ONO_State
      or new.ONO_PU_ID is distinct from old.ONO_PU_ID
      or new.ONO_X is distinct from old.ONO_X
      or new.ONO_Y is distinct from old.ONO_Y
      or new.ONO_W is distinct from old.ONO_W
      or new.ONO_H is distinct from old.ONO_H
      or new.ONO_Answers is distinct from old.ONO_Answers) then
    insert into OPR_NoteHistory (ONOH_ID, ONOH_OT_ID, ONOH_ONO_ID, ONOH_Kind, ONOH_Text, ONOH_State, ONOH_PU_ID, ONOH_X, ONOH_Y, ONOH_W,
        ONOH_H, ONOH_Answers, ONOH_Origin, ONOH_Author, ONOH_OldInsertBatch, ONOH_OldInsertTS, ONOH_Batch, ONOH_Actor, ONOH_Application,
        ONOH_Reason)
      values (next value for OPR_NoteHistory_SEQ, old.ONO_OT_ID, old.ONO_ID, old.ONO_Kind, old.ONO_Text, old.ONO_State, old.ONO_PU_ID,
        old.ONO_X, old.ONO_Y, old.ONO_W, old.ONO_H, old.ONO_Answers, old.ONO_Origin, old.ONO_Author, old.ONO_InsertBatch,
        old.ONO_InsertTS, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_NOTEHISTORY_AI for OPR_Note active after insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is not null) then
    insert into OPR_NoteHistory (ONOH_ID, ONOH_OT_ID, ONOH_ONO_ID, ONOH_Kind, ONOH_Text, ONOH_State, ONOH_Origin, ONOH_Author,
        ONOH_Absent, ONOH_Batch, ONOH_Actor, ONOH_Application, ONOH_Reason)
      values (next value for OPR_NoteHistory_SEQ, new.ONO_OT_ID, new.ONO_ID, new.ONO_Kind, new.ONO_Text, new.ONO_State, new.ONO_Origin,
        new.ONO_Author, 1, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_ATTACHMENTHISTORY_AUD for OPR_Attachment active after update or delete position 5 as
begin
  if (deleting
      or new.OAT_OT_ID <> old.OAT_OT_ID
      or new.OAT_Kind <> old.OAT_Kind
      or new.OAT_Sort <> old.OAT_Sort
      or new.OAT_Name <> old.OAT_Name
      or new.OAT_Label is distinct from old.OAT_Label
      or new.OAT_Hashsum <> old.OAT_Hashsum) then
    insert into OPR_AttachmentHistory (OATH_ID, OATH_OT_ID, OATH_OAT_ID, OATH_Kind, OATH_Sort, OATH_Name, OATH_Label, OATH_Hashsum,
        OATH_Media, OATH_Url, OATH_Filesize, OATH_Duration, OATH_Width, OATH_Height, OATH_OldInsertBatch, OATH_OldInsertTS, OATH_Batch,
        OATH_Actor, OATH_Application, OATH_Reason)
      values (next value for OPR_AttachmentHistory_SEQ, old.OAT_OT_ID, old.OAT_ID, old.OAT_Kind, old.OAT_Sort, old.OAT_Name,
        old.OAT_Label, old.OAT_Hashsum, old.OAT_Media, old.OAT_Url, old.OAT_Filesize, old.OAT_Duration, old.OAT_Width, old.OAT_Height,
        old.OAT_InsertBatch, old.OAT_InsertTS, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_ATTACHMENTHISTORY_AI for OPR_Attachment active after insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is not null) then
    insert into OPR_AttachmentHistory (OATH_ID, OATH_OT_ID, OATH_OAT_ID, OATH_Kind, OATH_Sort, OATH_Name, OATH_Hashsum, OATH_Media,
        OATH_Url, OATH_Filesize, OATH_Absent, OATH_Batch, OATH_Actor, OATH_Application, OATH_Reason)
      values (next value for OPR_AttachmentHistory_SEQ, new.OAT_OT_ID, new.OAT_ID, new.OAT_Kind, new.OAT_Sort, new.OAT_Name,
        new.OAT_Hashsum, new.OAT_Media, new.OAT_Url, new.OAT_Filesize, 1, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_DOMAINHISTORY_AU for OPR_Domain active after update position 5 as
begin
  if (new.OD_OD_Parent is distinct from old.OD_OD_Parent
      or new.OD_Name <> old.OD_Name
      or new.OD_ShortName is distinct from old.OD_ShortName
      or new.OD_Reference is distinct from old.OD_Reference
      or new.OD_Caption <> old.OD_Caption
      or new.OD_Captions is distinct from old.OD_Captions
      or new.OD_Description is distinct from old.OD_Description
      or new.OD_Type is distinct from old.OD_Type
      or new.OD_Contact is distinct from old.OD_Contact
      or new.OD_PU_Contact is distinct from old.OD_PU_Contact
      or new.OD_Comment is distinct from old.OD_Comment
      or new.OD_Mappings is distinct from old.OD_Mappings
      or new.OD_StandardMasks is distinct from old.OD_StandardMasks
      or new.OD_Watermark is distinct from old.OD_Watermark
      or new.OD_ImageFooter is distinct from old.OD_ImageFooter
      or new.OD_CustomData is distinct from old.OD_CustomData
      or new.OD_PrivateTags <> old.OD_PrivateTags
      or new.OD_PrivateTransitions <> old.OD_PrivateTransitions
      or new.OD_Sort <> old.OD_Sort) then
    insert into OPR_DomainHistory (ODH_ID, ODH_OD_ID, ODH_OD_Parent, ODH_Name, ODH_ShortName, ODH_Reference, ODH_Caption, ODH_Captions,
        ODH_Description, ODH_Type, ODH_Contact, ODH_PU_Contact, ODH_Comment, ODH_Mappings, ODH_StandardMasks, ODH_Watermark,
        ODH_ImageFooter, ODH_CustomData, ODH_PrivateTags, ODH_PrivateTransitions, ODH_Sort, ODH_Batch, ODH_Actor, ODH_Application,
        ODH_Reason)
      values (next value for OPR_DomainHistory_SEQ, old.OD_ID, old.OD_OD_Parent, old.OD_Name, old.OD_ShortName, old.OD_Reference,
        old.OD_Caption, old.OD_Captions, old.OD_Description, old.OD_Type, old.OD_Contact, old.OD_PU_Contact, old.OD_Comment,
        old.OD_Mappings, old.OD_StandardMasks, old.OD_Watermark, old.OD_ImageFooter, old.OD_CustomData, old.OD_PrivateTags,
        old.OD_PrivateTransitions, old.OD_Sort, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer),
        rdb$get_context('USER_TRANSACTION', 'ACTOR'), rdb$get_context('USER_TRANSACTION', 'APPLICATION'),
        rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger CFG_OPTIONHISTORY_AUD for CFG_Option active after update or delete position 5 as
begin
  if (deleting
      or new.CO_OD_ID <> old.CO_OD_ID
      or new.CO_Key <> old.CO_Key
      or new.CO_Value is distinct from old.CO_Value) then
    insert into CFG_OptionHistory (COH_ID, COH_OD_ID, COH_CO_ID, COH_Key, COH_Value, COH_OldInsertBatch, COH_OldInsertTS, COH_Batch,
        COH_Actor, COH_Application, COH_Reason)
      values (next value for CFG_OptionHistory_SEQ, old.CO_OD_ID, old.CO_ID, old.CO_Key, old.CO_Value, old.CO_InsertBatch,
        old.CO_InsertTS, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger CFG_OPTIONHISTORY_AI for CFG_Option active after insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is not null) then
    insert into CFG_OptionHistory (COH_ID, COH_OD_ID, COH_CO_ID, COH_Key, COH_Absent, COH_Batch, COH_Actor, COH_Application, COH_Reason)
      values (next value for CFG_OptionHistory_SEQ, new.CO_OD_ID, new.CO_ID, new.CO_Key, 1,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_DOMAINTAGHISTORY_AUD for OPR_DomainTag active after update or delete position 5 as
begin
  if (deleting
      or new.ODT_OD_ID <> old.ODT_OD_ID
      or new.ODT_OTG_ID <> old.ODT_OTG_ID) then
    insert into OPR_DomainTagHistory (ODTH_ID, ODTH_OD_ID, ODTH_ODT_ID, ODTH_OTG_ID, ODTH_OldInsertBatch, ODTH_OldInsertTS, ODTH_Batch,
        ODTH_Actor, ODTH_Application, ODTH_Reason)
      values (next value for OPR_DomainTagHistory_SEQ, old.ODT_OD_ID, old.ODT_ID, old.ODT_OTG_ID, old.ODT_InsertBatch, old.ODT_InsertTS,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_DOMAINTAGHISTORY_AI for OPR_DomainTag active after insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is not null) then
    insert into OPR_DomainTagHistory (ODTH_ID, ODTH_OD_ID, ODTH_ODT_ID, ODTH_OTG_ID, ODTH_Absent, ODTH_Batch, ODTH_Actor,
        ODTH_Application, ODTH_Reason)
      values (next value for OPR_DomainTagHistory_SEQ, new.ODT_OD_ID, new.ODT_ID, new.ODT_OTG_ID, 1,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_TAGHISTORY_AUD for OPR_Tag active after update or delete position 5 as
begin
  if (deleting
      or new.OTG_OD_ID is distinct from old.OTG_OD_ID
      or new.OTG_Name <> old.OTG_Name
      or new.OTG_System <> old.OTG_System
      or new.OTG_Public <> old.OTG_Public
      or new.OTG_Captions is distinct from old.OTG_Captions
      or new.OTG_Description is distinct from old.OTG_Description
      or new.OTG_Colour is distinct from old.OTG_Colour) then
    insert into OPR_TagHistory (OTGH_ID, OTGH_OD_ID, OTGH_OTG_ID, OTGH_Name, OTGH_System, OTGH_Public, OTGH_Captions, OTGH_Description,
        OTGH_Colour, OTGH_OldInsertBatch, OTGH_OldInsertTS, OTGH_Batch, OTGH_Actor, OTGH_Application, OTGH_Reason)
      values (next value for OPR_TagHistory_SEQ, old.OTG_OD_ID, old.OTG_ID, old.OTG_Name, old.OTG_System, old.OTG_Public,
        old.OTG_Captions, old.OTG_Description, old.OTG_Colour, old.OTG_InsertBatch, old.OTG_InsertTS,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger OPR_TAGHISTORY_AI for OPR_Tag active after insert position 5 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is not null) then
    insert into OPR_TagHistory (OTGH_ID, OTGH_OTG_ID, OTGH_Name, OTGH_System, OTGH_Public, OTGH_Absent, OTGH_Batch, OTGH_Actor,
        OTGH_Application, OTGH_Reason)
      values (next value for OPR_TagHistory_SEQ, new.OTG_ID, new.OTG_Name, new.OTG_System, new.OTG_Public, 1,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^

create trigger PRV_USERHISTORY_AU for PRV_User active after update position 5 as
begin
  if (new.PU_Kind <> old.PU_Kind
      or new.PU_Name <> old.PU_Name
      or new.PU_Login is distinct from old.PU_Login
      or new.PU_EMail is distinct from old.PU_EMail
      or new.PU_ConfirmTS is distinct from old.PU_ConfirmTS
      or new.PU_PublicEMail is distinct from old.PU_PublicEMail
      or new.PU_Affiliation is distinct from old.PU_Affiliation
      or new.PU_Orcid is distinct from old.PU_Orcid
      or new.PU_Url is distinct from old.PU_Url
      or new.PU_Contact is distinct from old.PU_Contact
      or new.PU_Topics <> old.PU_Topics
      or new.PU_Active <> old.PU_Active
      or new.PU_DeleteTS is distinct from old.PU_DeleteTS) then
    insert into PRV_UserHistory (PUH_ID, PUH_PU_ID, PUH_Kind, PUH_Name, PUH_Login, PUH_EMail, PUH_ConfirmTS, PUH_PublicEMail,
        PUH_Affiliation, PUH_Orcid, PUH_Url, PUH_Contact, PUH_Topics, PUH_Active, PUH_DeleteTS, PUH_Batch, PUH_Actor, PUH_Application,
        PUH_Reason)
      values (next value for PRV_UserHistory_SEQ, old.PU_ID, old.PU_Kind, old.PU_Name, old.PU_Login, old.PU_EMail, old.PU_ConfirmTS,
        old.PU_PublicEMail, old.PU_Affiliation, old.PU_Orcid, old.PU_Url, old.PU_Contact, old.PU_Topics, old.PU_Active, old.PU_DeleteTS,
        cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), rdb$get_context('USER_TRANSACTION', 'ACTOR'),
        rdb$get_context('USER_TRANSACTION', 'APPLICATION'), rdb$get_context('USER_TRANSACTION', 'REASON'));
end^
set term ;^
