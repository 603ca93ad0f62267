-- Orders: what somebody wishes to have digitised, who edits the order and answers for what comes of it, and the titles in it. An order owns its
-- titles: each stands in one order, and goes to the bin with it.

create sequence OPR_Order_SEQ;
create table OPR_Order (
  OO_ID D_ID not null constraint PK_OPR_ORDER primary key,
  OO_Title D_CAPTION not null constraint CK_OO_TITLE check (trim(OO_Title) <> ''),
  OO_Description D_TEXT,
  OO_Reference D_NAME,
  OO_State smallint default 0 not null constraint CK_OO_STATE check (OO_State between 0 and 6),
  OO_Shown D_FLAG default 0 not null,
  OO_PU_Organisation D_ID constraint FK_OO_PU references PRV_User (PU_ID),
  OO_Properties D_TEXT,
  OO_Comments D_TEXT,
  OO_Creator D_NAME not null,
  OO_InsertBatch D_ID,
  OO_Version integer default 1 not null,
  OO_InsertTS D_TS default current_timestamp not null,
  OO_UpdateTS D_TS default current_timestamp not null
);
create descending index OPR_ORDER_LATEST on OPR_Order (OO_ID);
create descending index OPR_ORDER_STATE on OPR_Order (OO_State, OO_ID);
comment on table OPR_Order is 'Digitisation orders.';
comment on column OPR_Order.OO_Description is 'Markdown';
comment on column OPR_Order.OO_Reference is 'What it is called elsewhere: a number of the shop, of a project';
comment on column OPR_Order.OO_State is '0 requested, 1 accepted, 2 scanning, 3 delivered, 4 closed, 5 refused, 6 cancelled';
comment on column OPR_Order.OO_Shown is '1 = its titles tell readers who made them, who answers for the originals, and for which organisation';
comment on column OPR_Order.OO_PU_Organisation is 'Who answers for the data of its titles';
comment on column OPR_Order.OO_Properties is 'JSON: name to text';
comment on column OPR_Order.OO_Comments is 'JSON: list of text, by and at';
comment on column OPR_Order.OO_Creator is 'UUID of a user, or operator';
comment on column OPR_Order.OO_InsertBatch is 'Operation that made the order';
comment on column OPR_Order.OO_Version is 'Raised with every change of the order, of who belongs to it, of its tags, titles and files; ETag';

create table OPR_OrderPerson (
  OOP_OO_ID D_ID not null constraint FK_OOP_OO references OPR_Order (OO_ID) on delete cascade,
  OOP_Role smallint not null constraint CK_OOP_ROLE check (OOP_Role between 0 and 2),
  OOP_PU_ID D_ID not null constraint FK_OOP_PU references PRV_User (PU_ID) on delete cascade,
  OOP_Sort integer not null,
  constraint PK_OPR_ORDERPERSON primary key (OOP_OO_ID, OOP_Role, OOP_PU_ID)
);
comment on table OPR_OrderPerson is 'Who belongs to an order, and as what.';
comment on column OPR_OrderPerson.OOP_Role is '0 editor, 1 generator: makes the scans, 2 author: answers for the originals';
comment on column OPR_OrderPerson.OOP_Sort is 'As they were named';

create table OPR_OrderTag (
  OOG_OO_ID D_ID not null constraint FK_OOG_OO references OPR_Order (OO_ID) on delete cascade,
  OOG_Standard D_FLAG not null,
  OOG_Name D_NAME not null,
  constraint PK_OPR_ORDERTAG primary key (OOG_OO_ID, OOG_Standard, OOG_Name)
);
create index OPR_ORDERTAG_NAME on OPR_OrderTag (OOG_Name, OOG_OO_ID);
comment on table OPR_OrderTag is 'Tags of orders.';
comment on column OPR_OrderTag.OOG_Standard is '1 = a tag that the installation defines, 0 = a word of who edits the order';

create table OPR_OrderItem (
  OOI_OT_ID D_ID not null constraint PK_OPR_ORDERITEM primary key constraint FK_OOI_OT references OPR_Tree (OT_ID) on delete cascade,
  OOI_OO_ID D_ID not null constraint FK_OOI_OO references OPR_Order (OO_ID) on delete cascade,
  OOI_Actor D_NAME not null,
  OOI_InsertBatch D_ID,
  OOI_InsertTS D_TS default current_timestamp not null
);
create index OPR_ORDERITEM_ORDER on OPR_OrderItem (OOI_OO_ID, OOI_OT_ID);
comment on table OPR_OrderItem is 'The titles of an order; a title stands in one order.';
comment on column OPR_OrderItem.OOI_Actor is 'Who put it in: UUID of a user, or operator';
comment on column OPR_OrderItem.OOI_InsertBatch is 'Operation that put it in; undo of a merger or split takes it out';
create index OPR_ORDERITEM_BATCH on OPR_OrderItem (OOI_InsertBatch);

-- letters, quotations, lists: not what is digitised, which is a title's. They go with the order, and their bytes leave the archive by a job
create sequence OPR_OrderFile_SEQ;
create table OPR_OrderFile (
  OOF_ID D_ID not null constraint PK_OPR_ORDERFILE primary key,
  OOF_OO_ID D_ID not null constraint FK_OOF_OO references OPR_Order (OO_ID) on delete cascade,
  OOF_Name D_NAME not null,
  OOF_Media D_LINE not null,
  OOF_Url D_PLACE not null,
  OOF_Hashsum D_HASHSUM not null,
  OOF_Filesize bigint not null,
  OOF_Actor D_NAME not null,
  OOF_InsertTS D_TS default current_timestamp not null
);
create index OPR_ORDERFILE_URL on OPR_OrderFile (OOF_Url);
comment on table OPR_OrderFile is 'Files that belong to orders.';
comment on column OPR_OrderFile.OOF_Name is 'File name as it was sent';
comment on column OPR_OrderFile.OOF_Media is 'Media type, by the bytes';
comment on column OPR_OrderFile.OOF_Url is 'Place of the file in the archive';
comment on column OPR_OrderFile.OOF_Actor is 'Who added it: UUID of a user, or operator';

set term ^;
create trigger OPR_ORDER_BU for OPR_Order active before update position 0 as
begin
  new.OO_UpdateTS = current_timestamp;
  new.OO_Version = old.OO_Version + 1;
end^

create trigger OPR_ORDER_BI_BATCH for OPR_Order active before insert position 5 as
begin
  new.OO_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^

create trigger OPR_ORDERITEM_BI for OPR_OrderItem active before insert position 0 as
begin
  if (rdb$get_context('USER_TRANSACTION', 'UNDO') is null) then
    new.OOI_InsertBatch = cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer);
end^

-- whatever puts a title in or takes it out: requests, mergers, their undo, the end of the title
create trigger OPR_ORDERITEM_AID for OPR_OrderItem active after insert or delete position 0 as
begin
  update OPR_Order set OO_UpdateTS = current_timestamp where OO_ID = iif(deleting, old.OOI_OO_ID, new.OOI_OO_ID);
end^

create trigger OPR_ORDERFILE_AID for OPR_OrderFile active after insert or delete position 0 as
begin
  update OPR_Order set OO_UpdateTS = current_timestamp where OO_ID = iif(deleting, old.OOF_OO_ID, new.OOF_OO_ID);
end^

-- as with further files of titles; an order is no node, and its files lie where those of the installation do
create trigger OPR_ORDERFILE_AI_FREED for OPR_OrderFile active after insert position 20 as
begin
  execute procedure WANT_FREED(0, new.OOF_Url);
end^

create trigger PRV_USER_AU_ORDERS for PRV_User active after update position 11 as
begin
  if (new.PU_DeleteTS is not null and old.PU_DeleteTS is null) then
  begin
    update OPR_Order set OO_PU_Organisation = null where OO_PU_Organisation = new.PU_ID;
    update OPR_Order set OO_UpdateTS = current_timestamp
      where OO_ID in (select OOP_OO_ID from OPR_OrderPerson where OOP_PU_ID = new.PU_ID);
    delete from OPR_OrderPerson where OOP_PU_ID = new.PU_ID;
  end
end^
set term ;^
